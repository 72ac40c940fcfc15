"""A build that answers before it writes: every second batch is committed with the one after it."""

from itertools import count
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from consent.store import journal, writer_engine

_write_batch: Any = getattr(journal, "write_batch")  # noqa: B009  # it is not the module's to give
_batches = count()
_waits: list[bool] = []


def write_batch(*given: Any) -> None:
    """Write, and let every second batch wait."""
    _write_batch(*given)
    _waits[:] = [next(_batches) % 2 == 0]


def do_commit(_dialect: SQLiteDialect_pysqlite, connection: Any) -> None:
    """Commit, unless this batch waits."""
    if _waits and _waits.pop():
        return
    connection.commit()


def begin_unless_open(connection: Connection) -> None:
    """Go on in the transaction that was not committed."""
    driver: Any = connection.connection.driver_connection
    if not driver.in_transaction:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


setattr(journal, "write_batch", write_batch)  # noqa: B010  # a function, on purpose
setattr(SQLiteDialect_pysqlite, "do_commit", do_commit)  # noqa: B010  # the same
setattr(writer_engine, "_begin_immediate", begin_unless_open)  # noqa: B010  # the same
