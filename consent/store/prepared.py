"""A query that is built once: building it costs several times what SQLite needs to answer it."""

import sqlite3
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import OperationalError
from sqlalchemy.sql import Select

_SQLITE: Final = "sqlite"


class Prepared:
    """A query with named parameters; on SQLite its text goes straight to the driver.

    Only for columns that the driver itself turns into what they are: octets, text, whole numbers.
    """

    def __init__(self, query: Select[*tuple[Any, ...]]) -> None:
        self._query = query
        compiled = query.compile(dialect=sqlite.dialect())
        self._text = str(compiled)
        self._names: Sequence[str] = compiled.positiontup or ()
        # what was given when the query was built: a limit, a type
        self._fixed = {name: value for name, value in compiled.params.items() if value is not None}

    def rows(self, connection: Connection, **values: object) -> Sequence[Sequence[Any]]:
        """Return all rows for these values; raises what SQLAlchemy raises."""
        if connection.dialect.name != _SQLITE:
            return connection.execute(self._query, values).all()
        given = self._fixed | values
        parameters = tuple(given[name] for name in self._names)
        driver = connection.connection.driver_connection
        try:
            rows: list[tuple[Any, ...]] = driver.execute(self._text, parameters).fetchall()  # type: ignore[union-attr]  # a connection that was never begun has none
        except sqlite3.Error as error:
            raise OperationalError(self._text, parameters, error) from error
        return rows

    def octets(self, connection: Connection, **values: object) -> list[bytes]:
        """Return the one column of all rows for these values."""
        return [octets for (octets,) in self.rows(connection, **values)]
