"""The engines: durable on SQLite, one schema per room on PostgreSQL."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiosqlite
import pytest
from sqlalchemy import Column, Integer, MetaData, Table, Text, func, insert, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from app import database
from app.database import postgresql_engine, sqlite_engine

# Counts long enough to be given up while the database's thread is at it.
_ENDLESS = (
    "with recursive n(i) as (select 1 union all select i + 1 from n where i < 300000)"
    " insert into entry select i from n"
)

metadata = MetaData()
entry = Table("entry", metadata, Column("id", Integer, primary_key=True))


async def test_what_was_committed_is_read_by_another_connection(
    engine_of: Callable[[MetaData], Awaitable[AsyncEngine]],
) -> None:
    """
    A committed row is there for the next reader.
    """
    engine = await engine_of(metadata)
    async with engine.begin() as connection:
        await connection.execute(insert(entry), [{"id": 1}, {"id": 2}])

    async with engine.connect() as connection:
        assert 2 == await connection.scalar(select(func.count()).select_from(entry))


async def test_an_error_names_no_value(
    engine_of: Callable[[MetaData], Awaitable[AsyncEngine]],
) -> None:
    """
    H66: what goes wrong is logged, and a log is no place for somebody's name.
    """
    engine = await engine_of(metadata)
    missing = Table("missing", MetaData(), Column("name", Text))

    with pytest.raises(DBAPIError) as refused:
        async with engine.begin() as connection:
            await connection.execute(insert(missing).values(name="CANARY"))

    assert "missing" in str(refused.value)
    assert "CANARY" not in str(refused.value)


async def test_nobody_waits_for_ever_for_another_transaction(
    engine_of: Callable[[MetaData], Awaitable[AsyncEngine]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Whoever meets a writer that does not end is told so after a time, on both databases.
    """
    monkeypatch.setattr(database, "WRITER_WAITS", 100)
    engine = await engine_of(metadata)
    async with engine.begin() as first:
        await first.execute(insert(entry), [{"id": 1}])

        with pytest.raises(DBAPIError):
            async with engine.begin() as second:
                await second.execute(insert(entry), [{"id": 1}])


async def test_an_address_keeps_its_own_settings_for_sessions() -> None:
    """
    What an operator writes into the address of PostgreSQL holds over ours.
    """
    url = "postgresql://localhost/x?options=-c%20lock_timeout%3D5"
    engine = postgresql_engine(url, "issuers")

    assert str(engine.url.query["options"]).endswith(" -c lock_timeout=5")


async def test_sqlite_syncs_every_commit(tmp_path: Path) -> None:
    """
    WAL with synchronous=FULL (2): an acknowledged commit survives power loss.
    """
    engine = sqlite_engine(tmp_path / "room.sqlite")
    async with engine.connect() as connection:
        assert "wal" == (await connection.exec_driver_sql("PRAGMA journal_mode")).scalar()
        assert 2 == (await connection.exec_driver_sql("PRAGMA synchronous")).scalar()
    await engine.dispose()


async def test_a_statement_on_sqlite_is_one_trip_to_its_thread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Two statements and the commit are three trips; two reads are two; what does nothing is none.
    """
    engine = await _filled(tmp_path)
    reader = engine.execution_options(isolation_level="AUTOCOMMIT")
    trips = _count_trips(monkeypatch)

    async with engine.begin() as connection:
        await connection.execute(insert(entry), {"id": 1})
        await connection.execute(select(entry))
    written = len(trips)
    async with reader.connect() as connection:
        found = [(await connection.execute(select(entry))).all() for _ in range(2)]
    read = len(trips)
    async with engine.begin():
        pass

    assert [[(1,)], [(1,)]] == found
    assert [3, 5, 5] == [written, read, len(trips)]
    await engine.dispose()


async def test_whoever_gives_up_waiting_leaves_no_transaction_open(tmp_path: Path) -> None:
    """
    A request that is cancelled while its statement runs holds up nobody and writes nothing.
    """
    engine = await _filled(tmp_path)

    async def write() -> None:
        async with engine.begin() as connection:
            await connection.exec_driver_sql(_ENDLESS)

    writing = asyncio.create_task(write())
    await asyncio.sleep(0.05)
    assert writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing

    async with engine.begin() as connection:
        await connection.execute(insert(entry), {"id": 7})
        assert [(7,)] == [*(await connection.execute(select(entry)))]
    await engine.dispose()


async def test_a_transaction_on_sqlite_takes_the_write_lock_before_it_reads(
    tmp_path: Path,
) -> None:
    """
    Of two that read and then write, the second reads what the first one has written.
    """
    engine = await _filled(tmp_path)

    async def count_up() -> None:
        async with engine.begin() as connection:
            last = (await connection.execute(select(func.count()).select_from(entry))).scalar_one()
            await asyncio.sleep(0.01)
            await connection.execute(insert(entry), {"id": last})

    await asyncio.gather(*(count_up() for _ in range(4)))

    async with engine.connect() as connection:
        found = await connection.execute(select(entry.c.id).order_by(entry.c.id))
        assert [0, 1, 2, 3] == [*found.scalars()]
    await engine.dispose()


async def _filled(folder: Path) -> AsyncEngine:
    engine = sqlite_engine(folder / "room.sqlite")
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    return engine


def _count_trips(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    trips: list[str] = []
    away: Any = aiosqlite.Connection._execute

    async def counted(self: Any, fn: Any, *args: Any, **kwargs: Any) -> Any:
        trips.append(getattr(fn, "__name__", ""))
        return await away(self, fn, *args, **kwargs)

    monkeypatch.setattr(aiosqlite.Connection, "_execute", counted)
    return trips
