"""Bulk jobs: everybody once, whoever is killed, and taken by whoever holds the key (trip 1)."""

import asyncio
import subprocess
import sys
import tracemalloc
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.cli import bulk_working
from app.database import engine_for
from app.errors import CommandError
from app.schema import upgrade
from app.settings import Settings
from issuers.clerks import ONLINE
from issuers.errors import IssuerError, IssuerFailure
from issuers.issuance.bulk import Chunk, JobState, NewJob, Outcome
from issuers.offers.offer import Order
from issuers.population.census import offices, population
from issuers.serving.bulk_issuing import BulkIssuing
from issuers.source.port import SourceOfRecord
from issuers.store import IssuersStore, metadata
from issuers.store.bulk import SqlBulkStore
from issuers.store.bulk_tables import bulk_chunks, ready_papers
from issuers.store.population import load
from issuers.store.source_tables import people
from tests.conftest import EngineOf
from tests.issuers.world import AS_OF, NOW, FreshKeys, World, room

ROOT = Path(__file__).resolve().parents[2]
KEYS = FreshKeys()
TAX, LOCAL, REGISTER = "tax-payment", "local-tax-payment", "resident-register"


async def in_chunks(handles: Sequence[str], size: int = 20) -> AsyncIterator[Sequence[str]]:
    for at in range(0, len(handles), size):
        yield handles[at : at + size]


def worker(engine: AsyncEngine) -> BulkIssuing:
    """Who decides and signs, at the world's moment; its keys are made when it signs."""
    return room(engine, KEYS, lambda: NOW).bulk


async def work(store: SqlBulkStore, job: str, by: BulkIssuing) -> int:
    """Work a job to its end; how many chunks it was."""
    chunks = 0
    while await store.work(job, by, now=NOW):
        chunks += 1
    return chunks


async def handles_in(engine: AsyncEngine) -> list[str]:
    async with engine.connect() as connection:
        query = select(people.c.citizen).order_by(people.c.citizen)
        return list((await connection.execute(query)).scalars())


async def ready_in(engine: AsyncEngine) -> list[str]:
    async with engine.connect() as connection:
        query = select(ready_papers.c.citizen).order_by(ready_papers.c.citizen)
        return list((await connection.execute(query)).scalars())


async def ready_by_job(engine: AsyncEngine) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    async with engine.connect() as connection:
        query = select(ready_papers.c.job, ready_papers.c.citizen)
        for job, citizen in await connection.execute(query.order_by(ready_papers.c.citizen)):
            found.setdefault(job, []).append(citizen)
    return found


@pytest.mark.parametrize("kind", [TAX, LOCAL, REGISTER])
async def test_whoever_may_have_it_finds_it_ready(world: World, kind: str) -> None:
    """
    A chunk's decisions are those of the desk, one by one, for kinds that are read in bulk and for
    those that are not; the rest is counted and not listed.
    """
    store = IssuersStore(world.engine).bulk
    handles = (await handles_in(world.engine))[:60]
    begun = await store.start(NewJob(kind, 2026), in_chunks(handles), now=NOW)
    assert (60, 0, JobState.RUNNING) == (begun.people, begun.done, begun.state)
    expected = []
    for citizen in handles:
        try:
            await world.issuers.desk.preview(Order(kind, citizen), ONLINE)
        except IssuerError:
            continue
        expected.append(citizen)

    assert 3 == await work(store, begun.name, world.issuers.bulk)

    assert sorted(expected) == await ready_in(world.engine)
    assert 0 < len(expected) < 60 or kind == REGISTER
    told = await store.progress(begun.name)
    assert (len(expected), 60 - len(expected)) == (told.ready, told.refused)
    assert (JobState.DONE, NOW.replace(microsecond=0)) == (told.state, told.ended_at)
    async with world.engine.connect() as connection:
        assert {""} == set((await connection.execute(select(bulk_chunks.c.citizens))).scalars())


async def test_a_job_is_begun_once_and_may_be_stopped(world: World) -> None:
    """
    One job for each kind and year; a cancelled one lets no chunk be taken until it is resumed, and
    who stands in it twice has one certificate ready.
    """
    store = IssuersStore(world.engine).bulk
    job = NewJob(REGISTER, 2026)
    await store.start(job, in_chunks(["demo", "demo", "nobody"], 1), now=NOW)
    with pytest.raises(IssuerError) as caught:
        await store.start(job, in_chunks(["demo"]), now=NOW)
    assert IssuerFailure.JOB_EXISTS is caught.value.failure
    assert JobState.CANCELLED is (await store.cancel(job.name, now=NOW)).state
    assert 0 == await work(store, job.name, world.issuers.bulk)
    assert JobState.RUNNING is (await store.resume(job.name)).state

    assert 3 == await work(store, job.name, world.issuers.bulk)

    assert ["demo"] == await ready_in(world.engine)
    assert JobState.DONE is (await store.cancel(job.name, now=NOW)).state
    with pytest.raises(IssuerError) as caught:
        await store.progress("another-2026")
    assert IssuerFailure.UNKNOWN_JOB is caught.value.failure


@pytest.mark.parametrize("year", [1999, 2101])
def test_a_year_is_one_of_a_calendar(year: int) -> None:
    """
    What cannot be a year is refused before anything is written.
    """
    with pytest.raises(IssuerError) as caught:
        NewJob(TAX, year)
    assert IssuerFailure.MALFORMED is caught.value.failure


async def mis_issue(_chunk: Chunk, _source: SourceOfRecord) -> Outcome:
    """Fail in a way that refuses nobody."""
    raise IssuerError(IssuerFailure.MIS_ISSUE, "x")


