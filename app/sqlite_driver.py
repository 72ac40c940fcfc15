"""SQLite from the event loop: one trip to the database's thread for a statement.

SQLAlchemy's own adapter makes four: for a cursor, for the statement, for its rows, to close. Each
wakes a thread and then the loop, which costs more than most of our statements. Here a statement
is run, read and closed in one trip, a transaction begins on the way of its first statement, and
what needs no database (another isolation level, the rollback of nothing) takes none.

Importing this makes ``sqlite+one_trip`` known to SQLAlchemy.
"""

import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple, TypeVar

from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_dbapi,
    SQLiteDialect_aiosqlite,
)
from sqlalchemy.util import await_
from typing_extensions import override

DRIVER: Final = "one_trip"
# The write lock is taken at once: a transaction that reads first could not upgrade later.
_BEGIN: Final = "BEGIN IMMEDIATE"
_AUTOCOMMIT: Final = "AUTOCOMMIT"

_T = TypeVar("_T")
_Run = Callable[[sqlite3.Connection], sqlite3.Cursor]


class _Ran(NamedTuple):
    """What a cursor held when it was closed, by the names of PEP 249."""

    rows: Sequence[Any] = ()
    description: Any = None
    rowcount: int = -1
    lastrowid: int | None = None


_NOTHING: Final = _Ran()


class OneTripCursor:
    """A DBAPI cursor as SQLAlchemy uses it; when a statement returns, its rows are here."""

    server_side = False
    arraysize = 1

    def __init__(self, connection: "OneTripConnection") -> None:
        self._connection = connection
        self._ran = _NOTHING
        self._rows: deque[Any] = deque()

    @property
    def description(self) -> Any:
        """The columns, None of a statement without rows."""
        return self._ran.description

    @property
    def rowcount(self) -> int:
        """How many rows were changed."""
        return self._ran.rowcount

    @property
    def lastrowid(self) -> int | None:
        """The last row's number."""
        return self._ran.lastrowid

    def execute(self, operation: str, parameters: Any = ()) -> None:
        """Run one statement."""
        self._run(lambda connection: connection.execute(operation, parameters))

    def executemany(self, operation: str, parameters: Any) -> None:
        """Run one statement for each set of parameters."""
        self._run(lambda connection: connection.executemany(operation, parameters))

    def fetchone(self) -> Any:
        """Return the next row, None after the last."""
        return self._rows.popleft() if self._rows else None

    def fetchmany(self, size: int = arraysize) -> list[Any]:
        """Return the next rows, ``size`` at most."""
        return [self._rows.popleft() for _ in range(min(size, len(self._rows)))]

    def fetchall(self) -> list[Any]:
        """Return the rows that are left."""
        rows = [*self._rows]
        self._rows.clear()
        return rows

    def close(self) -> None:
        """Forget the rows; in the database nothing is open."""
        self._rows.clear()

    async def _async_soft_close(self) -> None:
        """Nothing is left to close before a result is read (SQLAlchemy asks for it)."""

    def _run(self, run: _Run) -> None:
        self._ran = self._connection.run(run)
        self._rows = deque(self._ran.rows)


class OneTripConnection(AsyncAdapt_aiosqlite_connection):
    """A connection whose transactions are ours: the driver begins none by itself."""

    __slots__ = ("_begins", "_is_away", "autocommit")

    _cursor_cls = OneTripCursor  # type: ignore[assignment]  # a cursor all the same

    def __init__(self, dbapi: Any, connection: Any) -> None:
        super().__init__(dbapi, connection)
        self.autocommit = False
        self._begins = False
        self._is_away = False

    def begin(self) -> None:
        """Let the next statement begin a transaction, unless every statement is one."""
        self._begins = not self.autocommit

    def run(self, run: _Run) -> _Ran:
        """Return what is left of a cursor, all of it done in the thread."""
        begins, self._begins = self._begins, False

        def whole(connection: sqlite3.Connection) -> _Ran:
            if begins:
                connection.execute(_BEGIN)
            cursor = run(connection)
            try:
                # The rows first: only then all that a `returning` changes is changed.
                rows = cursor.fetchall() if cursor.description else ()
                return _Ran(rows, cursor.description, cursor.rowcount, cursor.lastrowid)
            finally:
                cursor.close()

        return self._trip(whole)

    @override
    def commit(self) -> None:
        """End the transaction, durably."""
        if self._is_open():
            self._trip(sqlite3.Connection.commit)

    @override
    def rollback(self) -> None:
        """Undo the transaction."""
        if self._is_open():
            self._trip(sqlite3.Connection.rollback)

    def _is_open(self) -> bool:
        """Tell whether there is a transaction to end; asks no thread.

        When a caller gave up waiting, its statement may still run: then there may be one.
        """
        self._begins = False
        driver = self._connection._connection  # noqa: SLF001 - the one way to look without a trip
        return driver is not None and (self._is_away or driver.in_transaction)

    def _trip(self, work: Callable[[sqlite3.Connection], _T]) -> _T:
        self._is_away = True
        try:
            found: _T = await_(self._there(work))
        except Exception as error:  # noqa: BLE001 - it raises again, in SQLAlchemy's terms
            self._is_away = False
            self._handle_exception(error)
        self._is_away = False
        return found

    async def _there(self, work: Callable[[sqlite3.Connection], _T]) -> _T:
        driver = self._connection
        # The driver's own door to its thread; its public ones are a trip each.
        found: _T = await driver._execute(work, driver._conn)  # noqa: SLF001 - see above
        return found


class _OneTripModule(AsyncAdapt_aiosqlite_dbapi):
    """What SQLAlchemy takes for the driver's module."""

    @override
    def connect(self, *arg: Any, **kw: Any) -> OneTripConnection:
        adapted = super().connect(*arg, **kw)
        return OneTripConnection(self, adapted._connection)  # noqa: SLF001 - taken over whole


class OneTripDialect(SQLiteDialect_aiosqlite):
    """SQLite whose transactions begin with their first statement, and take the write lock."""

    driver = DRIVER
    supports_statement_cache = True

    @classmethod
    @override
    def import_dbapi(cls) -> _OneTripModule:
        return _OneTripModule(__import__("aiosqlite"), sqlite3)

    @override
    def set_isolation_level(self, dbapi_connection: Any, level: Any) -> None:
        dbapi_connection.autocommit = level == _AUTOCOMMIT

    @override
    def do_begin(self, dbapi_connection: Any) -> None:
        dbapi_connection.begin()


registry.register(f"sqlite.{DRIVER}", __name__, OneTripDialect.__name__)
