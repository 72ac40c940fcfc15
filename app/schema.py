"""Bringing each room's tables to the version this program was written for."""

from importlib import import_module
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, func, select
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.schema import CreateSchema

MIGRATIONS: Final = Path(__file__).with_name("migrations")
# Rooms whose tables are another room's to declare.
_TABLES: Final = {"record_keys": "consent.store.record_keys"}
# Any number will do, as long as every process of this program takes the same lock.
_UPGRADE_LOCK: Final = 0x6D79_6461_7461


def metadata_of(room: str) -> MetaData:
    """Return the tables a room's store declares."""
    metadata = import_module(_TABLES.get(room, f"{room}.store")).metadata
    assert isinstance(metadata, MetaData)  # noqa: S101  # narrows what the room promises
    return metadata


async def upgrade(room: str, engine: AsyncEngine) -> None:
    """Run the room's missing revisions in one transaction, one process at a time.

    An interrupted upgrade is rolled back by the database and runs again at the next start (H99).
    """
    async with engine.begin() as connection:
        await connection.run_sync(_upgrade, room)


def revisions(connection: Connection, room: str) -> tuple[str | None, str | None]:
    """Return the revision a room's tables are at, and the newest; None for no tables at all."""
    options = {"version_table_schema": room_schema(connection)}
    found = MigrationContext.configure(connection, opts=options).get_current_revision()
    newest = ScriptDirectory.from_config(configuration(room, connection)).get_current_head()
    return found, newest


def configuration(room: str, connection: Connection) -> Config:
    """Return Alembic's configuration for one room on one open connection."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("version_locations", str(MIGRATIONS / room))
    config.set_main_option("path_separator", "newline")
    schema = room_schema(connection)
    config.attributes.update(connection=connection, metadata=metadata_of(room), schema=schema)
    return config


def room_schema(connection: Connection) -> str | None:
    """Return the schema the engine puts its tables into, None for a file of its own."""
    translated = connection.get_execution_options().get("schema_translate_map")
    return None if translated is None else str(translated[None])


def _upgrade(connection: Connection, room: str) -> None:
    schema = room_schema(connection)
    if schema is None:
        # A transaction's first statement takes SQLite's write lock. It has to be had before
        # Alembic begins, whose context is one for the whole process.
        connection.execute(select(1))
    else:
        connection.execute(select(func.pg_advisory_xact_lock(_UPGRADE_LOCK)))
        connection.execute(CreateSchema(schema, if_not_exists=True))
        # What changes a table names it bare; the engine's map of schemas is for statements alone.
        connection.execute(select(func.set_config("search_path", schema, True)))  # noqa: FBT003  # SQL knows no keywords
    command.upgrade(configuration(room, connection), "head")
