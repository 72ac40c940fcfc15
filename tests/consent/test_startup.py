"""Starting again: what a ledger checks before it signs on, and what makes it refuse."""

import os
import shutil
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, update
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.sql import Executable

from consent.errors import ConsentError, ConsentFailure
from consent.ledger import Ledger
from consent.store.tables import entries, head, subtrees
from consent.tlog.growth import Edge
from keys.jwk import Algorithm
from keys.signer import SoftwareSigner
from tests.consent.world import World, authorised, fresh_engine, journal_of


async def filled(
    world: World, engine: AsyncEngine, count: int, anchor: Path | None = None
) -> None:
    ledger = world.ledger(engine, anchor=anchor)
    await ledger.start()
    for _ in range(count):
        await ledger.append(authorised())
    await ledger.close()


async def refusal(ledger: Ledger) -> ConsentError:
    with pytest.raises(ConsentError) as caught:
        await ledger.start()
    await ledger.close()
    return caught.value


async def execute(engine: AsyncEngine, statement: Executable) -> None:
    async with engine.begin() as connection:
        await connection.execute(statement)


async def test_a_ledger_goes_on_where_it_stopped(world: World, tmp_path: Path) -> None:
    """
    Closed and opened again and again, it is one log, with and without an anchor.
    """
    engine = await fresh_engine(tmp_path / "log.sqlite")
    for _ in range(3):
        await filled(world, engine, 3, tmp_path / "anchor")
    await filled(world, engine, 1)

    ledger = world.ledger(engine)
    await ledger.start()
    proof = await ledger.append(authorised())
    assert 10 == proof.verify(log_key=ledger.log_key).index
    await ledger.close()
    await engine.dispose()


async def test_a_second_process_on_one_file_refuses_to_start_h93(
    ledger: Ledger, world: World, sqlite: AsyncEngine
) -> None:
    """
    H93: the file has one sequencer; the second says which file and what to do.
    """
    error = await refusal(world.ledger(sqlite))

    assert ConsentFailure.LEDGER_IN_USE == error.failure
    assert "PostgreSQL" in error.detail
    await ledger.append(authorised())


async def test_an_older_backup_is_not_signed_on_h94(world: World, tmp_path: Path) -> None:
    """
    H94: the anchor knows a later checkpoint than the restored data, or than an empty database.
    """
    path, anchor = tmp_path / "log.sqlite", tmp_path / "anchor"
    engine = await fresh_engine(path)
    await filled(world, engine, 3, anchor)
    await engine.dispose()
    shutil.copy(path, tmp_path / "backup.sqlite")
    engine = await fresh_engine(path)
    await filled(world, engine, 3, anchor)
    await engine.dispose()

    for older in (
        await fresh_engine(tmp_path / "backup.sqlite"),
        await fresh_engine(tmp_path / "no"),
    ):
        error = await refusal(world.ledger(older, anchor=anchor))
        assert ConsentFailure.CHECKPOINT_AHEAD == error.failure
        assert "older backup" in error.detail
        await older.dispose()


async def test_another_history_of_the_same_length_is_not_signed_on_t22(
    world: World, tmp_path: Path
) -> None:
    """
    T22: a log rewritten with correct hashes and the right key contradicts the anchor.
    """
    for name in ("one", "two"):
        engine = await fresh_engine(tmp_path / name)
        await filled(world, engine, 3, tmp_path / f"{name}.anchor")
        await engine.dispose()
    engine = await fresh_engine(tmp_path / "two")

    error = await refusal(world.ledger(engine, anchor=tmp_path / "one.anchor"))

    assert ConsentFailure.STORE_DAMAGED == error.failure
    assert "not those signed before" in error.detail
    await engine.dispose()


async def test_a_torn_anchor_leaves_the_other_slot(world: World, tmp_path: Path) -> None:
    """
    Power lost in the middle of a write costs one slot; two broken slots are nobody's accident.
    """
    anchor = tmp_path / "anchor"
    engine = await fresh_engine(tmp_path / "log.sqlite")
    await filled(world, engine, 4, anchor)
    (tmp_path / "anchor.0").write_bytes(b"\xff half a checkp")
    await filled(world, engine, 1, anchor)
    for slot in ("anchor.0", "anchor.1"):
        (tmp_path / slot).write_text("nonsense")

    error = await refusal(world.ledger(engine, anchor=anchor))

    assert ConsentFailure.STORE_DAMAGED == error.failure
    await engine.dispose()


