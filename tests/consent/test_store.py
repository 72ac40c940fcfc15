"""The store's contract, the same on SQLite and PostgreSQL; and several sequencers on one log."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from sqlalchemy import MetaData, delete, event, select
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

from consent import log_proofs
from consent.auditing.audit import audit
from consent.auditing.export import export_log
from consent.errors import ConsentError, ConsentFailure
from consent.forms.entry import EntryType
from consent.forms.receipt import EntryProof
from consent.forms.submission import PairSecret
from consent.ledger import Ledger
from consent.ports import LabelState
from consent.sequencing import LabelKeys
from consent.store import ConsentStore, metadata
from consent.store import journal as journal_module
from consent.store.lock import ProcessLock
from consent.store.tables import entries, head
from consent.store.writer_engine import sqlite_file
from consent.tlog.merkle import leaf_hash, root_of, verify_consistency, verify_inclusion
from tests.consent.world import World, authorised, deposited, journal_of

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


async def append_batch(ledger: Ledger, count: int) -> None:
    batch = [authorised() for _ in range(count)]
    await ledger._sequencer.run(journal_of(ledger).append, batch)


async def check_whole(ledger: Ledger, size: int) -> None:
    """Copy the whole log through its files and audit the copy."""
    files: dict[str, bytes] = {}
    exported = await export_log(ledger.file, files.__setitem__)
    report = audit(files.get, key=ledger.log_key)
    assert report.ok, report.problems[:3]
    assert size == report.size == exported.size


async def test_an_empty_log_has_a_signed_checkpoint(log: Ledger, engine: AsyncEngine) -> None:
    """
    Size 0 is signed and served; there is no label, no entry and no tile.
    """
    store = ConsentStore(engine)

    await check_whole(log, 0)
    assert LabelState(0, None, None) == await store.deposits.label_state(bytes(32), bytes(16))
    assert [] == await store.leaves(0, 256)
    for call in (log.prove(0), log.file("tile/0/000.p/1"), log.file("tile/entries/000")):
        with pytest.raises(ConsentError) as caught:
            await call
        assert ConsentFailure.NOT_FOUND == caught.value.failure


async def test_before_the_first_start_there_is_no_head(engine: AsyncEngine) -> None:
    """
    A store that nobody opened says so.
    """
    assert await ConsentStore(engine).head() is None


async def test_a_database_without_tables_is_the_databases_own_error(
    engine_of: EngineOf, world: World
) -> None:
    """
    However a query reaches the database, what it says comes as one kind of error.
    """
    ledger = world.ledger(await engine_of(MetaData()))
    with pytest.raises(DBAPIError):
        await ledger.file("checkpoint")
    await ledger.close()


async def test_entries_labels_and_tiles_come_back(log: Ledger, engine: AsyncEngine) -> None:
    """
    600 entries in batches: leaves by range, keys by label, proofs of old and new entries, files.
    """
    first = authorised()
    written = [await log.append(first)]
    written += [await log.append(authorised(first.entry.label, opens=False)) for _ in range(4)]
    for size in (251, 64, 280):
        await append_batch(log, size)
    store = ConsentStore(engine)

    assert [proof.leaf for proof in written] == await store.leaves(0, 5)
    state = await store.deposits.label_state(first.entry.label, first.request)
    assert LabelKeys(b"sealed", "holder") == state.keys
    assert 2 == len(await store.subtrees(1, 0, 256))
    for index in (0, 4, 255, 256, 511, 512, 599):
        proof = await log.prove(index)
        assert index == proof.verify(log_key=log.log_key).index
    await check_whole(log, 600)


async def test_two_sizes_are_proven_consistent(log: Ledger, engine: AsyncEngine) -> None:
    """
    RFC 6962 2.1.2 from the tables: any older size leads to any newer one, and no other pair does.
    """
    await append_batch(log, 300)
    await append_batch(log, 300)
    leaves = [leaf_hash(leaf) for leaf in await ConsentStore(engine).leaves(0, 600)]
    for old, new in ((1, 600), (255, 256), (256, 600), (300, 301), (511, 600), (600, 600)):
        verify_consistency(
            old,
            new,
            await log.files.consistency(old, new),
            expected_old_root=root_of(leaves[:old]),
            expected_root=root_of(leaves[:new]),
        )
    assert () == await log.files.consistency(0, 600)
    for old, new in ((5, 4), (600, 601)):
        with pytest.raises(ConsentError) as caught:
            await log.files.consistency(old, new)
        assert ConsentFailure.NOT_FOUND == caught.value.failure


async def test_no_entry_is_proven_in_a_tree_that_has_it_not(
    log: Ledger, engine: AsyncEngine
) -> None:
    """
    RFC 6962 2.1.1 from the tables: proven in every tree from its own on, and in no other.
    """
    await append_batch(log, 300)
    leaves = [leaf_hash(leaf) for leaf in await ConsentStore(engine).leaves(0, 300)]
    for index, size in ((0, 1), (0, 300), (255, 256), (299, 300)):
        path = await log.files.inclusion(index, size)
        verify_inclusion(leaves[index], index, size, path, expected_root=root_of(leaves[:size]))
    for index, size in ((1, 1), (300, 300), (0, 301), (-1, 300)):
        with pytest.raises(ConsentError) as caught:
            await log.files.inclusion(index, size)
        assert ConsentFailure.NOT_FOUND == caught.value.failure


async def test_memory_of_tiles_is_bounded(log: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    With room for one tile only, proofs are made from the tables and are the same.
    """
    monkeypatch.setattr(log_proofs, "TILES_KEPT", 1)
    await append_batch(log, 512)
    await append_batch(log, 100)

    for index in (0, 300, 600, 1, 301, 601):
        proof = await log.prove(index)
        assert index == proof.verify(log_key=log.log_key).index
    assert 1 == len(log.files._proofs._tiles)


