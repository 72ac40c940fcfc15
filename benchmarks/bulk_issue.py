"""Bulk issuing: who ordered for the year is issued a tax certificate, as a worker does it.

Counted are people issued, with everything of a chunk: taking it, reading orders and accounts,
deciding, the tripwire, entries and notices, places, signing, reading each copy again, sealing,
committing. The time is the CPU of the whole process, the database's thread included: people a
core. The limit is one signature for each. `…_by_issue` is the peer: the same certificate stated
and signed in memory, nothing read and nothing kept. The CPU of PostgreSQL itself is not counted.
"""

import asyncio
import os
import tempfile
import uuid
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.schema import CreateSchema, DropSchema

from app.database import postgresql_engine, sqlite_engine
from benchmarks.bulk_room import KIND, NOW, Room
from benchmarks.measure import Clock, Item, Race
from benchmarks.world import BATCH, bare_signs
from issuers.issuance.bulk import CHUNK, NewJob
from issuers.population.census import offices, population
from issuers.store import metadata
from issuers.store.population import load

SERVER = os.environ.get("MYDATA_TEST_DATABASE_URL")
HOUSEHOLDS = 1500
# Chunks of a job, and jobs: more than the rounds of a measurement work through.
CHUNKS, YEARS = 4, range(2000, 2008)


def items() -> list[Item]:
    """Return the job on SQLite, and on PostgreSQL where there is one."""
    limit, cpu = "one ECDSA P-256 sign a person", Clock.PROCESS_CPU
    on_server = Item("bulk_issue_postgresql", cpu, partial(_prepare, server=True), limit)
    return [Item("bulk_issue", cpu, _prepare, limit), *([on_server] if SERVER else ())]


@contextmanager
def _prepare(*, server: bool = False) -> Iterator[Race]:
    with tempfile.TemporaryDirectory() as folder, asyncio.Runner() as runner:
        name = f"bulk_{uuid.uuid4().hex[:8]}"
        engine = (
            postgresql_engine(SERVER or "", name)
            if server
            else sqlite_engine(Path(folder) / "issuers.sqlite")
        )
        room = Room(engine)
        citizens = runner.run(_filled(engine, room, name if server else None))
        jobs = iter([runner.run(_ordered(engine, room, year, citizens)) for year in YEARS])
        job = next(jobs)

        def chunk() -> int:
            nonlocal job
            if not runner.run(room.store.bulk.work(job, room.worker, now=NOW)):
                job = next(jobs)
                runner.run(room.store.bulk.work(job, room.worker, now=NOW))
            return CHUNK

        yield Race(chunk, bare_signs, {"issue": _repeated(room.issue)})
        assert runner.run(room.store.bulk.progress(job)).ready == 0
        runner.run(_closed(engine, name if server else None))


async def _filled(engine: AsyncEngine, room: Room, schema: str | None) -> list[str]:
    """Fill the registers, and return who of them is entitled."""
    async with engine.begin() as connection:
        if schema is not None:
            await connection.execute(CreateSchema(schema))
        await connection.run_sync(metadata.create_all)
    people = population(households=HOUSEHOLDS, as_of=date(2026, 11, 22))
    await load(engine, offices(), people)
    await room.store.certificates.prepare([KIND.authority.name])
    citizens = await room.entitled(KIND)
    if schema is not None:
        async with engine.begin() as connection:
            await connection.execute(text("analyze"))
    return citizens[: CHUNK * CHUNKS]


async def _ordered(engine: AsyncEngine, room: Room, year: int, citizens: list[str]) -> str:
    """Order for a year, and begin its job: whole chunks, so that every one counts alike."""
    await room.orders.write(year, citizens, NOW)

    async def chunks() -> AsyncIterator[Sequence[str]]:
        for at in range(0, len(citizens), CHUNK):
            yield citizens[at : at + CHUNK]

    return (await room.store.bulk.start(NewJob(KIND.name, year), chunks(), now=NOW)).name


def _repeated(once: Callable[[], object]) -> Callable[[], int]:
    def work() -> int:
        for _ in range(BATCH):
            once()
        return BATCH

    return work


async def _closed(engine: AsyncEngine, schema: str | None) -> None:
    if schema is not None:
        async with engine.begin() as connection:
            await connection.execute(DropSchema(schema, cascade=True))
    await engine.dispose()
