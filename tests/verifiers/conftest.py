"""A world of its own for every test, on SQLite; the store's own tests run on both databases."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.database import sqlite_engine
from tests.verifiers.world import World
from verifiers.store import VerifiersStore, metadata


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Return a relying party with everything around it."""
    engine = sqlite_engine(tmp_path / "verifiers.sqlite")
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    yield World(VerifiersStore(engine))
    await engine.dispose()
