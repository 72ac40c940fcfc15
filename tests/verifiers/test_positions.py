"""Asked for one element of a list: that element as issued, however few of the list are shown."""

from typing import Any

import pytest

from consent.forms.receipt import Receipt
from standards.dcql.paths import ClaimsPathPointer
from standards.positions import Positions
from tests.verifiers.test_asking import dcql
from tests.verifiers.world import NOW, REGISTER_CLAIMS, World
from verifiers.asking.enquiry import Wish
from verifiers.asking.questions import Asked
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.presented.policy import SameValue
from verifiers.presented.verified import CredentialStatus, VerifiedCredential

MEMBERS: Any = REGISTER_CLAIMS["members"]
SECOND = dcql(["members", 1, "name"])


async def shown(world: World, asked: Asked, *paths: str) -> None:
    """Answer with some claims of a whole household's certificate."""
    held = world.issuer.issue()
    request = (await world.wallet.open(asked)).request
    presentation = world.wallet.bound(held.show(*paths), request, held.key)
    await world.post(asked, world.wallet.body(request, {"it": [presentation]}))


async def test_the_second_member_alone_answers_for_the_second(world: World) -> None:
    """
    RFC 9901 7.1: the list closes up around what is shown; the record still says which it was.
    """
    asked = await world.verifiers.ask_query(SECOND, Wish())

    await shown(world, asked, "members.1.name")

    result: Any = await world.state(asked)
    assert "verified" == result["state"]
    assert {"members": [{"name": MEMBERS[1]["name"]}]} == result["credentials"][0]["claims"]
    assert ("members.1.name",) == Receipt.parse(result["receipt"]).record.asked.disclosed


@pytest.mark.parametrize(
    ("paths", "failure"),
    [
        (("members.0.name",), Failure.QUERY_NOT_SATISFIED),
        ((), Failure.QUERY_NOT_SATISFIED),
        (("members.0.name", "members.1.name"), Failure.UNREQUESTED_CLAIM),
        (("members.1",), Failure.UNREQUESTED_CLAIM),
    ],
)
async def test_nobody_stands_in_for_the_second_member(
    world: World, paths: tuple[str, ...], failure: Failure
) -> None:
    """
    VP-61, H82: the first shown alone is not the second, nor may it come along.
    """
    asked = await world.verifiers.ask_query(SECOND, Wish())

    with pytest.raises(VerifierError) as refused:
        await shown(world, asked, *paths)

    assert failure is refused.value.failure
    assert "failed" == (await world.state(asked))["state"]


def test_a_policy_counts_as_the_issuer_did() -> None:
    """
    Two lists, one element shown of each: a rule about the second is none about the first.
    """
    second = ClaimsPathPointer.parse_dotted("of.1")
    rule = SameValue("a", second, "b", second)

    rule.check([list_showing("a", 1), list_showing("b", 1)], now=NOW)
    with pytest.raises(VerifierError) as refused:
        rule.check([list_showing("a", 1), list_showing("b", 0)], now=NOW)

    assert Failure.POLICY_NOT_MET is refused.value.failure


def list_showing(query_id: str, position: int) -> VerifiedCredential:
    """Return a certificate that shows one element of a list, the same in each."""
    return VerifiedCredential(
        query_id,
        "type",
        "issuer",
        {"of": ["Kim"]},
        CredentialStatus.VALID,
        Positions({("of",): (position,)}),
    )
