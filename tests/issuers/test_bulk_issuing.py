"""A year's job that signs: killed, shared by workers, in places that nothing links."""

import asyncio
import subprocess
import sys
from collections import Counter
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.database import sqlite_engine
from benchmarks.year_orders import YearOrders
from issuers.catalogue import every_kind
from issuers.issuance.bulk import JobState, NewJob
from issuers.population.census import offices, population
from issuers.store import IssuersStore, metadata
from issuers.store.bulk_tables import ready_papers, sealed_copies
from issuers.store.deferral_tables import waiting_orders
from issuers.store.population import load
from issuers.store.tables import certificates, notices, places, status_lists
from tests.conftest import EngineOf
from tests.issuers.test_bulk import TAX, handles_in, in_chunks, work, worker
from tests.issuers.world import AS_OF, NOW

ROOT = Path(__file__).resolve().parents[2]
YEAR = 2026
JOB = f"{TAX}-{YEAR}"


async def prepared(engine: AsyncEngine, households: int, chunk: int) -> tuple[list[str], int]:
    """Let every second person wait with a key, and begin the job; all people, how many wait."""
    await load(engine, offices(), population(households=households, as_of=AS_OF))
    store, kind = IssuersStore(engine), every_kind().kind(TAX)
    await store.certificates.prepare([kind.authority.name])
    handles = await handles_in(engine)
    await YearOrders(engine, kind, keys=3).write(YEAR, handles[::2], NOW)
    await store.bulk.start(NewJob(TAX, YEAR), in_chunks(handles, chunk), now=NOW)
    return handles, len(handles[::2])


async def check(engine: AsyncEngine, handles: list[str], orders: int) -> None:
    """Hold everything a finished job has left against each other."""
    told = await IssuersStore(engine).bulk.progress(JOB)
    assert (len(handles), JobState.DONE) == (told.done, told.state)
    assert 0 < told.issued < orders
    assert told.ready > 0
    async with engine.connect() as connection:
        for table in (certificates, notices, places, sealed_copies):
            count = select(func.count()).select_from(table)
            assert told.issued == (await connection.execute(count)).scalar_one(), table.name
        taken = (await connection.execute(select(places.c.list, places.c.place))).all()
        assert {1} == set(Counter(taken).values())
        query = select(status_lists.c.taken).where(status_lists.c.taken > 0)
        assert told.issued == (await connection.execute(query)).scalar_one()
        issued = set((await connection.execute(select(certificates.c.citizen))).scalars())
        ready = set((await connection.execute(select(ready_papers.c.citizen))).scalars())
        assert (told.issued, told.ready, 0) == (len(issued), len(ready), len(issued & ready))
        decided = await connection.execute(
            select(waiting_orders.c.decision, func.count()).group_by(waiting_orders.c.decision)
        )
        expected = {"approved": told.issued, "refused": orders - told.issued}
        assert expected == {row.decision: row[1] for row in decided}


async def test_workers_issue_to_everybody_once(engine_of: EngineOf) -> None:
    """
    Four at once: each order is signed for once, and no place on the list is given out twice.
    """
    engine = await engine_of(metadata)
    handles, orders = await prepared(engine, 30, 8)
    store = IssuersStore(engine).bulk

    chunks = await asyncio.gather(*(work(store, JOB, worker(engine)) for _ in range(4)))

    assert -(-len(handles) // 8) == sum(chunks)
    await check(engine, handles, orders)


async def test_a_worker_killed_while_it_signs_issues_nothing(tmp_path: Path) -> None:
    """
    Kill -9 after the signatures and before the commit, twice: nothing of the chunk is in the
    book, no place is lost, and at the end everybody is issued once.
    """
    path = tmp_path / "issuers.sqlite"
    engine = sqlite_engine(path)
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    handles, orders = await prepared(engine, 30, 8)
    command = [sys.executable, "-m", "tests.issuers.bulk_process", str(path), JOB]
    for _kill in range(2):
        await asyncio.to_thread(_killed, command)
        told = await IssuersStore(engine).bulk.progress(JOB)
        assert 0 == told.done % 8
        async with engine.connect() as connection:
            for table in (certificates, places, sealed_copies):
                count = select(func.count()).select_from(table)
                assert told.issued == (await connection.execute(count)).scalar_one()

    await work(IssuersStore(engine).bulk, JOB, worker(engine))

    await check(engine, handles, orders)
    await engine.dispose()


def _killed(command: list[str]) -> None:
    """Kill a worker when it has signed for its second chunk."""
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for _line in range(4):
            process.stdout.readline()
        process.kill()
