"""Fixtures of the issuers' tests: a filled database for each test, and the room above it."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.database import sqlite_engine
from issuers.catalogue import every_kind
from issuers.population.census import offices, population
from issuers.store import IssuersStore, metadata
from issuers.store.population import load
from tests.issuers.shared_addresses import client_of_shared
from tests.issuers.world import AS_OF, HOUSEHOLDS, FreshKeys, MovableClock, World, room


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with 200 households, made once and copied for every test."""
    path = tmp_path_factory.mktemp("issuers") / "filled.sqlite"

    async def fill() -> None:
        engine = sqlite_engine(path)
        async with engine.begin() as connection:
            await connection.run_sync(metadata.create_all)
        await load(engine, offices(), population(households=HOUSEHOLDS, as_of=AS_OF))
        await IssuersStore(engine).certificates.prepare(tuple(every_kind().authorities))
        await engine.dispose()

    asyncio.run(fill())
    return path


@pytest.fixture(scope="session")
def fresh_keys() -> FreshKeys:
    """Keys for all tests: nothing here changes them."""
    return FreshKeys()


@pytest.fixture
async def engine(filled: Path, tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    """A database of its own for one test."""
    path = tmp_path / "issuers.sqlite"
    shutil.copy(filled, path)
    engine = sqlite_engine(path)
    yield engine
    await engine.dispose()


@pytest.fixture
async def world(engine: AsyncEngine, fresh_keys: FreshKeys) -> AsyncIterator[World]:
    """The room behind HTTP over SQLite."""
    clock = MovableClock()
    issuers = room(engine, fresh_keys, clock)
    async with client_of_shared(issuers) as http:
        yield World(issuers, engine, clock, fresh_keys, http)
