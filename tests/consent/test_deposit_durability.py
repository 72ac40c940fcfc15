"""kill -9 while records are deposited: every acknowledged one opens, and none is there by half."""

import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

from app.database import sqlite_engine
from consent.errors import ConsentError, ConsentFailure
from consent.forms.entry import Leaf
from consent.forms.record import EventState
from consent.store.deposits import deposits
from consent.store.dues import dues
from consent.store.tables import entries
from keys.jwk import Algorithm
from keys.signer import SoftwareSigner
from tests.consent.depositing_process import POINTS, world_of
from tests.consent.sharing import Sharing, counted
from tests.consent.test_durability import Acknowledged, Processes
from tests.consent.world import World, fresh_engine, journal_of

RANDOM_ROUNDS = 6


@pytest.fixture
async def processes(tmp_path: Path) -> AsyncIterator[Processes]:
    (tmp_path / "key").write_bytes(SoftwareSigner.generate(Algorithm.ED25519).private_octets())
    await (await fresh_engine(tmp_path / "log.sqlite")).dispose()
    processes = Processes(tmp_path, "tests.consent.depositing_process")
    yield processes
    processes.close()


async def check_records(folder: Path, acknowledged: list[Acknowledged]) -> None:
    """Start the ledger again: every entry has its record, and every record its key and dues."""
    world = world_of((folder / "key").read_bytes())
    engine = sqlite_engine(folder / "log.sqlite")
    ledger = world.ledger(engine)
    await ledger.start()
    promised = {each.index: each.leaf for each in acknowledged}
    of_deposits = select(entries.c.label).join(deposits, deposits.c.position == entries.c.position)
    async with engine.connect() as connection:
        labels = set((await connection.execute(of_deposits)).scalars())
    kept = [each for label in labels for each in await ledger.records_of(label)]
    # What was not acknowledged opens as well: no entry is without its key.
    assert {None} == {each.unopenable for each in kept}
    assert promised.items() <= {each.index: each.leaf.octets() for each in kept}.items()
    async with engine.connect() as connection:
        orphans = (
            select(func.count())
            .select_from(deposits)
            .where(deposits.c.position.not_in(select(entries.c.position)))
        )
        assert 0 == (await connection.execute(orphans)).scalar_one()
        owed = select(func.count(func.distinct(dues.c.subject)))
        withdrawn = select(func.count()).where(entries.c.type == "withdrawn")
        counts = [(await connection.execute(query)).scalar_one() for query in (owed, withdrawn)]
    assert counts[0] == counts[1]
    await ledger.close()
    await engine.dispose()


async def test_killed_at_every_write_point_every_record_opens_h91(
    processes: Processes, tmp_path: Path
) -> None:
    """
    H91: killed before the keys are durable, after them, before deposits, dues and commit.
    """
    acknowledged: list[Acknowledged] = []
    for count in (3, 8):
        for point in POINTS:
            acknowledged += processes.run(point, count)

    assert acknowledged
    await check_records(tmp_path, acknowledged)


async def test_killed_at_any_time_every_record_opens_r1(
    processes: Processes, tmp_path: Path
) -> None:
    """
    R1: killed at random times, and started again on what was left.
    """
    chance = random.Random(92)
    acknowledged: list[Acknowledged] = []
    for _ in range(RANDOM_ROUNDS):
        acknowledged += processes.run("never", after=chance.uniform(0.2, 0.6))

    await check_records(tmp_path, acknowledged)


async def test_a_failing_disk_of_the_log_leaves_only_a_key_behind_h92(
    sqlite: AsyncEngine,
) -> None:
    """
    H92: the commit of the entry fails after its key was kept: nothing is acknowledged, and the
    same submission after a restart is written once and opens.
    """
    world = World()
    ledger = world.ledger(sqlite)
    await ledger.start()
    sharing = await Sharing(ledger, world, counted(9)).given()
    token = sharing.token(sharing.deposit(sharing.record(EventState.USED)))

    def fail(*_: object) -> None:
        raise OperationalError("COMMIT", {}, OSError(5, "Input/output error"))

    event.listen(journal_of(ledger)._writer, "commit", fail)
    for _ in range(2):
        with pytest.raises(ConsentError) as caught:
            await ledger.submit(token)
        assert ConsentFailure.LEDGER_STOPPED == caught.value.failure
    await ledger.close()

    again = world.ledger(sqlite)
    await again.start()
    assert 2 == Leaf.parse((await again.submit(token)).leaf).number
    kept = await again.records_of(sharing.pair.label)
    assert [None, None] == [each.unopenable for each in kept]
    await again.close()
