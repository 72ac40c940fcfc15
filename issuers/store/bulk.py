"""Bulk jobs in SQL: chunks that are taken once, whoever races for them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, bindparam, exists, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from issuers.issuance.bulk import (
    BulkWorker,
    Chunk,
    ChunkState,
    JobState,
    NewJob,
    Outcome,
    Progress,
    ReadyPaper,
    job_exists,
    unknown_job,
)
from issuers.status.standing import LIST_SIZE, check_size
from issuers.store.bulk_orders import issue, orders_of
from issuers.store.bulk_tables import bulk_chunks, bulk_jobs, ready_papers
from issuers.store.chunk_source import ChunkSource
from issuers.store.reading import reader_of
from issuers.store.source_tables import people
from issuers.store.tables import certificates
from issuers.store.times import moment, seconds

# How many handles are read at a time when everybody is meant.
_PAGE: Final = 5000
# Somebody may stand in two chunks that are worked at the same time: whoever comes second tries
# again, and finds what the first one wrote. What still collides then is a mistake of ours.
_TRIES: Final = 3

_OF: Final = bulk_chunks.c.job == bindparam("of")
_WAITING: Final = bulk_chunks.c.state == ChunkState.WAITING.value
# Other workers' chunks are passed over; on SQLite the one writer there may be holds them all.
_TAKE = (
    select(bulk_chunks.c.number, bulk_chunks.c.citizens, bulk_jobs.c.kind, bulk_jobs.c.year)
    .join(bulk_jobs)
    .where(_OF, _WAITING, bulk_jobs.c.state == JobState.RUNNING.value)
    .order_by(bulk_chunks.c.number)
    .limit(1)
    .with_for_update(of=bulk_chunks, skip_locked=True)
)
_FINISH = (
    update(bulk_chunks)
    .where(_OF, bulk_chunks.c.number == bindparam("chunk"))
    .values(
        state=ChunkState.DONE.value,
        citizens="",
        issued=bindparam("signed"),
        ready=bindparam("made"),
        refused=bindparam("denied"),
    )
)
_END = (
    update(bulk_jobs)
    .where(bulk_jobs.c.name == bindparam("of"), bulk_jobs.c.state == JobState.RUNNING.value)
    .where(~exists().where(bulk_chunks.c.job == bulk_jobs.c.name, _WAITING))
    .values(state=JobState.DONE.value, ended_at=bindparam("at"))
)
_TURN = (
    update(bulk_jobs)
    .where(bulk_jobs.c.name == bindparam("of"), bulk_jobs.c.state == bindparam("now"))
    .values(state=bindparam("then"), ended_at=bindparam("at"))
)
_KNOWN = select(ready_papers.c.citizen).where(
    ready_papers.c.job == bindparam("of"),
    ready_papers.c.citizen.in_(bindparam("citizens", expanding=True)),
)
_TAKEN = exists().where(
    certificates.c.citizen == ready_papers.c.citizen,
    certificates.c.kind == bulk_jobs.c.kind,
    certificates.c.issued_at >= ready_papers.c.at,
)


class SqlBulkStore:
    """`issuers.issuance.bulk.BulkStore` over this room's database."""

    def __init__(self, engine: AsyncEngine, list_size: int = LIST_SIZE) -> None:
        self._engine = engine
        self._reader = reader_of(engine)
        self._list_size = check_size(list_size)

    async def everybody(self) -> AsyncIterator[Sequence[str]]:
        """Yield the handles of everybody the registers hold, some thousands at a time."""
        last = ""
        while True:
            query = select(people.c.citizen).where(people.c.citizen > last)
            async with self._reader.connect() as connection:
                found = await connection.execute(query.order_by(people.c.citizen).limit(_PAGE))
                handles = found.scalars().all()
            if not handles:
                return
            yield handles
            last = handles[-1]

    async def start(
        self, job: NewJob, citizens: AsyncIterator[Sequence[str]], *, now: datetime
    ) -> Progress:
        """Write down a job with its people, each of ``citizens`` a chunk, all or nothing.

        Raises `IssuerError` (job_exists) when there is one for this kind and year.
        """
        row = {"name": job.name, "kind": job.kind, "year": job.year}
        begun = {"state": JobState.RUNNING.value, "people": 0, "started_at": seconds(now)}
        try:
            async with self._engine.begin() as connection:
                await connection.execute(insert(bulk_jobs), {**row, **begun})
                count = await _write_chunks(connection, job.name, citizens)
                named = update(bulk_jobs).where(bulk_jobs.c.name == job.name)
                await connection.execute(named.values(people=count))
        except IntegrityError:
            raise job_exists(job.name) from None
        return await self.progress(job.name)

    async def work(self, name: str, worker: BulkWorker, *, now: datetime) -> bool:
        """Work one chunk that nobody else works; False when none is left to take."""
        for _try in range(_TRIES - 1):
            with suppress(IntegrityError):
                return await self._worked(name, worker, now)
        return await self._worked(name, worker, now)

    async def _worked(self, name: str, worker: BulkWorker, now: datetime) -> bool:
        async with self._engine.begin() as connection:
            row = (await connection.execute(_TAKE, {"of": name})).one_or_none()
            if row is None:
                await connection.execute(_END, {"of": name, "at": seconds(now)})
                return False
            outcome = await self._outcome(connection, row, worker, now)
            await _write(connection, name, row.number, outcome, now)
            return True

    async def progress(self, name: str) -> Progress:
        """Return how far a job is, or raise `IssuerError` (unknown_job)."""
        counted = bulk_chunks.c.issued, bulk_chunks.c.ready, bulk_chunks.c.refused
        sums = select(*map(func.sum, counted)).where(_OF)
        query = select(bulk_jobs).where(bulk_jobs.c.name == name)
        async with self._reader.connect() as connection:
            job = (await connection.execute(query)).one_or_none()
            if job is None:
                raise unknown_job()
            counts = (await connection.execute(sums, {"of": name})).one()
        return _progress(job, [int(count or 0) for count in counts])

    async def cancel(self, name: str, *, now: datetime) -> Progress:
        """Let no further chunk be taken; what is ready stays so."""
        return await self._turn(name, JobState.RUNNING, JobState.CANCELLED, seconds(now))

    async def resume(self, name: str) -> Progress:
        """Let a cancelled job go on; one that runs or is done stays as it is."""
        return await self._turn(name, JobState.CANCELLED, JobState.RUNNING, None)

    async def ready_for(self, citizen: str) -> tuple[ReadyPaper, ...]:
        """Return what waits for a citizen and was not taken since, the latest first."""
        query = (
            select(bulk_jobs.c.kind, bulk_jobs.c.year, ready_papers.c.at)
            .join(bulk_jobs)
            .where(ready_papers.c.citizen == citizen, ~_TAKEN)
            .order_by(ready_papers.c.at.desc(), bulk_jobs.c.name)
        )
        async with self._reader.connect() as connection:
            found = await connection.execute(query)
            return tuple(ReadyPaper(row.kind, row.year, moment(row.at)) for row in found)

    async def _outcome(
        self, connection: AsyncConnection, row: Any, worker: BulkWorker, now: datetime
    ) -> Outcome:
        """Let the worker decide about a chunk, and write what it issues."""
        handles = tuple(dict.fromkeys(row.citizens.split("\n")))
        orders = await orders_of(connection, row.kind, row.year, handles)
        chunk = Chunk(row.kind, row.year, handles, orders)
        outcome = await worker.decide(chunk, ChunkSource(connection, handles))
        await issue(connection, outcome, worker, self._list_size, now)
        return outcome

    async def _turn(self, name: str, now: JobState, then: JobState, at: int | None) -> Progress:
        turned = {"of": name, "now": now.value, "then": then.value, "at": at}
        async with self._engine.begin() as connection:
            await connection.execute(_TURN, turned)
        return await self.progress(name)


