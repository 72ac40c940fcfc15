"""The wallet's modules of presentation in the format `mdoc`: our wallet, a verifier of others."""

from typing import Any

import pytest

from keys.role import Role
from tests.conformance.bundles.presentation import mdoc, response
from tests.conformance.conftest import MeetParty
from tests.conformance.holder import HolderOfOurs
from tests.conformance.sharing import Sharing

DOCTYPE, SPACE = "org.iso.18013.5.1.mDL", "org.iso.18013.5.1"
WAYS: dict[str, dict[str, Any]] = {
    "HAIP": {},
    "encrypted, by name": {"prefix": "x509_san_dns"},
    "plain": {"mode": "direct_post"},
    "plain, by name": {"mode": "direct_post", "prefix": "x509_san_dns"},
}


@pytest.fixture(scope="module")
def licensed(holding: HolderOfOurs) -> None:
    """The demo citizen also holds a driving licence of ours, an mdoc."""
    answer = holding.accept(holding.service.order("driving-licence")["credential_offer_uri"])
    assert 200 == answer.status, answer.body


def asked(*elements: str) -> dict[str, Any]:
    """A query for these elements of the licence."""
    wanted = {
        "id": "licence",
        "format": "mso_mdoc",
        "meta": {"doctype_value": DOCTYPE},
        "claims": [{"path": [SPACE, each]} for each in elements],
    }
    return {"credentials": [wanted]}


def answered(run: Sharing) -> dict[str, Any]:
    """Let our wallet answer; RESP and FMT-MDOC, and the other maker's own word."""
    answer = run.holder.present(run.party.link)
    assert 200 == answer.status, answer.body
    heard, service = run.party.heard(), run.holder.service
    request = heard["request"]
    [posted] = run.party.at("response")
    presented = response.check(run.parameters(posted, heard), request)
    assert heard["verified"], heard
    [[text]] = presented.values()
    keys = request["client_metadata"].get("jwks", {}).get("keys", [None])
    expected = mdoc.Expected(
        request["client_id"],
        request["nonce"],
        request["response_uri"],
        keys[0],
        service.roots(Role.ISSUER),
        service.roots(Role.STATUS),
        service.fetch,
    )
    [query] = request["dcql_query"]["credentials"]
    return mdoc.check(text, query, expected)


@pytest.mark.usefixtures("licensed")
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_oid4vp_1final_wallet_happy_flow_mdoc(meet_party: MeetParty, way: dict[str, Any]) -> None:
    """
    Section 2, module 1, bundle FMT-MDOC: what was asked for, over the transcript of the request.
    """
    shown = answered(meet_party(**way, dcql=asked("age_over_19")))

    assert {SPACE: {"age_over_19": True}} == shown


@pytest.mark.usefixtures("licensed")
def test_oid4vp_1final_wallet_fewer_claims_than_available_mdoc(meet_party: MeetParty) -> None:
    """
    Section 2, module 5: exactly the elements asked for, of a licence that has many.
    """
    shown = answered(meet_party(dcql=asked("family_name", "birth_date")))

    assert {"family_name", "birth_date"} == set(shown[SPACE])
