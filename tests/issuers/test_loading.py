"""Loading a population: whole batches, any size, on after an interruption, told as it goes."""

import subprocess
import sys
import tracemalloc
from pathlib import Path
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.database import sqlite_engine
from issuers.population.census import offices, population
from issuers.store import metadata
from issuers.store import population as loading
from issuers.store.population_rows import ORDER
from tests.issuers.world import AS_OF

ROOT = Path(__file__).resolve().parents[2]


async def empty(file: Path) -> AsyncEngine:
    engine = sqlite_engine(file)
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    return engine


async def rows(engine: AsyncEngine, table: Table) -> list[Any]:
    async with engine.connect() as connection:
        return sorted(map(tuple, await connection.execute(select(table))))


def killed_load(file: Path) -> int:
    """Load in another process, kill it in the middle, and return what it had told."""
    command = [sys.executable, "-m", "tests.issuers.loading_process", str(file)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = [int(process.stdout.readline()) for _batch in range(3)]
        process.kill()
    return told[-1]


async def test_a_load_that_was_killed_is_continued(tmp_path: Path) -> None:
    """
    A kill -9 loses no more than a batch; run again, it ends as if nothing had happened.
    """
    told = killed_load(tmp_path / "killed.sqlite")
    killed, straight = (
        sqlite_engine(tmp_path / "killed.sqlite"),
        await empty(tmp_path / "s.sqlite"),
    )
    left = await loading.standing(killed)
    people = list(population(households=left.complete + 100, as_of=AS_OF))
    await loading.load(killed, offices(), people)
    await loading.load(straight, offices(), people)

    assert left.residents >= told > 0
    assert left.complete == left.written
    assert 0 == left.complete % 20
    for table in ORDER:
        assert await rows(straight, table) == await rows(killed, table), table.name
    for engine in (killed, straight):
        await engine.dispose()


async def test_progress_is_told_after_each_batch(tmp_path: Path, monkeypatch: Any) -> None:
    """
    Whoever watches sees residents grow, and the last number is all of them.
    """
    monkeypatch.setattr(loading, "BATCH", 10)
    engine, told = await empty(tmp_path / "s.sqlite"), list[int]()
    await loading.load(engine, offices(), population(households=35, as_of=AS_OF), told.append)
    there = await loading.standing(engine)
    await engine.dispose()

    assert 4 == len(told)
    assert sorted(told) == told
    assert there.residents == told[-1]
    assert (35, 35) == (there.complete, there.written)


async def test_nothing_is_there_before_the_first_load(tmp_path: Path) -> None:
    """
    An empty database stands at household 0.
    """
    engine = await empty(tmp_path / "s.sqlite")

    assert loading.Standing(0, 0, 0, 0) == await loading.standing(engine)
    await engine.dispose()


async def test_a_load_needs_no_more_memory_for_more_people(
    tmp_path: Path, monkeypatch: Any
) -> None:
    """
    One batch at a time is held: three times the people, the same peak.
    """
    monkeypatch.setattr(loading, "BATCH", 20)
    peaks = []
    for households in (40, 120, 360):
        engine = await empty(tmp_path / f"{households}.sqlite")
        tracemalloc.start()
        await loading.load(engine, offices(), population(households=households, as_of=AS_OF))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        await engine.dispose()

    assert peaks[2] < 1.5 * peaks[1]
