"""The wallet's modules over the browser's API (variants `dc_api` and `dc_api.jwt`).

The platform is not run: a double of it stands between a page of another maker and our wallet. Each
negative module is run a second time with its one rule put off, and must then fail.
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from typing import Any

import pytest

from keys.role import Role
from tests.conformance import presenting_dc_api_put_off as put_off
from tests.conformance.citizen import Citizen
from tests.conformance.holder import HolderOfOurs
from tests.conformance.platform import MULTISIGNED, SIGNED, UNSIGNED, Page, Platform
from tests.conformance.service import UnderTest
from tests.interop.foreign_authority import ForeignAuthority

VARIANTS = {
    f"{protocol.rpartition('-')[2]} {mode}": {"protocol": protocol, "mode": mode}
    for protocol in (UNSIGNED, SIGNED, MULTISIGNED)
    for mode in ("dc_api", "dc_api.jwt")
}
Open = Callable[..., Page]
Module = Callable[[Platform, Open], None]


@pytest.fixture(scope="module")
def platform(service: UnderTest, citizen: Citizen, foreign: ForeignAuthority) -> Platform:
    """The demo citizen's browser; our wallet holds a certificate and trusts the other maker."""
    service.believe(Role.VERIFIER, foreign.root_file)
    holder = HolderOfOurs(service, citizen)
    taken = holder.accept(service.order("tax-payment")["credential_offer_uri"])
    assert 200 == taken.status, taken.body
    return Platform(holder)


@pytest.fixture(params=VARIANTS)
def page(request: pytest.FixtureRequest, platform: Platform, foreign: ForeignAuthority) -> Open:
    """Open a page of another maker's verifier, in one variant of the plan."""
    return opening(platform, foreign, **VARIANTS[request.param])


@pytest.fixture
def signed(platform: Platform, foreign: ForeignAuthority) -> Open:
    """Open a page whose requests are signed and answered encrypted."""
    return opening(platform, foreign)


def opening(platform: Platform, foreign: ForeignAuthority, **variant: Any) -> Open:
    """Return what opens a page; it asks for one claim of a tax payment certificate."""

    def opened(query: dict[str, Any] | None = None, **options: Any) -> Page:
        asked = query or {"credentials": [tax(platform)]}
        return Page(foreign, asked, **{**variant, **options})

    return opened


def tax(platform: Platform, *claims: str) -> dict[str, Any]:
    """A query for these claims of a certificate of ours."""
    vct = f"{platform.holder.service.issuer()}/types/tax-payment/1"
    named = [{"path": [name]} for name in claims or ("no_arrears",)]
    meta = {"vct_values": [vct]}
    return {"id": "tax", "format": "dc+sd-jwt", "meta": meta, "claims": named}


def impossible(platform: Platform, *, required: bool) -> dict[str, Any]:
    """A query of which one part is held by nobody."""
    other = tax(platform) | {"id": "none", "meta": {"vct_values": ["urn:nobody:issues:this"]}}
    return {
        "credentials": [tax(platform), other],
        "credential_sets": [
            {"options": [["tax"]]},
            {"options": [["none"]], "required": required},
        ],
    }


def test_oid4vp_1final_wallet_happy_flow_dc_api(platform: Platform, page: Open) -> None:
    """
    Section 2, module 1: a valid request, in each form and mode.
    """
    assert {"tax"} == set(platform.share(page()))


def test_oid4vp_1final_wallet_alternate_happy_flow_dc_api(platform: Platform, page: Open) -> None:
    """
    Section 2, module 2: what a wallet ignores is ignored, in an unsigned request above all.
    """
    odd = {"state": "s" * 64, "unknown_parameter": "1", "iss": "https://somebody.example"}
    opened = page(change=odd)
    if opened.protocol == UNSIGNED:
        # a client nobody knows, and a page that is not this one
        opened = opened.but(client_id="unknown_prefix:x", expected_origins=["https://x.example"])

    assert {"tax"} == set(platform.share(opened))


