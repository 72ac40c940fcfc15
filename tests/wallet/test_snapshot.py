"""The kept receipt proves the whole sharing when nobody can be asked any more, check by check."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from consent.forms.checks import Check, CheckName, NotShownError, Outcome
from consent.forms.day import Day
from consent.forms.handover import Handover
from consent.forms.offline import TOKEN_LIMIT, Offline
from consent.forms.receipt import Receipt
from consent.forms.receipt_check import check_receipt, holds
from consent.forms.record import EventState
from keys import base64url, jws
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject, dumps, loads_object
from keys.trust_list import sign_trust_list
from keys.x509 import Role, to_x5c
from standards.openid4vp.response import AuthorizationResponse
from standards.sd_jwt.frame import only
from tests.wallet.issuer_of_test import VCT, IssuerOfTest, without_status
from tests.wallet.verifier_of_test import VerifierOfTest, query, terms
from tests.wallet.world import HOLDER, World
from wallet.presenting.possible import Wish

ALL = set(CheckName)


async def kept(world: World, verifier: VerifierOfTest) -> Receipt:
    """Share a name and return the holder's receipt of it."""
    outcome = await world.wallets.present(HOLDER, verifier.link, Wish())
    return Receipt.parse(await world.wallets.receipt(HOLDER, str(outcome.receipt)))


def checks(world: World, receipt: Receipt, *, trusted: bool = True) -> dict[CheckName, Check]:
    key = world.trust_signer.public.verification_key() if trusted else None
    log_key = world.ledger.signer.verifier_key
    found = check_receipt(receipt, log_key=log_key, trust_key=key)
    assert list(CheckName) == [check.name for check in found]
    return {check.name: check for check in found}


def outcomes(world: World, receipt: Receipt, *, trusted: bool = True) -> dict[CheckName, Outcome]:
    found = checks(world, receipt, trusted=trusted)
    return {name: check.outcome for name, check in found.items()}


