"""A database with people who do not exist in it, for the jobs of a year; gone afterwards."""

import asyncio
import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Final

from sqlalchemy import Executable, text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.schema import CreateSchema, DropSchema

from app.database import postgresql_engine, sqlite_engine
from issuers.population.census import offices, population
from issuers.store import metadata
from issuers.store.population import load

SERVER: Final = os.environ.get("MYDATA_TEST_DATABASE_URL")
_HOUSEHOLDS: Final = 1500


@contextmanager
def filled_database(runner: asyncio.Runner, *, server: bool) -> Iterator[AsyncEngine]:
    """Yield an engine over full registers: an SQLite file, or a schema of `SERVER`."""
    name = f"bulk_{uuid.uuid4().hex[:8]}"
    with tempfile.TemporaryDirectory() as folder:
        if server:
            engine = postgresql_engine(SERVER or "", name)
            runner.run(_execute(engine, CreateSchema(name)))
        else:
            engine = sqlite_engine(Path(folder) / "issuers.sqlite")
        runner.run(_fill(engine))
        if server:
            runner.run(_execute(engine, text("analyze")))
        yield engine
        if server:
            runner.run(_execute(engine, DropSchema(name, cascade=True)))
        runner.run(engine.dispose())


async def _fill(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    people = population(households=_HOUSEHOLDS, as_of=date(2026, 11, 22))
    await load(engine, offices(), people)


async def _execute(engine: AsyncEngine, statement: Executable) -> None:
    async with engine.begin() as connection:
        await connection.execute(statement)
