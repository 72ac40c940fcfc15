"""By command the holder names certificates by their ids, as on the page by a pick."""

from typing import Any

import pytest

from keys.strict_json import JsonObject
from tests.wallet.issuer_of_test import IssuerOfTest
from tests.wallet.refusal import refused
from tests.wallet.verifier_of_test import BASE, VerifierOfTest
from tests.wallet.world import HOLDER, World
from wallet.endpoints.wishes import wish_of
from wallet.errors import WalletFailure


async def two_more(world: World, issuer: IssuerOfTest) -> list[str]:
    """Return the ids of three certificates of a kind, the newest first."""
    for name in ("second", "third"):
        issuer.claims = {**issuer.claims, "name": name}
        await world.wallets.accept(HOLDER, issuer.again())
    return [each.id for each in await world.wallets.credentials(HOLDER)]


def names(verifier: VerifierOfTest) -> list[object]:
    return [vc.sd.claims["name"] for vc in verifier.verified]


@pytest.mark.parametrize("pinned", ["", "base="])
async def test_the_certificate_named_is_the_one_that_answers(
    world: World, verifier: VerifierOfTest, issuer: IssuerOfTest, pinned: str
) -> None:
    """
    P9: of several like certificates the holder may take any.
    """
    ids = await two_more(world, issuer)
    wish = wish_of({"credentials": [f"{pinned}{ids[1]}"]})

    await world.wallets.present(HOLDER, verifier.link, wish)

    assert ["second"] == names(verifier)


async def test_several_named_are_several_presentations(
    world: World, verifier: VerifierOfTest, issuer: IssuerOfTest
) -> None:
    """
    ``multiple``: all that are named go out, each bound to the request by its own key.
    """
    verifier.dcql = {"credentials": [{**BASE, "multiple": True}]}
    ids = await two_more(world, issuer)

    await world.wallets.present(HOLDER, verifier.link, wish_of({"credentials": [*ids[:2]]}))

    assert ["third", "second"] == names(verifier)
    reviewed = (await world.wallets.review(HOLDER, verifier.link)).as_dict()
    match reviewed["answers"]:
        case [{"query_id": "base", "multiple": True, "answers": list(listed)}]:
            assert set(ids) == {each["credential_id"] for each in listed if isinstance(each, dict)}
        case other:
            pytest.fail(str(other))


async def test_one_that_is_not_there_sends_nothing(
    world: World, verifier: VerifierOfTest, issuer: IssuerOfTest
) -> None:
    """
    Not held is the caller's mistake; held and not fitting together is a choice that cannot be.
    """
    ids = await two_more(world, issuer)
    for named, failure in (
        (["nobody's"], WalletFailure.UNKNOWN_CREDENTIAL),
        (ids[:2], WalletFailure.CLAIM_REQUIRED),
        ([f"other={ids[0]}"], WalletFailure.CLAIM_REQUIRED),
    ):
        with refused(failure):
            await world.wallets.present(HOLDER, verifier.link, wish_of({"credentials": [*named]}))
    assert [] == names(verifier)


@pytest.mark.parametrize("value", ["id", [7], [None], [""], ["x"] * 1025, {"id": 1}])
def test_what_is_no_list_of_ids_is_told(value: Any) -> None:
    """
    The call is malformed, and says which member.
    """
    body: JsonObject = {"credentials": value}
    with refused(WalletFailure.CALL_MALFORMED):
        wish_of(body)
    assert 1024 == len(wish_of({"credentials": ["x"] * 1024}).credentials)
