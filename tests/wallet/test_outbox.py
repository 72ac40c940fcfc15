"""Errands on both databases: kept once, worked on by one at a time, never lost."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.conftest import EngineOf
from wallet.kept.keeping import BoxKind, SealedBox
from wallet.kept.outbox import FIRST_WAIT, LONGEST_WAIT, Errand, Stage, wait_after
from wallet.store import OutboxStore, WalletStore, metadata

ERRAND = Errand("min", "subject", Stage.RECORDING, 0, 100, b"sealed")


@pytest.fixture
async def stores(engine_of: EngineOf) -> tuple[OutboxStore, WalletStore]:
    engine = await engine_of(metadata)
    return OutboxStore(engine), WalletStore(engine)


@pytest.fixture
def outbox(stores: tuple[OutboxStore, WalletStore]) -> OutboxStore:
    return stores[0]


async def test_of_many_errands_for_one_thing_the_first_is_kept(outbox: OutboxStore) -> None:
    """
    Whoever begins later is told what was begun.
    """
    begun = await asyncio.gather(
        *(outbox.begin(replace(ERRAND, sealed=str(n).encode())) for n in range(10))
    )

    assert 1 == len({errand.sealed for errand in begun})
    assert [begun[0]] == list(await outbox.all("min"))
    assert begun[0] == await outbox.find("min", "subject")


@pytest.mark.parametrize(("holder", "subject"), [("jun", "subject"), ("min", "other")])
async def test_an_errand_is_found_by_its_own_holder_and_subject_only(
    outbox: OutboxStore, holder: str, subject: str
) -> None:
    """
    Another holder's errand is nobody's (H90).
    """
    await outbox.begin(ERRAND)

    assert await outbox.find(holder, subject) is None


async def test_a_refused_errand_is_begun_anew(outbox: OutboxStore) -> None:
    """
    What the ledger did not take can be tried again; what it took cannot be begun again.
    """
    refused = replace(ERRAND, stage=Stage.REFUSED, due_at=None)
    await outbox.begin(refused)
    again = replace(ERRAND, sealed=b"again")

    assert again == await outbox.begin(again)
    assert again == await outbox.begin(replace(ERRAND, sealed=b"third"))


async def test_what_is_due_comes_the_longest_due_first(outbox: OutboxStore) -> None:
    """
    What is not due yet, and what is done, does not come; of many only so many.
    """
    for subject, due_at in (("a", 90), ("b", 80), ("c", 101), ("d", None), ("e", 100)):
        await outbox.begin(replace(ERRAND, subject=subject, due_at=due_at))

    assert ["b", "a", "e"] == [each.subject for each in await outbox.due(100, limit=9)]
    assert ["b", "a"] == [each.subject for each in await outbox.due(100, limit=2)]


async def test_of_many_workers_one_has_the_errand(outbox: OutboxStore) -> None:
    """
    Ten processes see the same errand due: one works on it.
    """
    await outbox.begin(ERRAND)

    claims = await asyncio.gather(
        *(outbox.claim(ERRAND, now=100, until=160 + n) for n in range(10))
    )

    assert 1 == sum(claim is not None for claim in claims)


@pytest.mark.parametrize(
    "errand", [replace(ERRAND, due_at=None), replace(ERRAND, due_at=101)], ids=["done", "later"]
)
async def test_what_is_not_due_cannot_be_claimed(outbox: OutboxStore, errand: Errand) -> None:
    """
    Nobody works on what is done, or waiting.
    """
    await outbox.begin(errand)

    assert await outbox.claim(errand, now=100, until=160) is None


async def test_a_moved_errand_and_what_it_brought_are_kept_together(
    stores: tuple[OutboxStore, WalletStore],
) -> None:
    """
    How far it came and its receipt are one transaction.
    """
    outbox, shelf = stores
    await outbox.begin(ERRAND)
    claimed = await outbox.claim(ERRAND, now=100, until=160)
    assert claimed is not None
    moved = replace(claimed, stage=Stage.TELLING, due_at=161)
    box = SealedBox("min", BoxKind.RECEIPT, "a", 1, b"sealed")

    assert await outbox.move(claimed, moved, box)
    assert moved == await outbox.find("min", "subject")
    assert box == await shelf.find("min", BoxKind.RECEIPT, "a")


async def test_who_comes_back_after_the_lease_changes_nothing(
    stores: tuple[OutboxStore, WalletStore],
) -> None:
    """
    A process that was thought dead cannot undo what its successor did.
    """
    outbox, shelf = stores
    await outbox.begin(ERRAND)
    slow = await outbox.claim(ERRAND, now=100, until=160)
    assert slow is not None
    second = await outbox.claim(slow, now=160, until=220)
    assert second is not None
    assert await outbox.move(second, replace(second, stage=Stage.DONE, due_at=None))

    box = SealedBox("min", BoxKind.RECEIPT, "a", 1, b"sealed")
    assert not await outbox.move(slow, replace(slow, attempts=1), box)
    assert await shelf.find("min", BoxKind.RECEIPT, "a") is None


@pytest.mark.parametrize(
    ("attempts", "expected"),
    [(1, FIRST_WAIT), (2, timedelta(seconds=30)), (11, timedelta(hours=4, minutes=16))]
    + [(attempts, LONGEST_WAIT) for attempts in (12, 13, 10_000)],
)
def test_waits_grow_up_to_a_bound(attempts: int, expected: timedelta) -> None:
    """
    A party that never answers is asked less and less, and never less than four times a day.
    """
    assert expected == wait_after(attempts)
