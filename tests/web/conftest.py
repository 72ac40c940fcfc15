"""The kit on a database of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.database import sqlite_engine
from tests.web.site import Site, site_on
from web.store import metadata


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    """A service in demo mode."""
    engine = sqlite_engine(tmp_path / "web.sqlite")
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    yield await site_on(engine)
    await engine.dispose()
