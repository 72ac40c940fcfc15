"""The job behind ``mydata issuers bulk``: chunk after chunk, in as many processes as asked for.

A process that is killed loses the chunk it was at, which is then as it was before; whoever works
the job next takes it. So several processes, on several machines, may share a job on PostgreSQL.
"""

import asyncio
import multiprocessing
import resource
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

from app.cli.bulk_signing import worker_for
from app.cli.progress import Bar
from app.clock import utc_now
from app.database import engine_for
from app.errors import CommandError
from app.schema import upgrade
from app.settings import Settings
from issuers.catalogue import every_kind
from issuers.errors import IssuerError
from issuers.issuance.bulk import CHUNK, JobState, NewJob, Progress
from issuers.store import IssuersStore
from keys.strict_json import JsonObject
from web.errors import Party

_ROOM: Final = "issuers"
_KIBIBYTES: Final = 1024
# How often the first process looks how far the others are, in seconds.
_LOOK: Final = 0.5


def start(
    settings: Settings, kind: str, year: int, people: Path | None, workers: int
) -> JsonObject:
    """Begin a job for the people of a file, or everybody, and work it to its end.

    Raises ``CommandError``: unknown_kind, job_exists, people_unreadable, workers_alone.
    """
    _check_workers(settings, workers)

    async def begin(store: IssuersStore) -> Progress:
        every_kind().kind(kind)
        citizens = store.bulk.everybody() if people is None else _listed(people)
        return await store.bulk.start(NewJob(kind, year), _in_chunks(citizens), now=utc_now())

    return _worked(settings, _run(settings, begin), workers)


def resume(settings: Settings, job: str, workers: int) -> JsonObject:
    """Go on with a job to its end, or raise ``CommandError`` (unknown_job, workers_alone)."""
    _check_workers(settings, workers)
    return _worked(settings, _run(settings, lambda store: store.bulk.resume(job)), workers)


def status(settings: Settings, job: str) -> JsonObject:
    """Return how far a job is, or raise ``CommandError`` (unknown_job)."""
    return _told(_run(settings, lambda store: store.bulk.progress(job)))


def cancel(settings: Settings, job: str) -> JsonObject:
    """Stop a job, or raise ``CommandError`` (unknown_job)."""
    return _told(_run(settings, lambda store: store.bulk.cancel(job, now=utc_now())))


def work(settings: Settings, job: str) -> None:
    """Work chunks of a job until none is left: one process's share."""
    _run(settings, lambda store: _work(settings, store, job, lambda _progress: None))


def _worked(settings: Settings, begun: Progress, workers: int) -> JsonObject:
    """Work a job with so many processes, and tell what it came to."""
    started = time.monotonic()
    with Bar("people", hidden=False) as bar:

        def tell(progress: Progress) -> None:
            bar.tell(progress.done, progress.people)

        context = multiprocessing.get_context("spawn")
        others = [
            context.Process(target=work, args=(settings, begun.name)) for _ in range(workers - 1)
        ]
        for other in others:
            other.start()
        done = _run(settings, lambda store: _work(settings, store, begun.name, tell))
        for other in others:
            other.join()
        if others:
            # The last chunk may have been another's: who comes last ends the job.
            done = _run(settings, lambda store: _work(settings, store, begun.name, tell))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    told: JsonObject = {
        "seconds": round(time.monotonic() - started, 1),
        "peak_rss_mib": round(peak / _KIBIBYTES),
    }
    return _told(done) | told


async def _work(
    settings: Settings, store: IssuersStore, job: str, tell: Callable[[Progress], None]
) -> Progress:
    """Work chunks until none is left to take, telling now and then how far the whole job is."""
    worker, looked = worker_for(settings, store), 0.0
    await store.certificates.prepare(tuple(every_kind().authorities))
    while await store.bulk.work(job, worker, now=utc_now()):
        if time.monotonic() - looked > _LOOK:
            looked = time.monotonic()
            tell(await store.bulk.progress(job))
    return await store.bulk.progress(job)


def _run(settings: Settings, ask: Callable[[IssuersStore], Awaitable[Progress]]) -> Progress:
    async def asked() -> Progress:
        engine = engine_for(_ROOM, settings)
        try:
            await upgrade(_ROOM, engine)
            return await ask(IssuersStore(engine, settings.status_list_size))
        finally:
            await engine.dispose()

    try:
        return asyncio.run(asked())
    except IssuerError as error:
        raise CommandError(error.failure.value, Party.CALLER, error.detail) from None


def _check_workers(settings: Settings, workers: int) -> None:
    if workers > 1 and settings.database_url is None:
        detail = "SQLite has one writer: several workers need MYDATA_DATABASE_URL"
        raise CommandError("workers_alone", Party.CALLER, detail)


async def _listed(people: Path) -> AsyncIterator[Sequence[str]]:
    """Yield the handles in a file, or raise ``CommandError`` (people_unreadable)."""
    try:
        with people.open(encoding="utf-8") as file:
            handles = (line.strip() for line in file if line.strip())
            while page := [*islice(handles, CHUNK)]:
                yield page
    except (OSError, UnicodeDecodeError):
        detail = f"{people} is no text file of handles, one a line"
        raise CommandError("people_unreadable", Party.CALLER, detail) from None


async def _in_chunks(citizens: AsyncIterator[Sequence[str]]) -> AsyncIterator[Sequence[str]]:
    async for page in citizens:
        for at in range(0, len(page), CHUNK):
            yield page[at : at + CHUNK]


def _told(progress: Progress) -> JsonObject:
    return {
        "job": progress.name,
        "state": progress.state.value,
        "people": progress.people,
        "issued": progress.issued,
        "ready": progress.ready,
        "refused": progress.refused,
        "ended": progress.state is JobState.DONE,
    }