def test_oid4vp_1final_wallet_ignores_unusable_encryption_key_dc_api(
    platform: Platform, signed: Open
) -> None:
    """
    Section 2, module 4: keys of algorithms and kinds nobody has stand before the usable one.
    """
    odd = (
        {"kty": "AKP", "alg": "ML-KEM-9999", "kid": "pq", "use": "enc", "pub": "AAAA"},
        {"kty": "MADE-UP", "alg": "ECDH-ES", "kid": "made-up", "use": "enc"},
    )

    assert {"tax"} == set(platform.share(signed(more_keys=odd)))


def test_oid4vp_1final_wallet_fewer_claims_than_available_dc_api(
    platform: Platform, page: Open
) -> None:
    """
    Section 2, module 5: exactly the claims that were asked for.
    """
    query = {"credentials": [tax(platform, "no_arrears", "issue_number")]}

    shown = platform.share(page(query))

    assert [("issue_number",), ("no_arrears",)] == sorted(shown["tax"].disclosed)


def test_oid4vp_1final_wallet_optional_credential_set_dc_api(
    platform: Platform, page: Open
) -> None:
    """
    Section 2, module 6: the impossible set is optional, so only the other is answered.
    """
    assert {"tax"} == set(platform.share(page(impossible(platform, required=False))))


def test_oid4vp_1final_wallet_no_claims_in_dcql_query_dc_api(
    platform: Platform, page: Open
) -> None:
    """
    Section 2, module 7: without `claims` nothing is disclosed that need not be.
    """
    query = {name: each for name, each in tax(platform).items() if name != "claims"}

    shown = platform.share(page({"credentials": [query]}))

    assert [] == list(shown["tax"].disclosed)


@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("mode", ["dc_api", "dc_api.jwt"])
def test_oid4vp_1final_wallet_multisigned_one_invalid_signature(
    platform: Platform, signed: Open, mode: str, place: int
) -> None:
    """
    Section 2, module 10: of two signatures one is broken, and the other is enough.
    """
    opened = signed(protocol=MULTISIGNED, mode=mode, spoilt=frozenset({place}))

    assert {"tax"} == set(platform.share(opened))


def test_oid4vp_1final_wallet_negative_test_invalid_request_object_signature_dc_api(
    platform: Platform, signed: Open
) -> None:
    """
    Section 2, module 9: the signature is broken, or every one of several.
    """
    for protocol in (SIGNED, MULTISIGNED):
        opened = signed(protocol=protocol, spoilt=frozenset({0, 1}))
        assert "invalid_client" == platform.stopped(opened)


def test_oid4vp_1final_wallet_negative_test_missing_nonce_dc_api(
    platform: Platform, signed: Open
) -> None:
    """
    Section 2, module 13: no `nonce`, in each form.
    """
    for protocol in (UNSIGNED, SIGNED, MULTISIGNED):
        opened = signed(protocol=protocol).but(nonce=None)
        assert "invalid_request" == platform.stopped(opened)


def test_oid4vp_1final_wallet_negative_test_wrong_expected_origins(
    platform: Platform, signed: Open
) -> None:
    """
    Section 2, module 14: the request was signed for somebody else's page.
    """
    for protocol in (SIGNED, MULTISIGNED):
        opened = signed(protocol=protocol).but(expected_origins=["https://other.example"])
        assert "invalid_request" == platform.stopped(opened)


def test_oid4vp_1final_wallet_negative_test_invalid_client_id_prefix_dc_api(
    platform: Platform, signed: Open
) -> None:
    """
    Section 2, module 15: a prefix nobody knows.
    """
    opened = signed().but(client_id="unknown_prefix:localhost")
    assert "invalid_client" == platform.stopped(opened)


