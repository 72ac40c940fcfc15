"""The kit on a database of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.empty_databases import empty_sqlite
from tests.web.site import Site, site_on
from web.store import metadata


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    """A service in demo mode."""
    engine = empty_sqlite(tmp_path / "web.sqlite", metadata)
    yield await site_on(engine)
    await engine.dispose()
