"""The review says what is otherwise than the holder last agreed to with the same party."""

from dataclasses import replace
from typing import Any

from consent.forms.terms import Purpose, Retention
from tests.wallet.verifier_of_test import VerifierOfTest, same_text
from tests.wallet.world import HOLDER, World
from wallet.kept.keeping import BoxKind
from wallet.kept.vault import open_vault
from wallet.presenting.possible import Wish


async def changes(world: World, verifier: VerifierOfTest) -> list[Any]:
    reviewed: Any = (await world.wallets.review(HOLDER, verifier.link)).as_dict()
    return [(each["item"], each["widens"]) for each in reviewed["changes"]]


def asked_again(verifier: VerifierOfTest, **changed: Any) -> None:
    """Ask anew on other terms."""
    assert verifier.terms is not None
    verifier.terms = replace(verifier.terms, **changed)
    verifier.random = verifier.entropy(32)


async def test_what_changed_since_the_last_agreement_is_told(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    A longer retention is told as wider; the first agreement has nothing before it.
    """
    assert [] == await changes(world, verifier)
    await world.wallets.present(HOLDER, verifier.link, Wish())

    asked_again(verifier)
    assert [] == await changes(world, verifier)
    asked_again(verifier, retention=Retention("P10Y", same_text("Ten years")))
    assert [("retention", True)] == await changes(world, verifier)


async def test_another_purpose_is_compared_with_its_own_agreement(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    What was agreed to for one purpose says nothing about another; no terms, nothing to compare.
    """
    await world.wallets.present(HOLDER, verifier.link, Wish())

    asked_again(verifier, purpose=Purpose("other", same_text("For something else")))
    assert [] == await changes(world, verifier)
    verifier.terms = None
    assert [] == await changes(world, verifier)


async def test_a_receipt_of_the_first_release_is_not_compared(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    Its terms had another form; the review goes on without it.
    """
    outcome = await world.wallets.present(HOLDER, verifier.link, Wish())
    ports = world.ports
    vault = await open_vault(ports.shelf, ports.store_key, HOLDER, ports.entropy)
    old = vault.seal(BoxKind.RECEIPT, str(outcome.receipt), world.clock.now, {"format": "1"})
    await ports.shelf.put(old)

    asked_again(verifier, retention=Retention("P10Y", same_text("Ten years")))

    assert [] == await changes(world, verifier)
