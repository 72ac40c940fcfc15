"""Sets of claims and of credentials, in both directions: our side and another maker's agree."""

from typing import Any

import pytest

from tests.conformance.asking import WAYS, Asking, query_for
from tests.conformance.bundles.schemas import Schemas
from tests.conformance.conftest import MeetParty
from tests.conformance.service import UnderTest
from tests.conformance.test_presenting_wallet import WAYS as PARTIES
from tests.conformance.test_presenting_wallet import leaves
from tests.interop.stranger import Stranger

NO_ARREARS, NAME = {"id": "a", "path": ["no_arrears"]}, {"id": "n", "path": ["taxpayer", "name"]}
NOBODYS = {"id": "x", "path": ["what_nobody_has"]}
both = pytest.mark.parametrize("way", ["HAIP", "plain, by name"])


def asked(service: UnderTest, *claims: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A query for a certificate of ours."""
    [wanted] = query_for(service)["credentials"]
    return {**wanted, "claims": [*claims], **more}


def with_alternatives(service: UnderTest) -> dict[str, Any]:
    """One of two kinds, of which only the second is held; and a third one, if there is one."""
    held = asked(service, NO_ARREARS)
    local = {"vct_values": [f"{service.issuer('city-hall')}/types/local-tax-payment/1"]}
    others = [held | {"id": "local", "meta": local}, held | {"id": "again", "meta": local}]
    sets = [{"options": [["local"], ["tax"]]}, {"options": [["again"]], "required": False}]
    return {"credentials": [held, *others], "credential_sets": sets}


@both
@pytest.mark.parametrize(
    ("sets", "shown"),
    [
        ([["a", "n"], ["a"]], {"no_arrears", "taxpayer"}),
        ([["a"], ["a", "n"]], {"no_arrears"}),
        ([["n"], ["a"]], {"taxpayer"}),
    ],
)
def test_another_wallet_chooses_among_our_sets_of_claims(
    service: UnderTest,
    presented_schemas: Schemas,
    peer: Stranger,
    shown_card: str,
    way: str,
    sets: list[list[str]],
    shown: set[str],
) -> None:
    """
    Section 6.4.1: the first set that can be met is disclosed, and our verifier takes it.
    """
    query = {"credentials": [asked(service, NO_ARREARS, NAME, claim_sets=sets)]}
    asking = Asking(service, presented_schemas, WAYS[way], query)

    asking.let(peer, shown_card)

    [credential] = asking.result()["credentials"]
    assert shown == set(credential["claims"])


@both
def test_another_wallet_chooses_among_our_sets_of_credentials(
    service: UnderTest, presented_schemas: Schemas, peer: Stranger, shown_card: str, way: str
) -> None:
    """
    Section 6.4.2: the option that can be met, and nothing for the set that need not be.
    """
    asking = Asking(service, presented_schemas, WAYS[way], with_alternatives(service))

    asking.let(peer, shown_card)

    [credential] = asking.result()["credentials"]
    assert {"no_arrears": True} == credential["claims"]


@both
@pytest.mark.parametrize(
    ("sets", "shown"),
    [
        ([["x", "a"], ["n"]], {("taxpayer", "name")}),
        ([["a", "n"], ["a"]], {("no_arrears",), ("taxpayer", "name")}),
        ([["a"], ["a", "n"]], {("no_arrears",)}),
    ],
)
def test_our_wallet_chooses_among_anothers_sets_of_claims(
    service: UnderTest,
    meet_party: MeetParty,
    way: str,
    sets: list[list[str]],
    shown: set[tuple[str, ...]],
) -> None:
    """
    Section 6.4.1: what the other maker's package finds to be the answer to its query.
    """
    wanted = [each for each in (NO_ARREARS, NAME, NOBODYS) if any(each["id"] in s for s in sets)]
    query = {"credentials": [asked(service, *wanted, claim_sets=sets)]}

    opened = meet_party(**PARTIES[way], dcql=query).answer()

    assert shown == leaves(opened["tax"].disclosed)


@both
def test_our_wallet_chooses_among_anothers_sets_of_credentials(
    service: UnderTest, meet_party: MeetParty, way: str
) -> None:
    """
    Section 6.4.2: the option that can be met, and nothing for the set that need not be.
    """
    opened = meet_party(**PARTIES[way], dcql=with_alternatives(service)).answer()

    assert {"tax"} == set(opened)