async def test_a_kept_receipt_proves_everything_offline(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    Log, both signatures, request, key binding, issuer, digests, status: each is proved, years on.
    """
    receipt = await kept(world, verifier)
    world.clock.now += timedelta(days=5000)

    assert dict.fromkeys(CheckName, Outcome.PROVED) == outcomes(world, receipt)
    assert holds(tuple(checks(world, receipt).values()))


async def test_the_kept_receipt_holds_no_value_and_no_salt(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    T23: the offline part proves what was shown to whoever is told it again, and tells nothing.
    """
    receipt = await kept(world, verifier)
    (vc,) = verifier.verified

    text = dumps(receipt.as_dict()).decode()
    for found in vc.sd.disclosed:
        assert str(found.disclosure.salt) not in text
        assert found.disclosure.text not in text
    assert "김카나리아" not in text
    assert base64url.encode("김카나리아".encode())[:12] not in text


async def test_the_party_is_handed_the_receipt_without_the_snapshot(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    SECURITY P11: what marks this copy of the certificate is the holder's to keep.
    """
    await kept(world, verifier)

    (response,) = verifier.responses
    assert isinstance(response, AuthorizationResponse)
    assert Handover.parse(response.mydata_consent).receipt.offline is None


async def test_without_the_keepers_key_no_chain_is_believed(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    What rests on a trust list that nobody vouches for is not shown; the rest is proved.
    """
    found = outcomes(world, await kept(world, verifier), trusted=False)

    assert {
        CheckName.TRUST_LIST,
        CheckName.REQUEST,
        CheckName.COUNTERSIGNATURE,
        CheckName.ISSUER,
        CheckName.KEY_BINDING,
        CheckName.DIGESTS,
        CheckName.STATUS,
    } == {name for name, outcome in found.items() if outcome is Outcome.NOT_SHOWN}
    assert Outcome.FAILED not in found.values()


def without(name: str) -> Callable[[Receipt], Receipt]:
    """Return a change that takes a member of the offline part away."""

    def change(receipt: Receipt) -> Receipt:
        return changed(receipt, **{name: None if name in {"request_object", "trust_list"} else []})

    return change


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        pytest.param(
            without("kb_jwts"),
            {CheckName.KEY_BINDING_HASH, CheckName.KEY_BINDING, CheckName.DISCLOSURE},
            id="key bindings",
        ),
        pytest.param(
            without("issuer_jwts"),
            {CheckName.ISSUER, CheckName.KEY_BINDING, CheckName.DIGESTS, CheckName.STATUS},
            id="issuers' tokens",
        ),
        pytest.param(
            without("disclosed_digests"),
            {CheckName.DISCLOSURE, CheckName.DIGESTS},
            id="disclosed digests",
        ),
        pytest.param(
            lambda receipt: replace(receipt, disclosure_salt=None),
            {CheckName.DISCLOSURE, CheckName.KEY_BINDING_HASH, CheckName.COUNTERSIGNATURE},
            id="disclosure salt",
        ),
        pytest.param(
            without("request_object"),
            {CheckName.REQUEST, CheckName.NONCE, CheckName.KEY_BINDING},
            id="request object",
        ),
        pytest.param(
            without("trust_list"),
            {
                *(CheckName.TRUST_LIST, CheckName.REQUEST, CheckName.COUNTERSIGNATURE),
                *(CheckName.ISSUER, CheckName.KEY_BINDING, CheckName.DIGESTS, CheckName.STATUS),
            },
            id="trust list",
        ),
        pytest.param(without("status_tokens"), {CheckName.STATUS}, id="status lists"),
        pytest.param(
            lambda receipt: replace(receipt, offline=None),
            ALL
            - {CheckName.LOG_PROOF, CheckName.COMMITMENT, CheckName.TERMS, CheckName.NOTICE}
            - {CheckName.HOLDER_SIGNATURE},
            id="all of it",
        ),
        pytest.param(
            lambda receipt: replace(receipt, countersignature=None),
            {CheckName.COUNTERSIGNATURE},
            id="countersignature",
        ),
        pytest.param(
            lambda receipt: replace(receipt, holder_signature=None),
            {CheckName.HOLDER_SIGNATURE},
            id="holder's signature",
        ),
    ],
)
async def test_what_is_not_there_is_not_shown(
    world: World,
    verifier: VerifierOfTest,
    change: Callable[[Receipt], Receipt],
    missing: set[CheckName],
) -> None:
    """
    A receipt with less proves less, and says what is missing; nothing passes for proved.
    """
    receipt = change(await kept(world, verifier))

    found = outcomes(world, receipt)
    assert missing == {name for name, outcome in found.items() if outcome is not Outcome.PROVED}
    assert all(check.reason for check in checks(world, receipt).values() if check.name in missing)


def offline_of(receipt: Receipt) -> Offline:
    assert receipt.offline is not None
    return receipt.offline


def listed(receipt: Receipt, name: str) -> Any:
    """A list of the offline part as it is written."""
    return offline_of(receipt).as_dict()[name]


def changed(receipt: Receipt, **members: Any) -> Receipt:
    """The receipt with other members in its offline part, read as a file would be."""
    offline = Offline.parse(offline_of(receipt).as_dict() | members)
    return replace(receipt, offline=offline)


def resigned(token: str, **changes: Any) -> str:
    """Return a token with other claims, signed by somebody else."""
    unverified = jws.parse(token)
    claims = loads_object(unverified.payload) | changes
    header = {name: value for name, value in unverified.header.items() if name != "alg"}
    return jws.sign(header, dumps(claims), SoftwareSigner.generate())


def other_kb(receipt: Receipt) -> Receipt:
    """Somebody else's key signs the same words."""
    return changed(receipt, kb_jwts=[resigned(token) for token in listed(receipt, "kb_jwts")])


def other_audience(receipt: Receipt) -> Receipt:
    forged = [resigned(token, aud="another") for token in listed(receipt, "kb_jwts")]
    return changed(receipt, kb_jwts=forged)


