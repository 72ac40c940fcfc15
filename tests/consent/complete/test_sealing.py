"""Sealing: when it happens, what it holds, what it does with a damaged map, and who shares it."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData, delete, event, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.sql import Executable

from consent import sequencer
from consent.complete.buckets import bucket_of
from consent.complete.prefix_map import EMPTY_MAP, MapEnd
from consent.errors import ConsentError, ConsentFailure
from consent.forms.entry import EntryType, Leaf, log_label
from consent.ledger import Ledger
from consent.sequencing import AuthorisedEntry
from consent.store import metadata, sealing
from consent.store import stored_map as stored_map_module
from consent.store.lock import ProcessLock
from consent.store.map_table import map_buckets
from consent.store.snapshots import Reader
from consent.store.tables import entries
from tests.consent.complete.test_prefix_map import naive_root
from tests.consent.world import ORIGIN, World, authorised, journal_of

EngineOf = Callable[[MetaData], Awaitable[AsyncEngine]]


@pytest.fixture
async def engine(engine_of: EngineOf) -> AsyncEngine:
    return await engine_of(metadata)


@pytest.fixture
async def log(world: World, engine: AsyncEngine, tmp_path: Path) -> AsyncIterator[Ledger]:
    ledger = world.ledger(engine, anchor=tmp_path / "anchor")
    await ledger.start()
    yield ledger
    await ledger.close()


async def append(ledger: Ledger, batch: list[AuthorisedEntry], *, seal: bool = False) -> None:
    await ledger._sequencer.run(journal_of(ledger).append, batch, seal=seal)


def alike(count: int, first: bytes = b"\0\0") -> list[AuthorisedEntry]:
    """Entries that open labels of one bucket."""
    return [authorised(first + os.urandom(30)) for _ in range(count)]


async def leaves_of(engine: AsyncEngine) -> list[Leaf]:
    async with engine.connect() as connection:
        query = select(entries.c.leaf).order_by(entries.c.position)
        return [Leaf.parse(octets) for octets in (await connection.execute(query)).scalars()]


async def check_seals(engine: AsyncEngine) -> list[int]:
    """Replay the log by the map's definition; return where its seals stand."""
    ends: dict[bytes, MapEnd] = {}
    seals = []
    for index, leaf in enumerate(await leaves_of(engine)):
        if leaf.type is EntryType.MAP:
            assert log_label(ORIGIN) == leaf.label
            assert naive_root(list(ends.values())) == leaf.commitment
            seals.append(index)
        elif leaf.label != log_label(ORIGIN):
            ends[leaf.label] = MapEnd(leaf.label, leaf.number, leaf.hash())
    return seals


