"""The engines: durable on SQLite, one schema per room on PostgreSQL."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from sqlalchemy import Column, Integer, MetaData, Table, func, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.database import sqlite_engine

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


async def test_sqlite_syncs_every_commit(tmp_path: Path) -> None:
    """
    WAL with synchronous=FULL (2): an acknowledged commit survives power loss.
    """
    engine = sqlite_engine(tmp_path / "room.sqlite")
    async with engine.connect() as connection:
        assert "wal" == (await connection.exec_driver_sql("PRAGMA journal_mode")).scalar()
        assert 2 == (await connection.exec_driver_sql("PRAGMA synchronous")).scalar()
    await engine.dispose()
