"""A world of its own for every test, on SQLite; the store's own tests run on both databases."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.empty_databases import empty_sqlite
from tests.verifiers.world import World
from verifiers.store import VerifiersStore, metadata


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Return a relying party with everything around it."""
    engine = empty_sqlite(tmp_path / "verifiers.sqlite", metadata)
    yield World(VerifiersStore(engine))
    await engine.dispose()
