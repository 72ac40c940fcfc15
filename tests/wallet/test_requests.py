"""Requests: everything that is refused, and that nothing is sent then."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from keys import base64url
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject, JsonValue
from keys.x509 import Role
from standards.openid4vp.request_object import MEDIA_TYPE
from standards.openid4vp.wallet_metadata import OUR_METADATA
from standards.openid4vp.wallet_post import WalletPost
from tests.wallet.issuer_of_test import VCT
from tests.wallet.refusal import refused
from tests.wallet.verifier_of_test import (
    HOST,
    REQUEST_URI,
    RESPONSE_URI,
    VerifierOfTest,
    terms,
)
from tests.wallet.world import HOLDER, World
from wallet.errors import WalletFailure
from wallet.presenting.possible import Wish
from web.errors import Party
from web.outbound import Reply

ChangeVerifier = Callable[[VerifierOfTest], Any]


def claim(**members: JsonValue) -> ChangeVerifier:
    """Set members of the request; None takes them out."""

    def change_claims(claims: JsonObject) -> JsonObject:
        changed = claims | members
        return {name: value for name, value in changed.items() if value is not None}

    return lambda verifier: setattr(verifier, "change_claims", change_claims)


def set_(**values: Any) -> ChangeVerifier:
    def change(verifier: VerifierOfTest) -> None:
        for name, value in values.items():
            setattr(verifier, name, value)

    return change


def both(one: ChangeVerifier, other: ChangeVerifier) -> ChangeVerifier:
    def change(verifier: VerifierOfTest) -> None:
        one(verifier)
        other(verifier)

    return change


def broken_signature(token: str) -> str:
    head, _, signature = token.rpartition(".")
    flipped = bytearray(base64url.decode(signature))
    flipped[5] ^= 1
    return f"{head}.{base64url.encode(bytes(flipped))}"


def other_certificate(verifier: VerifierOfTest) -> None:
    """Sign with a certificate that the client_id does not name."""
    named = verifier.client_id
    verifier.outer_client_id = named
    verifier.signer = SoftwareSigner.generate()
    verifier.chain = verifier.world.authorities.certify(
        Role.VERIFIER, verifier.signer, "Somebody else", dns_names=[HOST]
    )
    verifier.change_claims = lambda claims: {**claims, "client_id": named}


def many_credentials(verifier: VerifierOfTest) -> None:
    query: JsonObject = {"format": "dc+sd-jwt", "meta": {"vct_values": ["a"]}}
    verifier.dcql = {"credentials": [{**query, "id": f"q{n}"} for n in range(1000)]}


UNKNOWN_TYPE = base64url.encode(b'{"type":"payment","credential_ids":["base"]}')
ISSUER_CERTIFICATE = "a certificate of an issuer"


def as_issuer(verifier: VerifierOfTest) -> None:
    verifier.chain = verifier.world.authorities.certify(
        Role.ISSUER, verifier.signer, ISSUER_CERTIFICATE, dns_names=[HOST]
    )


REFUSALS = [
    pytest.param(
        set_(outer_client_id="x509_hash:AAAA"),
        WalletFailure.REQUEST_MISMATCH,
        Party.VERIFIER,
        id="H81 outer client_id is not the inner",
    ),
    pytest.param(
        other_certificate,
        WalletFailure.REQUEST_MISMATCH,
        Party.VERIFIER,
        id="H81 x509_hash of another certificate",
    ),
    pytest.param(
        both(
            set_(prefix="x509_san_dns", outer_client_id="x509_san_dns:other.example"),
            claim(client_id="x509_san_dns:other.example"),
        ),
        WalletFailure.REQUEST_MISMATCH,
        Party.VERIFIER,
        id="H81 x509_san_dns of another name",
    ),
    pytest.param(
        both(set_(prefix="x509_san_dns"), claim(response_uri="https://other.example/responses")),
        WalletFailure.REQUEST_MISMATCH,
        Party.VERIFIER,
        id="VP-21 answers to another host than the certificate names",
    ),
    pytest.param(
        claim(redirect_uri=RESPONSE_URI),
        WalletFailure.REQUEST_MALFORMED,
        Party.VERIFIER,
        id="H81 redirect_uri beside response_uri",
    ),
    pytest.param(
        claim(nonce=None),
        WalletFailure.REQUEST_MALFORMED,
        Party.VERIFIER,
        id="H81 missing nonce",
    ),
    pytest.param(
        claim(aud="https://desk.example"),
        WalletFailure.REQUEST_MISMATCH,
        Party.VERIFIER,
        id="H81 wrong aud",
    ),
    pytest.param(
        claim(aud=["https://self-issued.me/v2"]),
        WalletFailure.REQUEST_MISMATCH,
        Party.VERIFIER,
        id="H20 aud as array",
    ),
    pytest.param(
        claim(aud=None),
        WalletFailure.REQUEST_MISMATCH,
        Party.VERIFIER,
        id="H81 no aud",
    ),
    pytest.param(
        claim(transaction_data=[UNKNOWN_TYPE]),
        WalletFailure.INVALID_TRANSACTION_DATA,
        Party.VERIFIER,
        id="H81 unknown transaction_data",
    ),
    pytest.param(
        claim(scope="org.example.scope"),
        WalletFailure.REQUEST_UNSUPPORTED,
        Party.VERIFIER,
        id="scope",
    ),
    pytest.param(
        claim(response_type="code"),
        WalletFailure.REQUEST_UNSUPPORTED,
        Party.VERIFIER,
        id="another response type",
    ),
    pytest.param(
        claim(response_mode="fragment"),
        WalletFailure.REQUEST_UNSUPPORTED,
        Party.VERIFIER,
        id="another response mode",
    ),
    pytest.param(
        claim(client_metadata={"vp_formats_supported": {"mso_mdoc": {}}}),
        WalletFailure.REQUEST_UNSUPPORTED,
        Party.VERIFIER,
        id="a party that cannot check our format",
    ),
    pytest.param(
        both(set_(mode="direct_post.jwt"), claim(client_metadata=None)),
        WalletFailure.REQUEST_UNSUPPORTED,
        Party.VERIFIER,
        id="H83 encryption asked for without a key",
    ),
    pytest.param(
        claim(dcql_query={"credentials": []}),
        WalletFailure.REQUEST_MALFORMED,
        Party.VERIFIER,
        id="an empty query",
    ),
    pytest.param(
        many_credentials, WalletFailure.REQUEST_MALFORMED, Party.VERIFIER, id="H49 a huge query"
    ),
    pytest.param(
        set_(lifetime=timedelta(minutes=-2)),
        WalletFailure.REQUEST_EXPIRED,
        Party.CLOCK,
        id="H19 expired",
    ),
    pytest.param(
        lambda verifier: claim(iat=int(verifier.now.timestamp()) + 3600)(verifier),
        WalletFailure.REQUEST_EXPIRED,
        Party.CLOCK,
        id="H19 from the future",
    ),
    pytest.param(
        claim(exp="soon"), WalletFailure.REQUEST_INVALID, Party.VERIFIER, id="H18 exp as text"
    ),
    pytest.param(
        set_(change_token=broken_signature),
        WalletFailure.REQUEST_INVALID,
        Party.VERIFIER,
        id="broken signature",
    ),
    pytest.param(
        set_(header={"typ": "JWT"}),
        WalletFailure.REQUEST_INVALID,
        Party.VERIFIER,
        id="H8 wrong typ",
    ),
    pytest.param(
        set_(header={"x5c": None}),
        WalletFailure.REQUEST_INVALID,
        Party.VERIFIER,
        id="no certificates",
    ),
    pytest.param(
        set_(header={"jku": "https://desk.example/keys"}),
        WalletFailure.REQUEST_INVALID,
        Party.VERIFIER,
        id="H5 keys by address",
    ),
    pytest.param(
        set_(change_token=lambda token: "e30.e30."),
        WalletFailure.REQUEST_INVALID,
        Party.VERIFIER,
        id="H1 no signature",
    ),
    pytest.param(
        lambda verifier: verifier.world.authorities.trusted.discard(Role.VERIFIER),
        WalletFailure.REQUEST_UNTRUSTED,
        Party.TRUST_LIST,
        id="H15 root not trusted",
    ),
    pytest.param(
        as_issuer,
        WalletFailure.REQUEST_UNTRUSTED,
        Party.TRUST_LIST,
        id="H15 certificate of an issuer",
    ),
    pytest.param(
        claim(nonce=base64url.encode(b"n" * 32)),
        WalletFailure.TERMS_MISMATCH,
        Party.VERIFIER,
        id="the nonce commits to other terms",
    ),
    pytest.param(
        set_(terms=terms("KR-another")),
        WalletFailure.TERMS_MISMATCH,
        Party.VERIFIER,
        id="terms of another receiver",
    ),
    pytest.param(
        set_(terms=replace(terms(), information=("a..b",))),
        WalletFailure.TERMS_MISMATCH,
        Party.VERIFIER,
        id="terms that name no claim",
    ),
    pytest.param(
        claim(
            verifier_info=[
                {"format": "https://mydata.example/formats/consent-terms/2", "data": {}}
            ]
        ),
        WalletFailure.TERMS_MISMATCH,
        Party.VERIFIER,
        id="terms that cannot be read",
    ),
    pytest.param(
        set_(change_token=lambda token: "a" * 300_000),
        WalletFailure.REQUEST_UNREACHABLE,
        Party.NETWORK,
        id="H50 five times too long",
    ),
    pytest.param(
        set_(change_token=lambda token: token + "\u00e9"),
        WalletFailure.REQUEST_UNREACHABLE,
        Party.NETWORK,
        id="no ASCII",
    ),
]


@pytest.mark.parametrize(("change", "failure", "party"), REFUSALS)
async def test_a_request_that_breaks_a_rule_is_refused(
    world: World,
    verifier: VerifierOfTest,
    change: ChangeVerifier,
    failure: WalletFailure,
    party: Party,
) -> None:
    """
    Neither presented nor refused nor recorded: no word goes to an address found in it (T13).
    """
    change(verifier)

    with refused(failure, party):
        await world.wallets.present(HOLDER, verifier.link, Wish())
    with refused(failure, party):
        await world.wallets.review(HOLDER, verifier.link)

    assert [] == verifier.responses
    assert [] == world.ledger.submissions
    assert {REQUEST_URI} == {each.url for each in world.network.asked if HOST in each.url}
    entry, _ = await world.wallets.history(HOLDER)
    assert ("failed", failure.value) == (entry["event"], entry["reason"])


@pytest.mark.parametrize(
    ("link", "failure"),
    [
        ("", WalletFailure.REQUEST_MALFORMED),
        ("openid4vp://?client_id=x509_hash:a", WalletFailure.REQUEST_MALFORMED),
        ("openid4vp://?client_id=x509_hash:a&request=e30.e30.", WalletFailure.REQUEST_INVALID),
        ("openid4vp://?client_id=x509_hash:a&request=e30.e30.e30", WalletFailure.REQUEST_INVALID),
        ("openid4vp://?client_id=x509_hash:a&response_type=x", WalletFailure.REQUEST_MALFORMED),
        (
            "openid4vp://?client_id=x509_hash:a&request_uri=file:///etc/passwd",
            WalletFailure.REQUEST_MALFORMED,
        ),
        (
            "openid4vp://?client_id=x509_hash:a&request_uri=data:,x",
            WalletFailure.REQUEST_MALFORMED,
        ),
        (
            f"openid4vp://?client_id=openid_federation:https://a.example&request_uri={REQUEST_URI}",
            WalletFailure.REQUEST_UNSUPPORTED,
        ),
        (
            f"openid4vp://?client_id=origin:https://a.example&request_uri={REQUEST_URI}",
            WalletFailure.REQUEST_UNSUPPORTED,
        ),
        (
            f"openid4vp://?client_id=desk&request_uri={REQUEST_URI}",
            WalletFailure.REQUEST_UNSUPPORTED,
        ),
        (
            f"openid4vp://?client_id=x509_hash:a&request_uri={REQUEST_URI}&request_uri_method=put",
            WalletFailure.REQUEST_MALFORMED,
        ),
        ("openid4vp://?client_id=x509_hash:" + "a" * 20_000, WalletFailure.REQUEST_MALFORMED),
    ],
    ids=lambda value: str(value)[:60],
)
async def test_a_link_that_is_no_request_is_refused(
    world: World, link: str, failure: WalletFailure
) -> None:
    """
    A link without, with an unsigned, with a local or with a strange request asks nobody (H80).
    """
    with refused(failure, Party.VERIFIER):
        await world.wallets.present(HOLDER, link, Wish())

    assert [] == world.network.asked


@pytest.mark.parametrize(
    "reply",
    [
        Reply(503, "application/oauth-authz-req+jwt", b"e30.e30."),
        Reply(200, "text/html", b"<h1>Sorry</h1>"),
    ],
    ids=["H55 an error", "H55 a page"],
)
async def test_what_is_no_request_object_is_refused(
    world: World, verifier: VerifierOfTest, reply: Reply
) -> None:
    """
    Any HTTP error ends the process (VP-29).
    """
    world.network.serve(REQUEST_URI, lambda _: reply)

    with refused(WalletFailure.REQUEST_UNREACHABLE, Party.NETWORK, str(reply.status)):
        await world.wallets.present(HOLDER, verifier.link, Wish())


@pytest.mark.parametrize("status", [400, 404, 410])
async def test_a_request_the_party_closed_is_told_as_over(
    world: World, verifier: VerifierOfTest, status: int
) -> None:
    """
    Going back to an answered question alarms nobody: it is over, and the history has it.
    """
    world.network.serve(REQUEST_URI, lambda _: Reply(status, "application/json", b"{}"))

    with refused(WalletFailure.REQUEST_OVER, Party.VERIFIER, "history"):
        await world.wallets.present(HOLDER, verifier.link, Wish())


async def test_a_request_out_of_reach_is_told_so(world: World, verifier: VerifierOfTest) -> None:
    """
    The person learns which host did not answer.
    """
    world.network.unreachable.add(HOST)

    with refused(WalletFailure.REQUEST_UNREACHABLE, Party.NETWORK, HOST):
        await world.wallets.present(HOLDER, verifier.link, Wish())


async def test_a_posted_nonce_must_come_back(world: World, verifier: VerifierOfTest) -> None:
    """
    A request object made for somebody else's fetch is refused (H80).
    """
    verifier.method = "post"
    claim(wallet_nonce="another")(verifier)

    with refused(WalletFailure.REQUEST_MISMATCH, Party.VERIFIER, "wallet_nonce"):
        await world.wallets.present(HOLDER, verifier.link, Wish())


async def test_each_fetch_posts_a_nonce_of_its_own_and_nothing_else(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    The fetch tells the party nothing about the holder or this wallet (VP-25, VP-63, P18).
    """
    verifier.method = "post"

    await world.wallets.review(HOLDER, verifier.link)
    await world.wallets.review(HOLDER, verifier.link)

    fetches = world.network.to(REQUEST_URI)
    one, two = (WalletPost.parse(asked.content) for asked in fetches)
    assert one.wallet_nonce is not None
    assert 43 == len(one.wallet_nonce)
    assert one.wallet_nonce != two.wallet_nonce
    assert one.wallet_metadata == two.wallet_metadata == OUR_METADATA.as_text()
    assert {MEDIA_TYPE} == {asked.accept for asked in fetches}
    assert {"application/x-www-form-urlencoded"} == {asked.content_type for asked in fetches}


