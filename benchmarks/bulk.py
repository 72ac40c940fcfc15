"""Bulk: a year's tax certificates made ready where nobody ordered, as `mydata issuers bulk` does.

Counted are people, with everything a worker does for them: taking the chunk, reading accounts,
deciding, writing, committing. The time is the CPU of the whole process, the database's thread
included: so many people a core. The limit is one signature for each. `bulk_postgresql` is the same
where MYDATA_TEST_DATABASE_URL names a server, whose own CPU is not in it.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial

from benchmarks.bulk_database import SERVER, filled_database
from benchmarks.bulk_room import Room
from benchmarks.measure import Clock, Item, Race
from benchmarks.world import bare_signs
from issuers.issuance.bulk import CHUNK, NewJob
from issuers.store.bulk import SqlBulkStore

KIND = "tax-payment"
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
# As many jobs as a run may work through, one a year.
YEARS = range(2000, 2060)


def items() -> list[Item]:
    """Return the job on SQLite, and on PostgreSQL where there is one."""
    limit, cpu = "one ECDSA P-256 sign a person", Clock.PROCESS_CPU
    on_server = [Item("bulk_postgresql", cpu, partial(_prepare, server=True), limit)]
    return [Item("bulk", cpu, _prepare, limit, goal=0.6), *(on_server if SERVER else ())]


@contextmanager
def _prepare(*, server: bool = False) -> Iterator[Race]:
    with asyncio.Runner() as runner, filled_database(runner, server=server) as engine:
        room = Room(engine)
        store = room.store.bulk
        years = iter(YEARS)
        job = runner.run(_begun(store, next(years)))

        def chunk() -> int:
            nonlocal job
            if not runner.run(store.work(job, room.worker, now=NOW)):
                job = runner.run(_begun(store, next(years)))
                runner.run(store.work(job, room.worker, now=NOW))
            return CHUNK

        yield Race(chunk, bare_signs)


async def _begun(store: SqlBulkStore, year: int) -> str:
    """Begin a job of whole chunks, so that every chunk counts alike."""
    return (await store.start(NewJob(KIND, year), _whole(store), now=NOW)).name


async def _whole(store: SqlBulkStore) -> AsyncIterator[Sequence[str]]:
    async for page in store.everybody():
        for at in range(0, len(page) - CHUNK + 1, CHUNK):
            yield page[at : at + CHUNK]
