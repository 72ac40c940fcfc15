"""The wallet's modules of presentation: our wallet, and verifiers of another maker.

The modes are those of redirects; the browser's interface has a file of its own.
"""

from typing import Any

import pytest

from tests.conformance.asking import query_for
from tests.conformance.bundles.presentation import leading_on, response
from tests.conformance.citizen import Citizen
from tests.conformance.conftest import MeetParty
from tests.conformance.service import UnderTest

WAYS: dict[str, dict[str, Any]] = {
    "HAIP": {},
    "encrypted, by name": {"prefix": "x509_san_dns"},
    "plain": {"mode": "direct_post"},
    "plain, by name": {"mode": "direct_post", "prefix": "x509_san_dns"},
}
# The other ways to be known, which the plan outside HAIP has.
KNOWN: dict[str, dict[str, Any]] = {
    "by address, in the link": {"prefix": "redirect_uri", "by": "value"},
    "by address, in the clear": {"prefix": "redirect_uri", "by": "value", "mode": "direct_post"},
    "by address, fetched": {"prefix": "redirect_uri", "by": "unsigned"},
    "by its own key": {"prefix": "decentralized_identifier"},
    "by a registrar": {"prefix": "verifier_attestation"},
    "registered, unsigned": {"registered": "library", "by": "unsigned"},
    "registered, in the link": {"registered": "library", "by": "value"},
}
ENCRYPTED = {name: way for name, way in WAYS.items() if "mode" not in way}
ways = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)


@pytest.mark.parametrize("way", (WAYS | KNOWN).values(), ids=WAYS | KNOWN)
def test_oid4vp_1final_wallet_happy_flow(meet_party: MeetParty, way: dict[str, Any]) -> None:
    """
    Section 2, module 1: a request without `state` gets what it asks for, and no `state`.
    """
    shown = meet_party(**way).answer()

    assert {"no_arrears": True} == hidden(shown["tax"].claims)


@ways
def test_oid4vp_1final_wallet_alternate_happy_flow(
    meet_party: MeetParty, citizen: Citizen, way: dict[str, Any]
) -> None:
    """
    Section 2, module 2, and REDIR: oddities are ignored, and the browser is led on in time.
    """
    run = meet_party(
        **way,
        nonce="w0Fq3nT8bV1yR6uJ9sKx2LmZ5cPd7GhE4aBiNoQtUvY",
        state="s" * 64,
        use=None,
        change={"unknown_parameter": "x", "iss": "https://somebody.example"},
        front={"another_parameter": "x"},
        reordered=True,
        back="back?code=1#fragment",
    )
    sent = citizen.answer(run.party.link)
    run.check()
    seconds, address = citizen.led_on(sent)

    assert seconds < 30
    assert f"{run.party.base}/back?code=1#fragment" == address
    # the fragment stays in the browser
    leading_on.check(run.party.at("back"), address.partition("#")[0])


@ways
def test_oid4vp_1final_wallet_request_uri_method_post(
    meet_party: MeetParty, way: dict[str, Any]
) -> None:
    """
    Section 2, module 3: the request is fetched by POST, with a nonce that must come back.
    """
    run = meet_party(**way, method="post")
    run.answer()

    run.check_posted_fetch()


@pytest.mark.parametrize("way", ENCRYPTED.values(), ids=ENCRYPTED)
def test_oid4vp_1final_wallet_ignores_unusable_encryption_key(
    meet_party: MeetParty, way: dict[str, Any]
) -> None:
    """
    Section 2, module 4: keys of kinds nobody has yet stand before the one that can be used.
    """
    run = meet_party(**way, decoys=True)
    run.answer()

    [*decoys, _usable] = run.party.heard()["request"]["client_metadata"]["jwks"]["keys"]
    assert ["pq", "x"] == [key["kid"] for key in decoys]


@ways
def test_oid4vp_1final_wallet_fewer_claims_than_available(
    meet_party: MeetParty, service: UnderTest, way: dict[str, Any]
) -> None:
    """
    Section 2, module 5: exactly the claims asked for, of a certificate that has many.
    """
    asked = claims_of(service, ["no_arrears"], ["taxpayer", "name"])
    shown = meet_party(**way, dcql=asked).answer()

    assert {("no_arrears",), ("taxpayer", "name")} == leaves(shown["tax"].disclosed)


@ways
def test_oid4vp_1final_wallet_optional_credential_set(
    meet_party: MeetParty, service: UnderTest, way: dict[str, Any]
) -> None:
    """
    Section 2, module 6: one set can be met; the other cannot and need not.
    """
    shown = meet_party(**way, dcql=with_impossible(service, required=False)).answer()

    assert {"tax"} == set(shown)


@ways
def test_oid4vp_1final_wallet_no_claims_in_dcql_query(
    meet_party: MeetParty, service: UnderTest, way: dict[str, Any]
) -> None:
    """
    Section 2, module 7: nothing that is selectively disclosable is disclosed.
    """
    shown = meet_party(**way, dcql=claims_of(service)).answer()

    assert {} == shown["tax"].disclosed


def test_a_refusal_is_access_denied(meet_party: MeetParty) -> None:
    """
    Section 4, and EnsureAuthorizationEndpointErrorIsAccessDenied: a no says nothing else.
    """
    for way in WAYS.values():
        run = meet_party(**way, state="s")
        assert 200 == run.holder.refuse(run.party.link).status

        [posted] = run.party.at("response")
        heard = run.party.heard()
        response.check_error(run.parameters(posted, heard), heard["request"])


def claims_of(service: UnderTest, *paths: list[str]) -> dict[str, Any]:
    """A query for these claims of a certificate of ours; without any, no `claims` at all."""
    [wanted] = query_for(service)["credentials"]
    del wanted["claims"]
    if paths:
        wanted["claims"] = [{"path": path} for path in paths]
    return {"credentials": [wanted]}


def with_impossible(service: UnderTest, *, required: bool) -> dict[str, Any]:
    """A query for a certificate of ours, and in a set of its own for one nobody has."""
    [held] = query_for(service)["credentials"]
    nobodys = held | {"id": "nobodys", "meta": {"vct_values": ["https://nobody.example/card"]}}
    sets = [{"options": [["tax"]]}, {"options": [["nobodys"]], "required": required}]
    return {"credentials": [held, nobodys], "credential_sets": sets}


def hidden(claims: dict[str, Any]) -> dict[str, Any]:
    """The claims of a certificate that are not the format's own."""
    own = {"iss", "iat", "nbf", "exp", "cnf", "vct", "vct#integrity", "status"}
    return {name: value for name, value in claims.items() if name not in own}


def leaves(disclosed: dict[tuple[Any, ...], Any]) -> set[tuple[Any, ...]]:
    """The disclosed places that lead to no other."""
    return {
        path
        for path in disclosed
        if not any(other != path and other[: len(path)] == path for other in disclosed)
    }