async def test_a_request_found_elsewhere_is_refused(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    A copy of a request on another host cannot be used to catch answers or people (H80, VP-64).
    """
    world.network.serve("https://copy.example/1", verifier._request)
    link = f"openid4vp://?client_id={verifier.client_id}&request_uri=https://copy.example/1"

    with refused(WalletFailure.REQUEST_MISMATCH, Party.VERIFIER, "another host"):
        await world.wallets.present(HOLDER, link, Wish())


async def test_a_request_may_be_read_twice(world: World, verifier: VerifierOfTest) -> None:
    """
    Reviewing and then answering fetches the request again, and works (H80).
    """
    await world.wallets.review(HOLDER, verifier.link)
    await world.wallets.present(HOLDER, verifier.link, Wish())

    assert 2 == len(world.network.to(REQUEST_URI))


async def test_what_nobody_knows_in_a_request_is_ignored(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    Unknown members, a foreign verifier_info and a wrong iss change nothing (H75, VP-2).
    """
    verifier.terms = None
    claim(
        iss="https://somebody.example",
        unknown={"a": 1},
        verifier_info=[{"format": "jwt", "data": "e30.e30.e30"}],
    )(verifier)

    outcome = await world.wallets.present(HOLDER, verifier.link, Wish())

    assert "presented" == outcome.state


async def test_a_request_of_more_claims_than_any_certificate_has_is_refused(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    Nobody can agree to hundreds of claims with open eyes, and no record could name them (H49).
    """
    claims: list[JsonValue] = [{"path": ["name"]}]
    more: list[JsonValue] = [{"path": [f"claim_{n}"]} for n in range(201)]
    base: JsonObject = {"format": "dc+sd-jwt", "meta": {"vct_values": [VCT]}}
    verifier.dcql = {
        "credentials": [
            {**base, "id": "base", "claims": claims},
            {**base, "id": "all", "claims": more},
        ],
        "credential_sets": [{"options": [["base"], ["all"]]}],
    }

    with refused(WalletFailure.REQUEST_UNSUPPORTED, Party.VERIFIER, "200"):
        await world.wallets.present(HOLDER, verifier.link, Wish())

    assert [] == verifier.responses


async def test_what_cannot_be_recorded_is_not_answered(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    A name with hidden characters would make a receipt that shows another text than it says (H64).
    """
    verifier.name = "은행\u202eknab"
    verifier.certify()

    with refused(WalletFailure.REQUEST_UNSUPPORTED, Party.VERIFIER):
        await world.wallets.present(HOLDER, verifier.link, Wish())

    assert [] == verifier.responses
    assert [] == world.ledger.submissions
