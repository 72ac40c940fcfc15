"""Connections of their own for sequencer and proofs: the store's database, no event loop.

On SQLite a statement through the event loop costs two changes of threads, and a batch is five
statements; here the whole batch runs in one thread.
"""

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import ConnectionPoolEntry

_SQLITE: Final = "sqlite"
# Seconds to wait for another program's write lock, a backup's for example.
_BUSY_SECONDS: Final = 10.0
# A commit is on the disk when it returns; the write-ahead log lets readers go on meanwhile.
_PRAGMAS: Final = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")


def writer_engine(engine: AsyncEngine) -> Engine:
    """Return an engine of one synchronous connection to the database (and schema) of ``engine``.

    Raises nothing: a database that cannot be reached shows at the first use.
    """
    if engine.dialect.name != _SQLITE:
        return _server_engine(engine)
    writer = _file_engine(engine)
    event.listen(writer, "begin", _begin_immediate)
    return writer


def reader_engine(engine: AsyncEngine) -> Engine:
    """Return the same for reading: all that one transaction reads is one state of the tables."""
    if engine.dialect.name != _SQLITE:
        # The level below would show each statement what was committed until then.
        return _server_engine(engine).execution_options(isolation_level="REPEATABLE READ")
    reader = _file_engine(engine)
    event.listen(reader, "begin", _begin)
    return reader


def sqlite_file(engine: AsyncEngine) -> Path | None:
    """Return the file of a SQLite database, None for a database with a server."""
    if engine.dialect.name != _SQLITE or engine.url.database is None:
        return None
    return Path(engine.url.database)


def _server_engine(engine: AsyncEngine) -> Engine:
    options = engine.sync_engine.get_execution_options()
    server = create_engine(engine.url, pool_size=1, max_overflow=0, hide_parameters=True)
    return server.execution_options(**options)


def _file_engine(engine: AsyncEngine) -> Engine:
    file = create_engine(
        engine.url.set(drivername=_SQLITE),
        connect_args={"timeout": _BUSY_SECONDS},
        hide_parameters=True,
    )
    event.listen(file, "connect", _configure)
    return file


def _configure(connection: object, _record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # type: ignore[attr-defined]  # DBAPI connections are untyped
    cursor = connection.cursor()  # type: ignore[attr-defined]  # the same
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediate(connection: Connection) -> None:
    """Take the write lock at once: a transaction that reads first could not upgrade later."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin(connection: Connection) -> None:
    """Begin to read: the driver would begin with the first statement that writes."""
    connection.exec_driver_sql("BEGIN")