def test_oid4vp_1final_wallet_negative_test_unknown_transaction_data_type_dc_api(
    platform: Platform, signed: Open
) -> None:
    """
    Section 2, module 16: transaction data of a type nobody knows.
    """
    data = {"type": "https://nobody.example/type", "credential_ids": ["tax"]}
    text = urlsafe_b64encode(json.dumps(data).encode()).rstrip(b"=").decode()
    for protocol in (UNSIGNED, SIGNED, MULTISIGNED):
        opened = signed(protocol=protocol).but(transaction_data=[text])
        assert "invalid_transaction_data" == platform.stopped(opened)


def test_oid4vp_1final_wallet_negative_test_required_non_matching_credential_dc_api(
    platform: Platform, signed: Open
) -> None:
    """
    Section 2, module 17: nothing is answered but `access_denied`, as if the holder had said no.
    """
    opened = signed(impossible(platform, required=True))
    request_uri = platform.hand_over(opened)
    tried = platform.holder.call("/present", {"request_uri": request_uri})
    assert 4 == tried.status // 100
    assert {"state": "waiting"} == platform.answer(request_uri)

    platform.holder.call("/refuse", {"request_uri": request_uri})

    answered = platform.answer(request_uri)
    assert "access_denied" == platform.opened(opened, answered)["error"]


TWINS: list[tuple[Module, put_off.PutOff]] = [
    (
        test_oid4vp_1final_wallet_negative_test_invalid_request_object_signature_dc_api,
        put_off.any_signature,
    ),
    (test_oid4vp_1final_wallet_negative_test_missing_nonce_dc_api, put_off.some_nonce),
    (test_oid4vp_1final_wallet_negative_test_wrong_expected_origins, put_off.any_page),
    (
        test_oid4vp_1final_wallet_negative_test_invalid_client_id_prefix_dc_api,
        put_off.any_client,
    ),
    (
        test_oid4vp_1final_wallet_negative_test_unknown_transaction_data_type_dc_api,
        put_off.no_transaction_data,
    ),
    (
        test_oid4vp_1final_wallet_negative_test_required_non_matching_credential_dc_api,
        put_off.nothing_required,
    ),
]


@pytest.mark.parametrize(("module", "rule"), TWINS, ids=[each.__name__ for each, _ in TWINS])
def test_a_module_fails_when_its_rule_is_put_off(
    platform: Platform,
    signed: Open,
    monkeypatch: pytest.MonkeyPatch,
    module: Module,
    rule: put_off.PutOff,
) -> None:
    """
    The twin of each negative module: what it watches is what it says.
    """
    rule(monkeypatch, platform)

    with pytest.raises(AssertionError):
        module(platform, signed)


def test_the_platform_sees_nothing_of_a_certificate_but_an_encrypted_answer(
    platform: Platform, signed: Open
) -> None:
    """
    P10: neither a value nor the name of a claim, whether the holder answers or says no.
    """
    query = {"credentials": [tax(platform, "no_arrears", "issue_number")]}
    watching = Platform(platform.holder)
    opened = signed(query)
    shown = watching.share(opened)
    number = str(shown["tax"].claims["issue_number"])
    refused = watching.hand_over(signed(query))
    watching.holder.call("/refuse", {"request_uri": refused})
    watching.answer(refused)

    assert number
    assert not watching.saw(number, "issue_number", "no_arrears", "vp_token", "eyJ0eXAiOiJkYytzZC")


def test_an_answer_is_given_once_and_to_nobody_else(platform: Platform, signed: Open) -> None:
    """
    The same request handed over again is answered already; a name nobody gave out is unknown.
    """
    opened = signed()
    platform.share(opened)
    again = platform.hand_over(opened)

    assert "answered" == platform.answer(again)["state"]
    assert 409 == platform.holder.call("/present", {"request_uri": again}).status
    unknown = platform.holder.look("/handed-requests/urn%3Amydata%3Ahanded%3Anobody")
    assert 404 == unknown.status
