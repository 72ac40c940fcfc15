"""What the kit's stores share: short transactions, and times in microseconds."""

from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import Delete, Insert, RowMapping, Select, Table, Update, insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO: Final = timedelta(microseconds=1)


class Rows:
    """Reads and writes rows of one database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        # Looking takes no write lock.
        self._reading = engine.execution_options(isolation_level="AUTOCOMMIT")

    async def one(self, query: Select[*tuple[object, ...]]) -> RowMapping | None:
        """Return the first row."""
        async with self._reading.connect() as connection:
            return (await connection.execute(query)).mappings().first()

    async def all(self, query: Select[*tuple[object, ...]]) -> tuple[RowMapping, ...]:
        """Return every row."""
        async with self._reading.connect() as connection:
            return tuple((await connection.execute(query)).mappings().all())

    async def change(self, change: Insert | Update | Delete) -> int:
        """Write, and return how many rows that touched."""
        async with self.engine.begin() as connection:
            return (await connection.execute(change)).rowcount

    async def add(self, table: Table, **values: object) -> bool:
        """Add a row; False when its place is taken, whose row then stays."""
        try:
            await self.change(insert(table).values(values))
        except IntegrityError:
            return False
        return True


def micros(moment: datetime) -> int:
    """Return a moment as microseconds since 1970, without rounding."""
    return (moment - _EPOCH) // _MICRO


def moment_of(since: int) -> datetime:
    """Return the moment so many microseconds after 1970."""
    return _EPOCH + since * _MICRO
