"""SQLite files with a store's tables: made once for a process, copied for every test."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import MetaData, create_engine
from sqlalchemy.ext.asyncio import AsyncEngine

from app.database import sqlite_engine


def empty_sqlite(path: Path, metadata: MetaData) -> AsyncEngine:
    """Return the engine of a new file with these tables, nothing in them."""
    write_empty(path, metadata)
    return sqlite_engine(path)


def write_empty(path: Path, metadata: MetaData) -> None:
    """Write a new file with these tables, nothing in them."""
    with path.open("xb") as file:
        file.write(_octets_of(metadata))


@cache
def _octets_of(metadata: MetaData) -> bytes:
    """A file as the store's own engine leaves it: the mode of its journal stands in it."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "empty.sqlite"
        engine = create_engine(f"sqlite:///{path}")
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        metadata.create_all(engine)
        engine.dispose()
        return path.read_bytes()
