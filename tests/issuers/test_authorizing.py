"""The decisions of the authorization server as rules: no database, no network, a fixed moment."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from issuers.authorization.authorization_codes import CodeRedeemer
from issuers.authorization.authorizing import CODE_LIFE, AuthorizationCode, Decider, Decision
from issuers.authorization.grants import REFRESH_LIFE, TOKEN_LIFE, Grant, RefreshToken, Sender
from issuers.authorization.pushing import REQUEST_LIFE, Outcome, PushedRequest, uri_hash_of
from issuers.authorization.refreshing import Refresher
from issuers.certificate.kind import Purpose
from issuers.errors import IssuerError, IssuerFailure
from issuers.issuance.book import CertificateState, KeptCertificate
from issuers.issuance.issuing import Certificate
from issuers.issuance.superseding import check_renewable, is_renewed, says_the_same, statement_mac
from issuers.numbers.codes import IssuerSecret, at_rest, bound_at_rest
from issuers.offers.offer import Entitlement, GrantType, Offer, OfferState
from standards.oauth.error_response import OAuthErrorCode, OAuthRequestError
from standards.oauth.pkce import challenge_of
from standards.openid4vci.token import AuthorizationCodeRequest, RefreshRequest
from standards.status_list.bits import Status

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
SECRET = IssuerSecret(b"s" * 32)
URI, CLIENT, REDIRECT = "urn:x", "https://wallet.example", "https://wallet.example/back"
REGISTRY, ISSUER = "resident-registry", "https://issuers.example/issuers/resident-registry"
VERIFIER = "v" * 43
ENTITLEMENT = Entitlement(REGISTRY, "resident-register", "demo", Purpose("본인 확인용"))
ORDER = Offer(
    b"o" * 32,
    b"c" * 32,
    ENTITLEMENT,
    None,
    NOW + timedelta(minutes=10),
    grant=GrantType.AUTHORIZATION_CODE,
)
REQUEST = PushedRequest(
    uri_hash_of(URI),
    REGISTRY,
    CLIENT,
    REDIRECT,
    challenge_of(VERIFIER),
    "state",
    "resident-register",
    with_details=True,
    offer=None,
    dpop_jkt=None,
    instance_jkt="instance",
    expires_at=NOW + REQUEST_LIFE,
)
SENDER = Sender(CLIENT, "key", "instance")


def decider(**changes: Any) -> Decider:
    """Return a citizen who allows, with changes."""
    values = {
        "request_uri": URI,
        "client_id": CLIENT,
        "authority": REGISTRY,
        "citizen": "demo",
        "allows": True,
        "ordered": ORDER,
        "issuer": ISSUER,
        "secret": SECRET,
        "now": NOW,
        **changes,
    }
    return Decider(**values)


def refused(decision: Decision) -> IssuerFailure:
    """Return why a decision leads nowhere; nothing is written then."""
    assert (None, None, None, None) == (
        decision.request,
        decision.ordered,
        decision.offer,
        decision.code,
    )
    with pytest.raises(IssuerError) as found:
        decision.outcome()
    return found.value.failure


def test_allowing_makes_an_order_and_a_code_bound_to_everything() -> None:
    """
    What is written: the request decided, the order taken, the code's hash and its bindings.
    """
    made = decider().decide(REQUEST, None, None)
    code = made.code

    assert (Outcome.ALLOWED, "demo") == (made.request and made.request.outcome, "demo")
    assert made.ordered == replace(ORDER, state=OfferState.REDEEMED)
    assert made.offer is None
    assert code is not None
    assert (CLIENT, REDIRECT, REQUEST.code_challenge) == (
        code.client_id,
        code.redirect_uri,
        code.code_challenge,
    )
    assert ("instance", NOW + CODE_LIFE, False) == (
        code.instance_jkt,
        code.expires_at,
        code.is_used,
    )
    assert 1 == len(code.identifiers)
    assert at_rest(decider().code) == code.code_hash
    assert f"code={decider().code}" in made.outcome()


def test_without_details_there_are_no_identifiers() -> None:
    """
    VCI-25: identifiers are given out where they were asked for.
    """
    made = decider().decide(replace(REQUEST, with_details=False), None, None)

    assert made.code is not None
    assert () == made.code.identifiers


def test_codes_of_two_requests_share_nothing() -> None:
    """
    Computed, and still unguessable without the secret.
    """
    other = decider(secret=IssuerSecret(b"t" * 32))

    assert 3 == len({decider().code, decider(request_uri="urn:y").code, other.code})


ALLOWED = REQUEST.decided(Outcome.ALLOWED, "demo")
DENIED = REQUEST.decided(Outcome.REFUSED, "demo")
UNDECIDABLE: dict[str, tuple[dict[str, Any], PushedRequest | None]] = {
    "unknown": ({}, None),
    "another client's": ({"client_id": "https://other.example"}, REQUEST),
    "another authority's": ({"authority": "national-tax-service"}, REQUEST),
    "ended": ({"now": NOW + REQUEST_LIFE}, REQUEST),
    "allowed by somebody else": ({"citizen": "other"}, ALLOWED),
    "allowed, now refused": ({"allows": False}, ALLOWED),
    "refused, now allowed": ({}, DENIED),
    "refused by somebody else": ({"allows": False, "citizen": "other"}, DENIED),
    "allowed, its code gone": ({}, ALLOWED),
}


@pytest.mark.parametrize(("changes", "request_"), UNDECIDABLE.values(), ids=UNDECIDABLE)
def test_what_cannot_be_decided_is_unknown(
    changes: dict[str, Any], request_: PushedRequest | None
) -> None:
    """
    H71: one answer for all of it, and nothing is written.
    """
    assert IssuerFailure.UNKNOWN_REQUEST is refused(
        decider(**changes).decide(request_, None, None)
    )


def code(**changes: Any) -> AuthorizationCode:
    """Return the code that allowing made, with changes."""
    made = decider().decide(REQUEST, None, None).code
    assert made is not None
    return replace(made, **changes)


def test_a_second_press_leads_to_the_same_code_while_it_is_good() -> None:
    """
    Until it was used or has ended; nothing is written twice.
    """
    first = decider().decide(REQUEST, None, None)
    again = decider().decide(ALLOWED, None, code())

    assert first.outcome() == again.outcome()
    assert (None, None) == (again.ordered, again.code)
    for spent in (code(is_used=True), code(expires_at=NOW)):
        assert IssuerFailure.UNKNOWN_REQUEST is refused(decider().decide(ALLOWED, None, spent))


NAMED = replace(REQUEST, offer=ORDER.id_hash)
UNTAKEN: dict[str, Offer | None] = {
    "gone": None,
    "taken": ORDER.redeemed(),
    "another citizen's": replace(ORDER, entitlement=replace(ENTITLEMENT, citizen="other")),
    "ended": replace(ORDER, expires_at=NOW),
    "with a code in it": replace(ORDER, grant=GrantType.PRE_AUTHORIZED_CODE),
}


@pytest.mark.parametrize("offer", UNTAKEN.values(), ids=UNTAKEN)
def test_an_order_that_is_not_theirs_to_take_is_unknown(offer: Offer | None) -> None:
    """
    VCI-18: whatever the citizen typed beside it.
    """
    assert IssuerFailure.UNKNOWN_OFFER is refused(decider().decide(NAMED, offer, None))


def test_an_order_of_the_desk_is_taken_as_it_is() -> None:
    """
    The order itself is taken, and no new one made.
    """
    made = decider(ordered=None).decide(NAMED, ORDER, None)

    assert (None, ORDER.redeemed()) == (made.ordered, made.offer)
    assert IssuerFailure.UNKNOWN_OFFER is refused(
        decider(ordered=None).decide(REQUEST, None, None)
    )


def redeemer(sender: Sender = SENDER, **changes: Any) -> CodeRedeemer:
    """Return a client that brings the code as it should, with changes."""
    now = changes.pop("now", NOW)
    authority = changes.pop("authority", REGISTRY)
    values = {"code": decider().code, "redirect_uri": REDIRECT, "code_verifier": VERIFIER}
    request = AuthorizationCodeRequest(**{**values, **changes})
    return CodeRedeemer(request, authority, sender, now, os.urandom)


def test_a_code_gives_tokens_bound_to_its_sender() -> None:
    """
    The access token is found by its key alone, the refresh token is its sender's for a year.
    """
    given = redeemer().decide(code(), ORDER)
    answer = given.outcome()

    assert given.grant is not None
    assert bound_at_rest(answer.access_token, "key") == given.grant.token_hash
    assert at_rest(answer.access_token) != given.grant.token_hash
    assert NOW + TOKEN_LIFE == given.grant.expires_at
    assert given.refresh is not None
    assert (SENDER, NOW + REFRESH_LIFE) == (given.refresh.sender, given.refresh.expires_at)
    assert at_rest(str(answer.refresh_token)) == given.refresh.token_hash


UNREDEEMED: dict[str, tuple[CodeRedeemer, AuthorizationCode | None, Offer | None]] = {
    "unknown": (redeemer(), None, None),
    "its order gone": (redeemer(), code(), None),
    "another authority's": (redeemer(authority="national-tax-service"), code(), ORDER),
    "another client's": (redeemer(replace(SENDER, client_id="x")), code(), ORDER),
    "anonymous": (redeemer(replace(SENDER, client_id=None)), code(), ORDER),
    "ended": (redeemer(now=NOW + CODE_LIFE), code(), ORDER),
    "another instance's": (redeemer(replace(SENDER, instance_jkt="x")), code(), ORDER),
    "another key's": (redeemer(), code(dpop_jkt="x"), ORDER),
    "another address": (redeemer(redirect_uri="x"), code(), ORDER),
    "no verifier": (redeemer(code_verifier=None), code(), ORDER),
}


@pytest.mark.parametrize(("by", "found", "offer"), UNREDEEMED.values(), ids=UNREDEEMED)
def test_a_code_with_one_thing_wrong_gives_nothing(
    by: CodeRedeemer, found: AuthorizationCode | None, offer: Offer | None
) -> None:
    """
    Nothing is written, and what it gave to others stays.
    """
    decided = by.decide(found, offer)

    assert (None, None, False) == (decided.grant, decided.refresh, decided.revoke)
    with pytest.raises((IssuerError, OAuthRequestError)):
        decided.outcome()


def test_a_used_code_ends_what_it_gave() -> None:
    """
    RFC 6749 section 4.1.2, also when the second one brings nothing else right.
    """
    decided = redeemer(code_verifier=None).decide(code(is_used=True), ORDER)

    assert decided.revoke
    assert decided.grant is None


TOKEN = RefreshToken(b"r" * 32, ORDER.id_hash, SENDER, NOW + REFRESH_LIFE, ("identifier",))


def refresher(sender: Sender = SENDER, **changes: Any) -> Refresher:
    """Return a client that comes again, with changes."""
    request = RefreshRequest("r", changes.pop("scope", ()))
    values = {"authority": REGISTRY, "now": NOW, **changes}
    return Refresher(request, values["authority"], sender, values["now"], os.urandom)


def test_a_refresh_token_gives_access_and_stays() -> None:
    """
    No rotation; identifiers are the same, the edition is the order's.
    """
    given = refresher().decide(TOKEN, replace(ORDER, edition=3))

    assert (None, None) == (given.refresh, given.outcome().refresh_token)
    assert given.grant is not None
    assert (("identifier",), 3) == (given.grant.identifiers, given.grant.edition)


UNREFRESHED: dict[str, tuple[Refresher, RefreshToken | None, Offer | None, OAuthErrorCode]] = {
    "unknown": (refresher(), None, None, OAuthErrorCode.INVALID_GRANT),
    "its order gone": (refresher(), TOKEN, None, OAuthErrorCode.INVALID_GRANT),
    "elsewhere": (refresher(authority="x"), TOKEN, ORDER, OAuthErrorCode.INVALID_GRANT),
    "another client": (
        refresher(replace(SENDER, client_id="x")),
        TOKEN,
        ORDER,
        OAuthErrorCode.INVALID_GRANT,
    ),
    "no client": (
        refresher(replace(SENDER, client_id=None)),
        TOKEN,
        ORDER,
        OAuthErrorCode.INVALID_CLIENT,
    ),
    "another key": (
        refresher(replace(SENDER, dpop_jkt="x")),
        TOKEN,
        ORDER,
        OAuthErrorCode.INVALID_GRANT,
    ),
    "another instance": (
        refresher(replace(SENDER, instance_jkt=None)),
        TOKEN,
        ORDER,
        OAuthErrorCode.INVALID_GRANT,
    ),
    "ended": (refresher(now=NOW + REFRESH_LIFE), TOKEN, ORDER, OAuthErrorCode.INVALID_GRANT),
    "wider": (refresher(scope=("x",)), TOKEN, ORDER, OAuthErrorCode.INVALID_SCOPE),
}


@pytest.mark.parametrize(
    ("by", "token", "offer", "expected"), UNREFRESHED.values(), ids=UNREFRESHED
)
def test_a_refresh_token_with_one_thing_wrong_gives_nothing(
    by: Refresher, token: RefreshToken | None, offer: Offer | None, expected: OAuthErrorCode
) -> None:
    """
    FAPI2 refresh-token, as a rule.
    """
    decided = by.decide(token, offer)

    assert decided.grant is None
    with pytest.raises(OAuthRequestError) as found:
        decided.outcome()
    assert expected is found.value.code


BOUND = Grant(b"t" * 32, ORDER.id_hash, ENTITLEMENT, NOW, dpop_jkt="key")
BEARER = replace(BOUND, dpop_jkt=None)
STATED = statement_mac("1", {"name": "x"}, SECRET)


def kept(state: CertificateState, mac: bytes | None = STATED) -> KeptCertificate:
    """Return a certificate of thirty days, ten of them over."""
    issued_at = NOW - timedelta(days=10)
    certificate = Certificate("1", ENTITLEMENT, issued_at, issued_at + timedelta(days=30), mac)
    return KeptCertificate(certificate, Status.VALID, state)


@pytest.mark.parametrize(
    ("state", "grants"),
    [
        (CertificateState.VALID, (BOUND, BEARER)),
        (CertificateState.OUTDATED, (BOUND,)),
        (CertificateState.EXPIRED, (BOUND,)),
        (CertificateState.REVOKED, ()),
        (CertificateState.SUSPENDED, ()),
    ],
)
def test_who_may_come_again_for_what(state: CertificateState, grants: tuple[Grant, ...]) -> None:
    """
    Nobody for what an officer took back; for what holds no longer only who proves a key.
    """
    for grant in (BOUND, BEARER):
        if grant in grants:
            check_renewable(kept(state), grant)
            continue
        with pytest.raises(IssuerError) as found:
            check_renewable(kept(state), grant)
        assert TOLD.get(state, IssuerFailure.ACCESS_SPENT) is found.value.failure


TOLD = {
    CertificateState.REVOKED: IssuerFailure.CERTIFICATE_REVOKED,
    CertificateState.SUSPENDED: IssuerFailure.CERTIFICATE_SUSPENDED,
}


@pytest.mark.parametrize(
    ("state", "grant", "days", "expected"),
    [
        (CertificateState.VALID, BOUND, 9, False),
        (CertificateState.VALID, BOUND, 10, True),
        (CertificateState.VALID, BEARER, 10, False),
        (CertificateState.OUTDATED, BOUND, 0, True),
        (CertificateState.EXPIRED, BOUND, 30, True),
    ],
)
def test_when_a_new_certificate_takes_the_place(
    state: CertificateState, grant: Grant, days: int, *, expected: bool
) -> None:
    """
    In the last third of its life, and when it holds no longer.
    """
    assert expected == is_renewed(kept(state), grant, now=NOW + timedelta(days=days))


def test_a_change_of_the_record_is_seen() -> None:
    """
    Entries of earlier releases hold no mac and count as unchanged; a bearer token ends there.
    """
    changed = statement_mac("1", {"name": "y"}, SECRET)
    valid = CertificateState.VALID

    assert STATED != statement_mac("2", {"name": "x"}, SECRET)
    assert says_the_same(kept(valid), STATED, BEARER)
    assert says_the_same(kept(valid, None), changed, BEARER)
    assert not says_the_same(kept(valid), changed, BOUND)
    with pytest.raises(IssuerError) as found:
        says_the_same(kept(valid), changed, BEARER)
    assert IssuerFailure.ACCESS_SPENT is found.value.failure


def test_each_edition_has_numbers_of_its_own() -> None:
    """
    The first is drawn from the offer itself, as in earlier releases.
    """
    editions = [BOUND, BOUND.next_edition(), BOUND.next_edition().next_edition()]

    assert BOUND.offer_id_hash == BOUND.order
    assert 3 == len({grant.order for grant in editions})