async def test_what_no_rule_refuses_stops_the_chunk(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    An error that is no refusal is not taken for one: the chunk stays as it was.
    """
    store = IssuersStore(world.engine).bulk
    await store.start(NewJob(TAX, 2026), in_chunks(["demo"]), now=NOW)

    wrong = worker(world.engine)
    monkeypatch.setattr(wrong, "decide", mis_issue)
    with pytest.raises(IssuerError):
        await store.work("tax-payment-2026", wrong, now=NOW)
    assert 0 == (await store.progress("tax-payment-2026")).done
    assert 1 == await work(store, "tax-payment-2026", world.issuers.bulk)


async def test_workers_share_a_job(engine_of: EngineOf) -> None:
    """
    Four at once: every chunk is worked by one of them, nobody is left out or made ready twice.
    """
    engine = await engine_of(metadata)
    await load(engine, offices(), population(households=40, as_of=AS_OF))
    store = IssuersStore(engine).bulk
    handles = await handles_in(engine)
    begun = await store.start(NewJob(REGISTER, 2026), in_chunks(handles, 10), now=NOW)

    worked = await asyncio.gather(*(work(store, begun.name, worker(engine)) for _ in range(4)))

    assert -(-len(handles) // 10) == sum(worked)
    assert {1} == set(Counter(await ready_in(engine)).values())
    told = await store.progress(begun.name)
    assert (len(handles), JobState.DONE) == (told.done, told.state)


def prepared(home: Path, count: int) -> list[str]:
    """Make a database with a job of many chunks; the handles in it."""
    settings = Settings(home=home)
    home.mkdir()

    async def fill() -> list[str]:
        engine = engine_for("issuers", settings)
        await upgrade("issuers", engine)
        await load(engine, offices(), population(households=count, as_of=AS_OF))
        found = await handles_in(engine)
        await IssuersStore(engine).bulk.start(
            NewJob(REGISTER, 2026), in_chunks(found, 10), now=NOW
        )
        await engine.dispose()
        return found

    return asyncio.run(fill())


def test_a_killed_worker_loses_and_doubles_nothing(tmp_path: Path) -> None:
    """
    Kill -9 in the middle of a chunk, five times: each time the chunk is as it was, and at the end
    everybody has one certificate ready.
    """
    home, job = tmp_path / "home", f"{REGISTER}-2026"
    handles = prepared(home, 60)
    settings = Settings(home=home)
    command = [
        sys.executable,
        "-m",
        "tests.issuers.bulk_process",
        str(home / "issuers.sqlite"),
        job,
    ]
    for _kill in range(5):
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            for _chunk in range(3):
                process.stdout.readline()
            process.kill()
        between = bulk_working.status(settings, job)
        assert 0 == (int(str(between["ready"])) + int(str(between["refused"]))) % 10

    done = bulk_working.resume(settings, job, 1)

    listed = tmp_path / "people"
    listed.write_text("\n".join(handles), encoding="utf-8")
    straight = bulk_working.start(settings, REGISTER, 2027, listed, 1)
    for told in ("state", "people", "ready", "refused", "ended"):
        assert straight[told] == done[told], told
    assert len(handles) > int(str(done["ready"])) > 0
    assert len(handles) == int(str(done["ready"])) + int(str(done["refused"]))

    async def ready() -> dict[str, list[str]]:
        engine = engine_for("issuers", settings)
        found = await ready_by_job(engine)
        await engine.dispose()
        return found

    found = asyncio.run(ready())
    assert found[f"{REGISTER}-2027"] == found[job]


def test_the_verbs_say_what_is_wrong(tmp_path: Path) -> None:
    """
    An unknown kind, a file that is none, several workers on one file: each has its own code, and
    nothing was begun.
    """
    home = tmp_path / "home"
    home.mkdir()
    settings, listed = Settings(home=home), tmp_path / "people"
    listed.write_text("demo\n\n nobody \n", encoding="utf-8")
    for code, kind, people_file, workers in (
        ("unknown_kind", "no-such", listed, 1),
        ("people_unreadable", TAX, tmp_path / "nothing", 1),
        ("workers_alone", TAX, listed, 2),
    ):
        with pytest.raises(CommandError) as caught:
            bulk_working.start(settings, kind, 2026, people_file, workers)
        assert code == caught.value.problem.error
    with pytest.raises(CommandError) as caught:
        bulk_working.status(settings, f"{TAX}-2026")
    assert "unknown_job" == caught.value.problem.error

    done = bulk_working.start(settings, TAX, 2026, listed, 1)
    everybody = bulk_working.start(settings, TAX, 2027, None, 1)

    assert (2, 0, 2, True) == (done["people"], done["ready"], done["refused"], done["ended"])
    assert (0, True) == (everybody["people"], everybody["ended"])
    assert "done" == bulk_working.cancel(settings, f"{TAX}-2026")["state"]


async def test_a_job_needs_no_more_memory_for_more_people(world: World) -> None:
    """
    Twenty times the people, the same peak: chunks are written and worked one at a time.
    """
    store, peaks = IssuersStore(world.engine).bulk, []
    # The first one fills what is remembered of statements.
    for year, count in ((2000, 500), (2001, 500), (2002, 10_000)):

        async def listed(count: int = count) -> AsyncIterator[Sequence[str]]:
            for at in range(0, count, 250):
                yield [f"nobody-{number}" for number in range(at, at + 250)]

        tracemalloc.start()
        await store.start(NewJob(TAX, year), listed(), now=NOW)
        await work(store, f"{TAX}-{year}", world.issuers.bulk)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    _first, few, many = peaks
    # Less than a handle takes for each: nothing of a person is kept.
    assert many - few < 9500 * 64