FORGED = {"leaf": b"forged"}
EXTRA = {"position": 300, "leaf": b"", "label": b"", "number": 1, "request": b""}
DAMAGES: dict[str, tuple[Executable, str]] = {
    "last entry gone": (
        delete(entries).where(entries.c.position == 299),
        "300 entries were signed, the database has 299",
    ),
    "entry gone": (delete(entries).where(entries.c.position == 7), "of 300 entries 1 are missing"),
    "entry added": (insert(entries).values(EXTRA), "there are 301 entries, 300 are signed"),
    "old entry changed": (
        update(entries).where(entries.c.position == 7).values(FORGED),
        "entries 0 to 255 are not those signed",
    ),
    "new entry changed": (
        update(entries).where(entries.c.position == 299).values(FORGED),
        "do not lead to the signed root",
    ),
    "tile changed": (update(subtrees).values(hash=bytes(32)), "do not lead to the signed root"),
    "size changed": (update(head).values(size=299), "head is not what"),
    "edge changed": (update(head).values(edge=bytes(64)), "head is not what"),
    "checkpoint broken": (update(head).values(checkpoint="x"), "a note is"),
    "head gone": (delete(head), "no checkpoint"),
}


@pytest.mark.parametrize("damage", DAMAGES)
async def test_damaged_data_is_not_signed_on_h95(
    world: World, tmp_path: Path, damage: str
) -> None:
    """
    H95: rows removed, added or changed, in any table: found before anything new is signed.
    """
    engine = await fresh_engine(tmp_path / "log.sqlite")
    ledger = world.ledger(engine)
    await ledger.start()
    await ledger._sequencer.run(journal_of(ledger).append, [authorised() for _ in range(300)])
    await ledger.close()
    statement, detail = DAMAGES[damage]
    await execute(engine, statement)

    error = await refusal(world.ledger(engine))

    assert detail in error.detail
    await engine.dispose()


async def test_another_logs_data_is_not_signed_on(world: World, sqlite: AsyncEngine) -> None:
    """
    A database of a log with another key.
    """
    other = World(log_signer=SoftwareSigner.generate(Algorithm.ED25519))
    await filled(other, sqlite, 1)

    error = await refusal(world.ledger(sqlite))

    assert ConsentFailure.NOTE_UNSIGNED == error.failure


async def test_nothing_broken_is_served_h95(ledger: Ledger, sqlite: AsyncEngine) -> None:
    """
    H95: a bit flipped in a row, in the youngest or in a full tile, or in the head: 503, no octets.
    """
    await ledger._sequencer.run(journal_of(ledger).append, [authorised() for _ in range(300)])
    (await ledger.prove(7)).verify(log_key=ledger.log_key)
    for position, path in ((299, "tile/entries/001.p/44"), (7, "tile/entries/000")):
        await ledger.file(path)
        await execute(
            sqlite, update(entries).where(entries.c.position == position).values(leaf=b"forged")
        )
        with pytest.raises(ConsentError) as caught:
            await ledger.file(path)
        assert ConsentFailure.STORE_DAMAGED == caught.value.failure
    with pytest.raises(ConsentError) as caught:
        await ledger.prove(7)
    assert ConsentFailure.STORE_DAMAGED == caught.value.failure
    await execute(sqlite, update(head).values(edge=os.urandom(32 * 3)))
    with pytest.raises(ConsentError) as caught:
        await ledger.file("checkpoint")
    assert ConsentFailure.STORE_DAMAGED == caught.value.failure
    await execute(sqlite, delete(head))
    with pytest.raises(ConsentError) as caught:
        await ledger.file("checkpoint")
    assert ConsentFailure.NOT_FOUND == caught.value.failure
    with pytest.raises(ConsentError):
        await ledger.append(authorised())
    assert Edge(0, ()).by_level() == {}
