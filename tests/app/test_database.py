"""The engines: durable on SQLite, one schema per room on PostgreSQL."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, Text, func, insert, select
from sqlalchemy.exc import DBAPIError
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


async def test_sqlite_syncs_every_commit(tmp_path: Path) -> None:
    """
    WAL with synchronous=FULL (2): an acknowledged commit survives power loss.
    """
    engine = sqlite_engine(tmp_path / "room.sqlite")
    async with engine.connect() as connection:
        assert "wal" == (await connection.exec_driver_sql("PRAGMA journal_mode")).scalar()
        assert 2 == (await connection.exec_driver_sql("PRAGMA synchronous")).scalar()
    await engine.dispose()
