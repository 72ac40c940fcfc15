"""What a revision does with the entries that are there already, on both databases."""

import os
import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Connection, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.schema import CreateSchema, DropSchema

from app.database import postgresql_engine, sqlite_engine
from app.schema import configuration, upgrade
from consent.forms.entry import EntryType, Leaf
from consent.store.tables import entries


@pytest.fixture(params=["sqlite", "postgresql"])
async def engine(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    """An empty database without any table."""
    if request.param == "sqlite":
        made = sqlite_engine(tmp_path / "consent.sqlite")
        yield made
    else:
        url = os.environ.get("MYDATA_TEST_DATABASE_URL")
        if url is None:
            pytest.skip("no PostgreSQL: set MYDATA_TEST_DATABASE_URL to upgrade there too")
        schema = f"test_{secrets.token_hex(8)}"
        made = postgresql_engine(url, schema)
        async with made.begin() as connection:
            await connection.execute(CreateSchema(schema))
        yield made
        async with made.begin() as connection:
            await connection.execute(DropSchema(schema, cascade=True))
    await made.dispose()


# What a log of the first revision can hold: no other type was known.
THEN = (
    EntryType.CONSENT,
    EntryType.REFUSED,
    EntryType.WITHDRAWN,
    EntryType.USED,
    EntryType.ACKNOWLEDGED,
    EntryType.ERASED,
)


def first_revision(connection: Connection) -> None:
    command.upgrade(configuration("consent", connection), "consent_0001")


async def test_entries_written_before_are_found_by_their_type(engine: AsyncEngine) -> None:
    """
    The second revision reads the type out of every leaf that is there.
    """
    async with engine.begin() as connection:
        await connection.run_sync(first_revision)
        for at, type_ in enumerate(THEN):
            label = bytes([at]) * 32
            leaf = Leaf(type_, label, 1, None, bytes(32)).octets()
            row = {"position": at, "leaf": leaf, "label": label, "number": 1, "request": label}
            await connection.execute(insert(entries).values(row))

    await upgrade("consent", engine)

    async with engine.connect() as connection:
        found = await connection.execute(select(entries.c.position, entries.c.type))
        assert dict(enumerate(THEN)) == {row.position: row.type for row in found}
