"""Verifying the whole log in the background: one at a time, and what it finds."""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncEngine

from consent import verifying
from consent.auditing.report import Proved, Report
from consent.cosignatures import Given, Published
from consent.ledger import Ledger
from consent.ports import Verification
from consent.store import ConsentStore, metadata
from consent.store.tables import entries, subtrees
from consent.tlog.cosignature import Cosigner
from consent.tlog.tlog_policy import Policy
from consent.verifying import ABANDONED, Verifying
from keys.jwk import Algorithm
from keys.signer import SoftwareSigner
from tests.consent.test_store import EngineOf, append_batch
from tests.consent.world import NOW, World


@pytest.fixture
async def engine(engine_of: EngineOf) -> AsyncEngine:
    return await engine_of(metadata)


@pytest.fixture
async def log(world: World, engine: AsyncEngine, tmp_path: Path) -> AsyncIterator[Ledger]:
    ledger = world.ledger(engine, anchor=tmp_path / "anchor")
    await ledger.start()
    yield ledger
    await ledger.close()


async def verified(ledger: Ledger, since: str | None = None) -> Verification:
    """The verification that was begun, when it is done."""
    await ledger.verifying.begin(since)
    assert ledger.verifying._task is not None
    await ledger.verifying._task
    done = await ledger.verifying.last()
    assert done is not None
    return done


def report_of(verification: Verification) -> Report:
    assert verification.report is not None
    return verification.report


async def checkpoint_of(ledger: Ledger) -> str:
    return (await ledger.file("checkpoint")).decode()


@pytest.mark.parametrize("size", [0, 1, 256, 600])
async def test_a_sound_log_is_consistent(log: Ledger, size: int) -> None:
    """
    All entries are read, and the report says no more than was proved.
    """
    if size:
        await append_batch(log, size)

    done = await verified(log)

    assert (size, size) == (done.size, done.done)
    assert (Proved.CONSISTENT, size, ()) == (
        report_of(done).proved,
        report_of(done).size,
        report_of(done).problems,
    )
    assert not log.verifying.is_running(done)


async def test_a_checkpoint_kept_earlier_proves_more(log: Ledger) -> None:
    """
    Unchanged since, when what it covered is still there; not, when it is of another history.
    """
    await append_batch(log, 300)
    kept = await checkpoint_of(log)
    await append_batch(log, 300)

    done = await verified(log, kept)
    torn = await verified(log, kept.replace("300", "301"))

    assert (Proved.UNCHANGED, 300) == (report_of(done).proved, report_of(done).since)
    assert kept == done.since
    assert Proved.CONSISTENT == report_of(torn).proved
    assert report_of(torn).problems


async def test_the_witnesses_are_asked_for_when_there_is_a_policy(
    world: World, engine: AsyncEngine, tmp_path: Path
) -> None:
    """
    Who has not seen it is a problem; once they have, the state they saw is verified and told.
    """
    witness = Cosigner("witness.example/w", SoftwareSigner.generate(Algorithm.ED25519))
    policy = Policy.parse(f"witness w {witness.verifier_key.text()}\nquorum w\n")
    ledger = world.ledger(engine, anchor=tmp_path / "anchor", witnesses=policy)
    await ledger.start()
    await append_batch(ledger, 5)
    unseen = report_of(await verified(ledger))
    note = (await ledger.files.head()).checkpoint
    text = note.partition("\n\n")[0] + "\n"
    kept = ConsentStore(engine).cosignatures
    await kept.publish(Published(5, note, NOW))
    await kept.keep(Given("w", 5, witness.line(text, NOW), NOW))
    await kept.meet(5)
    await append_batch(ledger, 3)

    done = await verified(ledger)
    await ledger.close()

    assert (Proved.CONSISTENT, 1) == (unseen.proved, len(unseen.problems))
    assert "w absent" in unseen.problems[0].what
    seen = report_of(done)
    assert (Proved.SEEN, 5, 5) == (seen.proved, seen.size, done.size)
    assert seen.sighting is not None
    assert ("w", NOW) == (seen.sighting.by[0].name, seen.sighting.by[0].at)


async def test_a_changed_entry_is_found(log: Ledger, engine: AsyncEngine) -> None:
    """
    The tables are read themselves: nothing that was kept in memory hides the change.
    """
    await append_batch(log, 600)
    await log.file("tile/0/000")
    async with engine.begin() as connection:
        await connection.execute(
            update(entries).where(entries.c.position == 20).values(leaf=os.urandom(200))
        )

    report = report_of(await verified(log))

    assert Proved.NOTHING == report.proved
    assert [20] == [problem.index for problem in report.problems]