def other_nonce(receipt: Receipt) -> Receipt:
    forged = [resigned(token, nonce="another") for token in listed(receipt, "kb_jwts")]
    return changed(receipt, kb_jwts=forged)


def other_issuer(receipt: Receipt) -> Receipt:
    forged = [resigned(token) for token in listed(receipt, "issuer_jwts")]
    return changed(receipt, issuer_jwts=forged)


def other_digests(receipt: Receipt) -> Receipt:
    return changed(receipt, disclosed_digests=[["A" * 43]])


def more_digests(receipt: Receipt) -> Receipt:
    return changed(receipt, disclosed_digests=[*listed(receipt, "disclosed_digests"), []])


def other_request(receipt: Receipt) -> Receipt:
    offline = offline_of(receipt)
    token = resigned(offline.request_object or "")
    return replace(receipt, offline=replace(offline, request_object=token))


def other_client(receipt: Receipt) -> Receipt:
    """The request named another client than the key binding is for."""
    offline = offline_of(receipt)
    token = resigned(offline.request_object or "", client_id="x509_hash:other")
    return replace(receipt, offline=replace(offline, request_object=token))


async def test_a_party_known_in_another_way_is_not_shown_by_the_trust_list(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    A key that was published on a host on that day is kept by nobody, and nothing is guessed.
    """
    receipt = await kept(world, verifier)
    token = resigned(
        offline_of(receipt).request_object or "", client_id="decentralized_identifier:did:web:a"
    )
    changed = replace(receipt, offline=replace(offline_of(receipt), request_object=token))

    with pytest.raises(NotShownError, match="known by"):
        _ = Day(changed, world.trust_signer.public.verification_key()).request


def other_terms(receipt: Receipt) -> Receipt:
    """The request is asked on terms that were not agreed to."""
    offline = offline_of(receipt)
    token = resigned(offline.request_object or "", verifier_info=None)
    return replace(receipt, offline=replace(offline, request_object=token))


def other_status(receipt: Receipt) -> Receipt:
    offline = offline_of(receipt)
    forged = tuple(resigned(token) for token in offline.status_tokens)
    return replace(receipt, offline=replace(offline, status_tokens=forged))


def other_list(receipt: Receipt) -> Receipt:
    """The list of another address says nothing about this certificate."""
    offline = offline_of(receipt)
    forged = tuple(resigned(token, sub="https://other") for token in offline.status_tokens)
    return replace(receipt, offline=replace(offline, status_tokens=forged))


def other_trust(receipt: Receipt) -> Receipt:
    offline = offline_of(receipt)
    return replace(
        receipt, offline=replace(offline, trust_list=resigned(offline.trust_list or ""))
    )


def other_countersignature(receipt: Receipt) -> Receipt:
    return replace(receipt, countersignature=resigned(receipt.countersignature or ""))


def other_salt(receipt: Receipt) -> Receipt:
    """The salt opens neither the disclosures nor the key binding."""
    return replace(receipt, disclosure_salt=bytes(32))


def other_notice(receipt: Receipt) -> Receipt:
    evidence = replace(receipt.record.evidence, notice_sha256=bytes(32))
    return replace(receipt, record=replace(receipt.record, evidence=evidence))


def other_language(receipt: Receipt) -> Receipt:
    return replace(receipt, record=replace(receipt.record, language="en"))


@pytest.mark.parametrize(
    ("change", "failing"),
    [
        pytest.param(other_kb, CheckName.KEY_BINDING, id="key binding by another key"),
        pytest.param(other_audience, CheckName.KEY_BINDING_HASH, id="key binding for another"),
        pytest.param(other_nonce, CheckName.NONCE, id="nonce of other terms"),
        pytest.param(other_issuer, CheckName.ISSUER, id="issuer nobody trusts"),
        pytest.param(other_digests, CheckName.DISCLOSURE, id="other disclosures"),
        pytest.param(other_digests, CheckName.DIGESTS, id="digests the issuer never signed"),
        pytest.param(more_digests, CheckName.DIGESTS, id="one presentation more"),
        pytest.param(other_request, CheckName.REQUEST, id="request by another"),
        pytest.param(other_client, CheckName.KEY_BINDING, id="key binding for another client"),
        pytest.param(other_terms, CheckName.NONCE, id="request without the terms"),
        pytest.param(other_status, CheckName.STATUS, id="status by another"),
        pytest.param(other_trust, CheckName.TRUST_LIST, id="trust list by another"),
        pytest.param(
            other_countersignature, CheckName.COUNTERSIGNATURE, id="countersigned by another"
        ),
        pytest.param(other_salt, CheckName.COUNTERSIGNATURE, id="another presentation"),
        pytest.param(other_notice, CheckName.NOTICE, id="another notice"),
        pytest.param(other_language, CheckName.COMMITMENT, id="another record"),
        pytest.param(other_language, CheckName.HOLDER_SIGNATURE, id="another body"),
        pytest.param(other_language, CheckName.COUNTERSIGNATURE, id="another body countersigned"),
    ],
)
async def test_what_is_wrong_fails_by_its_name(
    world: World,
    verifier: VerifierOfTest,
    change: Callable[[Receipt], Receipt],
    failing: CheckName,
) -> None:
    """
    H98 and its like: whatever was put in another's place is found, and named.
    """
    receipt = change(await kept(world, verifier))
    found = checks(world, receipt)

    assert Outcome.FAILED is found[failing].outcome
    assert found[failing].line().startswith(f"{failing.value}: failed: ")
    assert not holds(tuple(found.values()))


async def test_a_status_list_of_elsewhere_shows_nothing(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    Only the list at the certificate's own address can say how it stood.
    """
    receipt = other_list(await kept(world, verifier))

    assert Outcome.NOT_SHOWN is outcomes(world, receipt)[CheckName.STATUS]


async def test_a_revoked_certificate_fails_by_the_list_of_that_day(
    world: World, verifier: VerifierOfTest, issuer: IssuerOfTest
) -> None:
    """
    "Was it valid on that day" is answered from the kept list alone.
    """
    receipt = await kept(world, verifier)
    offline = offline_of(receipt)
    issuer.status = 1
    await world.wallets.states(await world.wallets.credentials(HOLDER))
    wallets = world.wallets
    await wallets.states(await wallets.credentials(HOLDER))
    revoked = wallets.ports.lists.tokens(await wallets.credentials(HOLDER))

    changed = replace(receipt, offline=replace(offline, status_tokens=revoked))

    assert Outcome.FAILED is outcomes(world, changed)[CheckName.STATUS]


async def test_a_certificate_without_status_list_shows_none(
    world: World, issuer: IssuerOfTest
) -> None:
    """
    Not shown is said also where there was nothing to show.
    """
    issuer.change_new = without_status
    await world.wallets.accept(HOLDER, issuer.offer_uri())
    verifier = VerifierOfTest(world, issuer)

    found = outcomes(world, await kept(world, verifier))

    assert Outcome.NOT_SHOWN is found[CheckName.STATUS]
    assert {Outcome.PROVED} == {
        outcome for name, outcome in found.items() if name is not CheckName.STATUS
    }


async def test_a_claim_inside_another_is_not_shown_by_the_issuers_token_alone(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    Its digest stands in the parent's disclosure, which nobody keeps.
    """
    verifier.dcql = query()
    receipt = await kept(world, verifier)
    nested = [[*digests, "B" * 43] for digests in listed(receipt, "disclosed_digests")]

    found = outcomes(world, changed(receipt, disclosed_digests=nested))

    assert Outcome.NOT_SHOWN is found[CheckName.DIGESTS]


async def test_another_partys_name_in_the_record_is_found(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    Request and countersignature are held against the party that the record names.
    """
    receipt = await kept(world, verifier)
    party = replace(receipt.record.controller, id="KR-another")
    changed = replace(receipt, record=replace(receipt.record, controller=party))

    found = outcomes(world, changed)

    assert Outcome.FAILED is found[CheckName.REQUEST]
    assert Outcome.FAILED is found[CheckName.COUNTERSIGNATURE]


async def test_the_receipt_of_a_use_shows_the_partys_part(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    The party's own entry is countersigned on the holder's body; the holder did not sign it.
    """
    receipt = await kept(world, verifier)
    used = replace(receipt.record, event_state=EventState.USED)

    found = outcomes(world, replace(receipt, record=used, holder_signature=None))

    assert Outcome.PROVED is found[CheckName.COUNTERSIGNATURE]
    assert Outcome.NOT_SHOWN is found[CheckName.HOLDER_SIGNATURE]


async def test_a_party_without_terms_shows_none(world: World, verifier: VerifierOfTest) -> None:
    """
    Another maker's request has no terms, no notice and no nonce that opens to any.
    """
    verifier.terms = None
    found = outcomes(world, await kept(world, verifier))

    assert {*(CheckName.TERMS, CheckName.NOTICE, CheckName.NONCE, CheckName.COUNTERSIGNATURE)} == {
        name for name, outcome in found.items() if outcome is Outcome.NOT_SHOWN
    }
    assert Outcome.FAILED not in found.values()


async def test_a_record_that_names_no_hash_shows_nothing_by_it(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    A record of another maker's may leave a hash out; then that check is not shown.
    """
    receipt = await kept(world, verifier)
    evidence = replace(receipt.record.evidence, request_sha256=None)
    changed = replace(receipt, record=replace(receipt.record, evidence=evidence))

    assert Outcome.NOT_SHOWN is outcomes(world, changed)[CheckName.REQUEST]


async def test_a_list_too_large_for_a_receipt_is_left_out(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    A receipt stays a file one can send; the check that needs the list then says "not shown".
    """
    ports = replace(world.ports, trust_token=lambda: "x" * (TOKEN_LIMIT + 1))
    wallets = replace(world.wallets, ports=ports)
    outcome = await wallets.present(HOLDER, verifier.link, Wish())

    receipt = Receipt.parse(await world.wallets.receipt(HOLDER, str(outcome.receipt)))

    assert offline_of(receipt).trust_list is None


async def test_a_countersignature_by_a_renewed_certificate_still_counts(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    The registration counts, not the certificate: another one of the same party proves as well.
    """
    receipt = await kept(world, verifier)
    signer = SoftwareSigner.generate()
    chain = world.authorities.certify(
        Role.VERIFIER, signer, "시험 은행", organization_id=verifier.organization
    )
    token = jws.parse(receipt.countersignature or "")
    header: dict[str, Any] = {"typ": token.header["typ"], "x5c": to_x5c(chain)}
    renewed = jws.sign(header, token.payload, signer)

    found = outcomes(world, replace(receipt, countersignature=renewed))

    assert Outcome.PROVED is found[CheckName.COUNTERSIGNATURE]
    assert sign_trust_list(world.authorities.trust(), world.trust_signer)


async def test_an_element_of_an_open_list_is_found_in_the_issuers_token(
    world: World, issuer: IssuerOfTest
) -> None:
    """
    RFC 9901 section 4.2.4.2: the digest of an array's element stands where the element was.
    """
    issuer.frame = only([("members", None)])
    await world.wallets.accept(HOLDER, issuer.offer_uri())
    named = replace(terms(), information=("members",))
    verifier = VerifierOfTest(world, issuer, terms=named)
    element: JsonObject = {"id": "base", "format": "dc+sd-jwt", "meta": {"vct_values": [VCT]}}
    verifier.dcql = {"credentials": [element | {"claims": [{"path": ["members", 0]}]}]}

    found = outcomes(world, await kept(world, verifier))

    assert Outcome.PROVED is found[CheckName.DIGESTS]
