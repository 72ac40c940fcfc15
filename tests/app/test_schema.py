"""The rooms' tables: what the revisions make is what the stores declare, on both databases."""

import asyncio
import os
import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.schema import DropSchema

from app.database import engine_for, postgresql_engine
from app.schema import metadata_of, room_schema, upgrade
from app.settings import ROOMS, Settings


@pytest.fixture(params=["sqlite", "postgresql"])
async def engines(
    request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[list[AsyncEngine]]:
    """Two engines on one empty database, as two processes would have."""
    if request.param == "sqlite":
        made = [engine_for("room", Settings(home=tmp_path)) for _ in range(2)]
        yield made
    else:
        url = os.environ.get("MYDATA_TEST_DATABASE_URL")
        if url is None:
            pytest.skip(
                "no PostgreSQL: set MYDATA_TEST_DATABASE_URL to run the schema tests on it"
            )
        schema = f"test_{secrets.token_hex(8)}"
        made = [postgresql_engine(url, schema) for _ in range(2)]
        yield made
        async with made[0].begin() as connection:
            await connection.execute(DropSchema(schema, cascade=True))
    for engine in made:
        await engine.dispose()


def differences(connection: Connection, metadata: MetaData) -> list[object]:
    """What Alembic would have to do to get from the database to the store's tables."""
    schema = room_schema(connection)
    if schema is not None:
        # Reflection looks where the path leads; the map of the engine is for statements alone.
        connection.exec_driver_sql(f"SET search_path TO {schema}")
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, metadata))


@pytest.mark.parametrize("room", [*ROOMS, "web", "record_keys"])
async def test_the_revisions_make_the_tables_the_store_declares(
    room: str, engines: list[AsyncEngine]
) -> None:
    """
    No difference, on SQLite and on PostgreSQL, and a second run changes nothing.
    """
    for engine in engines:
        await upgrade(room, engine)

    async with engines[0].connect() as connection:
        found = await connection.run_sync(differences, metadata_of(room))

    assert [] == found


async def test_two_processes_that_start_at_once_upgrade_once(engines: list[AsyncEngine]) -> None:
    """
    H99: the upgrade runs under a lock; whoever comes second finds it done.
    """
    await asyncio.gather(*(upgrade("wallet", engine) for engine in engines))

    async with engines[1].connect() as connection:
        assert [] == await connection.run_sync(differences, metadata_of("wallet"))


async def test_an_upgrade_that_is_interrupted_leaves_nothing_behind(
    engines: list[AsyncEngine], monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    H99: a failure half-way rolls everything back, and the next start does it whole.
    """

    def fail(*_arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("alembic.runtime.migration.HeadMaintainer.update_to_step", fail)
        with pytest.raises(KeyboardInterrupt):
            await upgrade("wallet", engines[0])

    await upgrade("wallet", engines[0])
    async with engines[0].connect() as connection:
        assert [] == await connection.run_sync(differences, metadata_of("wallet"))