async def test_a_changed_hash_is_found(log: Ledger, engine: AsyncEngine) -> None:
    """
    A hash that is kept for 256 entries stands for them, and is named by the first of them.
    """
    await append_batch(log, 600)
    async with engine.begin() as connection:
        second = subtrees.c.position == 1
        await connection.execute(update(subtrees).where(second).values(hash=bytes(32)))

    assert [256] == [problem.index for problem in report_of(await verified(log)).problems]


@pytest.mark.parametrize("octets", [b"", bytes(70_000)], ids=["empty", "unspellable"])
async def test_an_entry_of_no_form_is_a_problem(
    log: Ledger, engine: AsyncEngine, octets: bytes
) -> None:
    """
    Whatever stands in the table, the verification ends with a report.
    """
    await append_batch(log, 10)
    async with engine.begin() as connection:
        fifth = update(entries).where(entries.c.position == 5)
        await connection.execute(fifth.values(leaf=octets))

    assert Proved.NOTHING == report_of(await verified(log)).proved


async def test_entries_that_are_gone_are_a_problem(log: Ledger, engine: AsyncEngine) -> None:
    """
    Deleting the youngest leaves a log that its own checkpoint contradicts.
    """
    await append_batch(log, 300)
    async with engine.begin() as connection:
        await connection.execute(delete(entries).where(entries.c.position >= 290))

    report = report_of(await verified(log))

    assert Proved.NOTHING == report.proved
    assert report.problems


def holding(monkeypatch: pytest.MonkeyPatch, ledger: Ledger) -> asyncio.Event:
    """Make the verification wait at its first entries until the event is set."""
    go_on = asyncio.Event()
    leaves = ledger.verifying._store.leaves

    async def waiting(start: int, end: int) -> Sequence[bytes]:
        await go_on.wait()
        return await leaves(start, end)

    monkeypatch.setattr(ledger.verifying._store, "leaves", waiting)
    monkeypatch.setattr(verifying, "TOLD_EVERY", 0.01)
    return go_on


async def test_one_runs_at_a_time(log: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Whoever presses again sees the one that is running; afterwards another may begin.
    """
    await append_batch(log, 300)
    go_on = holding(monkeypatch, log)
    await log.verifying.begin()
    running = await log.verifying.last()
    task = log.verifying._task
    await log.verifying.begin("another")
    await asyncio.sleep(0.05)
    again = await log.verifying.last()

    assert running is not None
    assert again is not None
    assert log.verifying.is_running(again)
    assert running.run == again.run
    assert task is log.verifying._task
    go_on.set()
    assert task is not None
    await task
    assert report_of(await verified(log)).ok


async def test_what_is_broken_off_does_not_block_the_next(
    log: Ledger, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A process that ends leaves no report; after half a minute another one may begin.
    """
    await append_batch(log, 300)
    go_on = holding(monkeypatch, log)
    await log.verifying.begin()
    task = log.verifying._task
    closing = asyncio.create_task(log.verifying.close())
    await asyncio.sleep(0.05)
    go_on.set()
    await closing
    broken_off = await log.verifying.last()
    later = NOW + ABANDONED + timedelta(seconds=2)
    other = Verifying(ConsentStore(engine), log.files, log.log_key, lambda: later)

    assert task is not None
    assert task.exception() is not None
    assert broken_off is not None
    assert broken_off.report is None
    assert log.verifying.is_running(broken_off)
    assert not other.is_running(broken_off)
    await other.begin()
    assert other._task is not None
    await other._task
    replaced = await other.last()
    assert replaced is not None
    assert broken_off.run != replaced.run


async def test_whoever_is_overtaken_stops(
    log: Ledger, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A process that was silent for too long finds another at it, and writes nothing over that.
    """
    await append_batch(log, 600)
    go_on = holding(monkeypatch, log)
    await log.verifying.begin()
    begun = await log.verifying.last()
    assert begun is not None
    other = replace(begun, run=b"other", told_at=NOW)
    store = ConsentStore(engine)
    assert await store.begin_verification(other, abandoned=NOW + timedelta(days=1))
    await asyncio.sleep(0.05)
    go_on.set()
    assert log.verifying._task is not None
    await asyncio.gather(log.verifying._task, return_exceptions=True)

    assert other == await log.verifying.last()
    await log.verifying.close()


async def test_there_is_none_before_the_first(log: Ledger) -> None:
    """
    A log that nobody verified here says so, and closing has nothing to break off.
    """
    assert await log.verifying.last() is None
    await log.verifying.close()
