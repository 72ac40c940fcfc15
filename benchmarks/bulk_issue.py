"""Bulk issuing: who ordered for the year is issued a tax certificate, as a worker does it.

Counted are people issued, with everything of a chunk: taking it, reading orders and accounts,
deciding, the tripwire, entries and notices, places, signing, reading each copy again, sealing,
committing. The time is the CPU of the whole process, the database's thread included: people a
core. The limit is one signature for each. `…_by_issue` is the peer: the same certificate stated
and signed in memory, nothing read and nothing kept. The CPU of PostgreSQL itself is not counted.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from benchmarks.bulk_database import SERVER, filled_database
from benchmarks.bulk_room import KIND, NOW, Room
from benchmarks.measure import Clock, Item, Race
from benchmarks.world import BATCH, bare_signs
from issuers.issuance.bulk import CHUNK, NewJob

# Chunks of a job, and jobs: more than the rounds of a measurement work through.
CHUNKS, YEARS = 4, range(2000, 2008)


def items() -> list[Item]:
    """Return the job on SQLite, and on PostgreSQL where there is one."""
    limit, cpu = "one ECDSA P-256 sign a person", Clock.PROCESS_CPU
    on_server = Item("bulk_issue_postgresql", cpu, partial(_prepare, server=True), limit)
    return [Item("bulk_issue", cpu, _prepare, limit), *([on_server] if SERVER else ())]


@contextmanager
def _prepare(*, server: bool = False) -> Iterator[Race]:
    with asyncio.Runner() as runner, filled_database(runner, server=server) as engine:
        room = Room(engine)
        citizens = runner.run(_entitled(room))
        jobs = iter([runner.run(_ordered(room, year, citizens)) for year in YEARS])
        job = next(jobs)

        def chunk() -> int:
            nonlocal job
            if not runner.run(room.store.bulk.work(job, room.worker, now=NOW)):
                job = next(jobs)
                runner.run(room.store.bulk.work(job, room.worker, now=NOW))
            return CHUNK

        yield Race(chunk, bare_signs, {"issue": _repeated(room.issue)})
        assert runner.run(room.store.bulk.progress(job)).ready == 0


async def _entitled(room: Room) -> list[str]:
    """Return some whole chunks of people who are entitled."""
    await room.store.certificates.prepare([KIND.authority.name])
    return (await room.entitled(KIND))[: CHUNK * CHUNKS]


async def _ordered(room: Room, year: int, citizens: list[str]) -> str:
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
