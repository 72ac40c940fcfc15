"""What the ledger's tests share: one world of keys, and ledgers on SQLite."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from consent import sequencer
from consent.ledger import Ledger
from consent.store import metadata, sealing
from consent.store.record_keys import metadata as key_metadata
from tests.consent.world import World
from tests.empty_databases import empty_sqlite, write_empty


@pytest.fixture(scope="session")
def world() -> World:
    """Keys and parties; stateless, so one for all tests."""
    return World()


@pytest.fixture(autouse=True)
def _sealed_at_our_word(monkeypatch: pytest.MonkeyPatch) -> None:
    """No seal comes by itself between the entries that a test counts."""
    monkeypatch.setattr(sequencer, "EPOCH_SECONDS", 3600.0)
    monkeypatch.setattr(sealing, "SEAL_ENTRIES", 1_000_000)


@pytest.fixture
async def sqlite(tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    """An empty ledger database of the default kind."""
    write_empty(tmp_path / "consent-keys.sqlite", key_metadata)
    engine = empty_sqlite(tmp_path / "consent.sqlite", metadata)
    yield engine
    await engine.dispose()


@pytest.fixture
async def ledger(world: World, sqlite: AsyncEngine) -> AsyncIterator[Ledger]:
    """A running ledger on SQLite."""
    ledger = world.ledger(sqlite)
    await ledger.start()
    yield ledger
    await ledger.close()
