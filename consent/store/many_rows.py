"""Writing many whole rows at once, in the way each database is fastest at.

On SQLite that is the driver's own loop over tuples, on PostgreSQL one statement over arrays:
three times as fast there as a statement a row.
"""

from collections.abc import Sequence
from functools import cache
from typing import Final

from sqlalchemy import Connection, Insert, Table, bindparam, func, select
from sqlalchemy.dialects import postgresql

_SQLITE: Final = "sqlite"

Row = tuple[object, ...]


def insert_rows(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows, each in the order of the table's columns; raises IntegrityError."""
    _write(connection, table, rows, is_new=True)


def put_rows(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows, or write them over those of the same primary key."""
    _write(connection, table, rows, is_new=False)


def _write(connection: Connection, table: Table, rows: Sequence[Row], *, is_new: bool) -> None:
    if not rows:
        return
    if connection.dialect.name == _SQLITE:
        connection.exec_driver_sql(_sqlite_text(table, is_new=is_new), list(rows))
    else:
        columns = dict(zip(_names(table), map(list, zip(*rows, strict=True)), strict=True))
        connection.execute(_array_insert(table, is_new=is_new), columns)


def _names(table: Table) -> list[str]:
    return [column.name for column in table.columns]


@cache
def _sqlite_text(table: Table, *, is_new: bool) -> str:
    names = _names(table)
    places = ", ".join("?" * len(names))
    # The names are those of our own tables.
    text = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({places})"  # noqa: S608
    if is_new:
        return text
    key = ", ".join(column.name for column in table.primary_key)
    others = [f"{name} = excluded.{name}" for name in names if name not in key]
    return f"{text} ON CONFLICT ({key}) DO UPDATE SET {', '.join(others)}"


@cache
def _array_insert(table: Table, *, is_new: bool) -> Insert:
    names = _names(table)
    arrays = [
        bindparam(column.name, type_=postgresql.ARRAY(column.type)) for column in table.columns
    ]
    values = func.unnest(*arrays).table_valued(*names, name="given").render_derived()
    insert = postgresql.insert(table).from_select(names, select(*values.c))
    if is_new:
        return insert
    others = {name: insert.excluded[name] for name in names if name not in table.primary_key}
    return insert.on_conflict_do_update(index_elements=list(table.primary_key), set_=others)