async def test_every_published_width_of_a_partial_tile_is_served(log: Ledger) -> None:
    """
    tlog-tiles: whoever has an older checkpoint finds the tiles it implies; never wider ones.
    """
    await append_batch(log, 5)
    whole = await log.file("tile/entries/000.p/5")
    hashes = await log.file("tile/0/000.p/5")

    assert hashes[:96] == await log.file("tile/0/000.p/3")
    assert whole.startswith(await log.file("tile/entries/000.p/2"))
    hostile = ["tile/0/000.p/6", "tile/0/000", "tile/1/000", "tile/0/000.p/0", "tile/0/000.p/256"]
    hostile += ["tile/0/0", "tile/64/000", "tile/0/x000/000.p/5", "tile/00/000.p/5", "etc/passwd"]
    hostile += [
        "tile/0/../entries/000",
        "tile/0/000.p/05",
        "",
        "checkpoint/",
        "tile/0/\u0660\u0660\u0660.p/5",
    ]
    for path in hostile:
        with pytest.raises(ConsentError) as caught:
            await log.file(path)
        assert ConsentFailure.NOT_FOUND == caught.value.failure


async def test_retries_and_conflicts_are_settled_by_the_database(
    log: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    R3: memory says a request and a label are new; the database says otherwise and is believed.
    """
    opening = authorised()
    first = await log.append(opening)
    journal_of(log)._ends.clear()

    again = await log.append(opening)
    other = authorised(opening.entry.label, request=opening.request)
    mixed = [authorised(), opening, authorised(opening.entry.label, opens=False), other]
    answers = await asyncio.gather(*(log.append(each) for each in mixed), return_exceptions=True)

    assert first.index == again.index
    new, repeated, continued, conflict = answers
    assert isinstance(new, EntryProof)
    assert isinstance(repeated, EntryProof)
    assert isinstance(continued, EntryProof)
    assert first.index == repeated.index
    assert 2 == continued.verify(log_key=log.log_key).leaf.number
    assert isinstance(conflict, ConsentError)
    assert ConsentFailure.IDEMPOTENCY_CONFLICT == conflict.failure
    await check_whole(log, 3)


async def test_memory_of_labels_is_bounded(log: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    A forgotten label is looked up again and its chain continues.
    """
    monkeypatch.setattr(journal_module, "ENDS_KEPT", 2)
    first = authorised()
    await log.append(first)
    for _ in range(4):
        await log.append(authorised())

    proof = await log.append(authorised(first.entry.label, opens=False))

    assert 2 == proof.verify(log_key=log.log_key).leaf.number
    assert len(journal_of(log)._ends) <= 4


@pytest.fixture
def several(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let several sequencers open one SQLite file too: the swap alone must keep them apart."""

    class NoLock:
        def release(self) -> None: ...

    monkeypatch.setattr(ProcessLock, "take", lambda _path: NoLock())


@pytest.mark.usefixtures("several")
async def test_two_sequencers_never_fork_h93(
    world: World, engine: AsyncEngine, log: Ledger
) -> None:
    """
    H93: who loses the swap follows and goes on: one log, every answer in it, labels shared.
    """
    other = world.ledger(engine)
    await other.start()
    shared = [authorised() for _ in range(4)]

    async def produce(ledger: Ledger) -> list[EntryProof | BaseException]:
        answers: list[EntryProof | BaseException] = []
        for each in shared:
            answers += await asyncio.gather(
                ledger.append(each),
                ledger.append(authorised()),
                ledger.append(authorised()),
                return_exceptions=True,
            )
        return answers

    answers = [*await produce(log), *await produce(other)]
    mixed = await asyncio.gather(produce(log), produce(other))
    proofs = [each for each in (*answers, *mixed[0], *mixed[1]) if isinstance(each, EntryProof)]

    assert 4 * 4 * 3 == len(proofs)
    assert 4 + 4 * 4 * 2 == len({proof.index for proof in proofs})
    for proof in proofs:
        proof.verify(log_key=log.log_key)
    await check_whole(other, 36)
    await other.close()


@pytest.mark.usefixtures("several")
async def test_who_always_loses_gives_up(
    world: World, engine: AsyncEngine, log: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    After as many attempts as are allowed, the caller is asked to try again.
    """
    monkeypatch.setattr(journal_module, "ATTEMPTS", 1)
    other = world.ledger(engine)
    await other.start()
    await other.append(authorised())

    with pytest.raises(ConsentError) as caught:
        await log.append(authorised())

    assert ConsentFailure.LEDGER_BUSY == caught.value.failure
    assert 1 == (await log.append(authorised())).index
    await other.close()


@pytest.mark.usefixtures("several")
async def test_a_head_that_vanishes_stops_the_log(log: Ledger, engine: AsyncEngine) -> None:
    """
    Without a head there is nothing to continue; it is not made anew while running.
    """
    await log.append(authorised())
    async with engine.begin() as connection:
        await connection.execute(delete(head))

    with pytest.raises(ConsentError) as caught:
        await log.append(authorised())

    assert ConsentFailure.STORE_DAMAGED == caught.value.failure


@pytest.mark.parametrize("moment", ["statement", "commit"])
async def test_a_database_that_fails_acknowledges_nothing_h92(
    world: World, engine: AsyncEngine, log: Ledger, moment: str
) -> None:
    """
    H92: an error in the batch loses the batch; an error in a SQLite commit stops the process.
    """
    await log.append(authorised())
    fault = OperationalError("statement", {}, OSError(28, "No space left on device"))
    failing = True

    def fail(*_: object) -> None:
        if failing:
            raise fault

    name = "commit" if moment == "commit" else "before_cursor_execute"
    event.listen(journal_of(log)._writer, name, fail)
    lost = authorised()
    with pytest.raises(ConsentError) as caught:
        await log.append(lost)
    assert ConsentFailure.LEDGER_STOPPED == caught.value.failure
    failing = False

    if moment == "commit" and sqlite_file(engine) is not None:
        with pytest.raises(ConsentError) as caught:
            await log.append(lost)
        assert ConsentFailure.LEDGER_STOPPED == caught.value.failure
        with pytest.raises(ConsentError):
            await log.check_ready()
        await log.close()
        again = world.ledger(engine)
        await again.start()
        assert 1 == (await again.append(lost)).index
        await again.close()
    else:
        await log.check_ready()
        assert 1 == (await log.append(lost)).index
        await check_whole(log, 2)


async def test_no_secret_stands_in_the_tables(
    world: World, log: Ledger, engine: AsyncEngine
) -> None:
    """
    T23: the pair's secret is sealed, the holder is a thumbprint, a leaf is hashes and a type.
    """
    pair = PairSecret(os.urandom(32), os.urandom(32))
    entry = deposited(pair.label, EntryType.CONSENT, "canary-key-0001")
    await log.submit(world.by_holder(entry, pair))
    async with engine.connect() as connection:
        row = (await connection.execute(select(entries))).one()

    everything = b"".join(str(v).encode() if not isinstance(v, bytes) else v for v in row)
    assert pair.mac_key not in everything
    assert b"canary" not in everything
    assert world.holder_signer.public.thumbprint() == row.holder