async def _write_chunks(
    connection: AsyncConnection, name: str, citizens: AsyncIterator[Sequence[str]]
) -> int:
    """Write chunk after chunk, and return how many people are in them."""
    count = number = 0
    async for handles in citizens:
        row = {"job": name, "number": number, "state": ChunkState.WAITING.value}
        text = {"citizens": "\n".join(handles), "ready": 0, "refused": 0}
        await connection.execute(insert(bulk_chunks), {**row, **text})
        count, number = count + len(handles), number + 1
    return count


async def _write(
    connection: AsyncConnection, name: str, chunk: int, outcome: Outcome, now: datetime
) -> None:
    """Write what a chunk came to: nobody twice, whoever stands in another chunk too."""
    made = await _make_ready(connection, name, outcome.ready, seconds(now))
    told = {"signed": outcome.issued, "made": made, "denied": outcome.refused}
    await connection.execute(_FINISH, {"of": name, "chunk": chunk, **told})


async def _make_ready(
    connection: AsyncConnection, name: str, citizens: Sequence[str], at: int
) -> int:
    """Write down for whom a certificate is ready, and return how many it was not before."""
    rows = [{"citizen": citizen, "job": name, "at": at} for citizen in citizens]
    if not rows:
        return 0
    try:
        async with connection.begin_nested():
            await connection.execute(insert(ready_papers), rows)
    except IntegrityError:
        known = await connection.execute(_KNOWN, {"of": name, "citizens": [*citizens]})
        before = frozenset(known.scalars())
        return await _make_ready(
            connection, name, [one for one in citizens if one not in before], at
        )
    return len(rows)


def _progress(job: Row[Any], counts: Sequence[int]) -> Progress:
    issued, ready, refused = counts
    return Progress(
        name=job.name,
        kind=job.kind,
        year=job.year,
        state=JobState(job.state),
        people=job.people,
        issued=issued,
        ready=ready,
        refused=refused,
        started_at=moment(job.started_at),
        ended_at=None if job.ended_at is None else moment(job.ended_at),
    )