async def test_a_seal_is_written_when_it_is_time_or_enough_wait(
    log: Ledger, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Nothing new, no seal; at the word of the clock, with a batch or alone; after so many entries.
    """
    monkeypatch.setattr(sealing, "SEAL_ENTRIES", 20)
    await append(log, [], seal=True)
    first = authorised()
    await append(log, [first, *alike(4)])
    assert journal_of(log).unsealed
    await append(log, [], seal=True)
    assert not journal_of(log).unsealed
    await append(log, [], seal=True)
    await append(log, [authorised(first.entry.label, opens=False), *alike(3)], seal=True)
    await append(log, alike(19))
    await append(log, [authorised(first.entry.label, opens=False)])

    assert [5, 10, 31] == await check_seals(engine)
    seals = [leaf for leaf in await leaves_of(engine) if leaf.type is EntryType.MAP]
    assert [1, 2, 3] == [leaf.number for leaf in seals]


async def test_a_seal_goes_on_after_a_restart(
    log: Ledger, world: World, engine: AsyncEngine
) -> None:
    """
    What waited unsealed when the ledger stopped is sealed by the next one, with its memory empty.
    """
    await append(log, alike(5), seal=True)
    await append(log, alike(5))
    await log.close()
    again = world.ledger(engine)
    await again.start()
    assert journal_of(again).unsealed
    await append(again, [*alike(2), authorised()], seal=True)
    await again.close()

    assert [5, 14] == await check_seals(engine)


async def sealed(ledger: Ledger) -> None:
    """Wait until nothing waits for a seal."""
    for _ in range(500):
        if not journal_of(ledger).unsealed:
            return
        await asyncio.sleep(0.02)
    pytest.fail("no seal came")


@pytest.mark.parametrize("damage", ["row gone", "row added", "table empty", "root wrong"])
async def test_a_damaged_map_is_made_again_from_the_entries_h95(
    log: Ledger, world: World, engine: AsyncEngine, damage: str
) -> None:
    """
    H95: a map that is not the sealed one is rebuilt at the start, and the next seal is right.
    """
    await append(log, [*alike(3), *alike(3, b"\xff\xff"), authorised()], seal=True)
    await log.close()
    statements = {
        "row gone": delete(map_buckets).where(map_buckets.c.bucket == 0),
        "row added": map_buckets.insert().values(bucket=7, root=bytes(32), ends=bytes(64)),
        "table empty": delete(map_buckets),
        "root wrong": update(map_buckets).values(root=bytes(range(32))),
    }
    async with engine.begin() as connection:
        await connection.execute(statements[damage])
    again = world.ledger(engine)
    await again.start()
    await append(again, [*alike(1), *alike(1, b"\xff\xff")], seal=True)
    await again.close()

    assert [7, 10] == await check_seals(engine)


@pytest.mark.parametrize("ends", [b"", bytes(64), None], ids=["empty", "other", "row gone"])
async def test_a_bucket_damaged_meanwhile_is_not_sealed_over_h95(
    log: Ledger, engine: AsyncEngine, ends: bytes | None
) -> None:
    """
    H95: octets that do not lead to the sealed root are made again from the entries.
    """
    await append(log, alike(3), seal=True)
    async with engine.begin() as connection:
        if ends is None:
            await connection.execute(delete(map_buckets))
        else:
            await connection.execute(update(map_buckets).values(ends=ends))
    await append(log, alike(3), seal=True)
    await append(log, alike(1), seal=True)

    assert [3, 7, 9] == await check_seals(engine)


async def test_entries_that_contradict_the_seal_are_not_signed_on_h95(
    log: Ledger, world: World, engine: AsyncEngine
) -> None:
    """
    H95: map and entries both changed: store_damaged while running, and at the next start.
    """
    batch = alike(3)
    await append(log, batch, seal=True)
    async with engine.begin() as connection:
        await connection.execute(update(map_buckets).values(ends=bytes(64), root=bytes(32)))
        changed = update(entries).where(entries.c.position == 0)
        await connection.execute(changed.values(label=bytes(31) + b"\1"))
    with pytest.raises(ConsentError) as caught:
        await append(log, alike(1), seal=True)
    assert ConsentFailure.STORE_DAMAGED == caught.value.failure
    await log.close()
    again = world.ledger(engine)
    with pytest.raises(ConsentError) as caught:
        await again.start()
    await again.close()

    assert ConsentFailure.STORE_DAMAGED == caught.value.failure
    assert 4 == len(await leaves_of(engine))


@pytest.mark.parametrize("followed", [10_000, 0], ids=["one by one", "all again"])
async def test_several_processes_seal_one_map_h93(
    world: World,
    engine: AsyncEngine,
    log: Ledger,
    monkeypatch: pytest.MonkeyPatch,
    followed: int,
) -> None:
    """
    H93: each follows what the others sealed, and every root is that of the definition.
    """

    class NoLock:
        def release(self) -> None: ...

    monkeypatch.setattr(stored_map_module, "FOLLOWED", followed)
    monkeypatch.setattr(ProcessLock, "take", lambda _path: NoLock())
    other = world.ledger(engine)
    await other.start()
    shared = authorised()
    for turn, ledger in enumerate((log, other, other, log, other)):
        await append(ledger, [*alike(3), authorised()], seal=turn != 3)
        await append(ledger, [authorised(shared.entry.label, opens=turn == 0)])
    await append(log, [], seal=True)
    await other.close()

    assert [4, 10, 16, 27, 29] == await check_seals(engine)


async def test_a_rolled_back_seal_leaves_no_trace(
    log: Ledger, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A batch that fails after the buckets were written: memory and table are those of before.
    """
    await append(log, alike(3), seal=True)

    def fail(*_: object) -> None:
        raise OSError("no space")

    with monkeypatch.context() as patched:
        patched.setattr(sealing.Seal, "write", fail)
        with pytest.raises(OSError, match="no space"):
            await append(log, alike(3), seal=True)
    await append(log, alike(2), seal=True)

    assert [3, 6] == await check_seals(engine)


async def test_a_log_from_before_the_map_is_sealed_whole(
    log: Ledger, world: World, engine: AsyncEngine
) -> None:
    """
    A log without any seal has the empty map; its first seal takes in all that was ever written.
    """
    assert EMPTY_MAP == naive_root([])
    await append(log, alike(30))
    await append(log, [authorised() for _ in range(30)])
    await log.close()
    again = world.ledger(engine)
    await again.start()
    await append(again, [], seal=True)
    await again.close()

    assert [60] == await check_seals(engine)
    async with engine.connect() as connection:
        stored = (await connection.execute(select(map_buckets.c.bucket))).scalars().all()
    assert len({0, *(bucket_of(leaf.label) for leaf in (await leaves_of(engine))[:60])}) == len(
        stored
    )


async def test_a_seal_comes_by_itself_once_an_epoch(
    log: Ledger, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The epoch begins with its first entry; a ledger that is idle afterwards seals once, then rests.
    """
    monkeypatch.setattr(sequencer, "EPOCH_SECONDS", 0.05)
    await log.append(authorised())
    await sealed(log)
    await asyncio.sleep(0.2)
    await log.append(authorised())
    await sealed(log)

    assert [1, 3] == await check_seals(engine)


async def test_what_the_log_says_of_itself_waits_for_no_seal(
    log: Ledger, world: World, engine: AsyncEngine
) -> None:
    """
    An entry under the log's own label is in no map: after a restart there is nothing to seal.
    """
    await append(log, alike(2), seal=True)
    rotated = authorised(log_label(ORIGIN), opens=False, type_=EntryType.ROTATED)
    await append(log, [rotated], seal=True)
    await log.close()
    again = world.ledger(engine)
    await again.start()
    assert not journal_of(again).unsealed
    await append(again, alike(1), seal=True)
    await again.close()

    assert [2, 5] == await check_seals(engine)
    assert [1, 2, 3] == [
        leaf.number for leaf in await leaves_of(engine) if leaf.label == log_label(ORIGIN)
    ]


async def test_a_map_that_changed_while_it_was_read_is_read_again(
    log: Ledger, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Between two statements another process may seal: the batch is tried again from the database.
    """
    await append(log, alike(2), seal=True)
    journal_of(log)._head = None
    answers = [False, False]
    follow = sealing.SealedMap.follow

    def once(stored: sealing.SealedMap, *args: Any) -> bool:
        return follow(stored, *args) and (not answers or answers.pop())

    monkeypatch.setattr(sealing.SealedMap, "follow", once)
    await append(log, alike(2), seal=True)

    assert [] == answers
    assert [2, 5] == await check_seals(engine)


@pytest.mark.parametrize(
    ("damage", "detail"),
    [
        (update(map_buckets).values(root=bytes(range(32))), "the map is not the one sealed"),
        (update(entries).where(entries.c.position == 0).values(leaf=b"x"), "the last entry of"),
    ],
    ids=["root", "entry"],
)
async def test_no_lookup_is_answered_from_a_damaged_map_h95(
    log: Ledger, engine: AsyncEngine, damage: Executable, detail: str
) -> None:
    """
    H95: 503 instead of a proof that leads elsewhere; and again a proof when it was mended.
    """
    (entry,) = batch = alike(1)
    await append(log, batch, seal=True)
    label = entry.entry.label
    async with engine.begin() as connection:
        kept = (await connection.execute(select(map_buckets.c.root))).scalar_one()
        leaf = (await connection.execute(select(entries.c.leaf).limit(1))).scalar_one()
        await connection.execute(damage)
    with pytest.raises(ConsentError) as caught:
        await log.complete(label)
    assert ConsentFailure.STORE_DAMAGED == caught.value.failure
    assert detail in caught.value.detail
    async with engine.begin() as connection:
        await connection.execute(update(map_buckets).values(root=kept))
        await connection.execute(update(entries).where(entries.c.position == 0).values(leaf=leaf))

    found = (await log.complete(label)).verify(log_key=log.log_key, expected_label=label)
    assert 1 == len(found.entries)


async def test_a_database_that_fails_while_reading_is_asked_again(log: Ledger) -> None:
    """
    The reader gives its connection back and takes a new one for the next question.
    """
    await append(log, alike(1), seal=True)
    await log.complete(bytes(32))
    failing = True

    def fail(*_: object) -> None:
        if failing:
            raise OperationalError("statement", {}, OSError(5, "Input/output error"))

    reader = log.files._reader
    assert isinstance(reader, Reader)
    event.listen(reader._engine, "before_cursor_execute", fail)
    with pytest.raises(OperationalError):
        await log.complete(bytes(32))
    failing = False

    assert (await log.complete(bytes(32))).entries == ()
