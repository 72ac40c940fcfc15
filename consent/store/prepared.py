"""A query that is built once: building it costs several times what SQLite needs to answer it."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, CursorResult, Row
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql import Select

_SQLITE: Final = "sqlite"


class Prepared:
    """A query with named parameters, and its text for SQLite's driver.

    Only for columns that the driver itself turns into what they are: octets, text, whole numbers.
    """

    def __init__(self, query: Select[*tuple[Any, ...]]) -> None:
        self._query = query
        compiled = query.compile(dialect=sqlite.dialect())
        self._text = str(compiled)
        self._names: Sequence[str] = compiled.positiontup or ()
        # what was given when the query was built: a limit, a type
        self._fixed = {name: value for name, value in compiled.params.items() if value is not None}

    def rows(self, connection: Connection, **values: object) -> Sequence[Row[*tuple[Any, ...]]]:
        """Return all rows for these values."""
        return self._execute(connection, values).all()

    def octets(self, connection: Connection, **values: object) -> list[bytes]:
        """Return the one column of all rows for these values."""
        return list(self._execute(connection, values).scalars())

    def _execute(self, connection: Connection, values: dict[str, object]) -> CursorResult[Any]:
        if connection.dialect.name != _SQLITE:
            return connection.execute(self._query, values)
        given = self._fixed | values
        parameters = tuple(given[name] for name in self._names)
        return connection.exec_driver_sql(self._text, parameters)
