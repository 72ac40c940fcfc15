"""The months of the statistics: the open one, and the signed sheets of those that are over."""

from typing import Final

from sqlalchemy import BigInteger, Column, String, Table, Text, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from consent.statistics.month import Month
from consent.store.tables import metadata

# ``last`` and ``sheet`` are null while the month is open; one is at a time.
months = Table(
    "months",
    metadata,
    Column("month", String(7), primary_key=True),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger),
    Column("sheet", Text),
)

_BY_MONTH: Final = select(months).order_by(months.c.month)


class Months:
    """`consent.statistics.month.MonthStore` over this room's database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._reader = engine.execution_options(isolation_level="AUTOCOMMIT")

    async def all(self) -> list[Month]:
        """Return every month, the first one first; only the last can be open."""
        async with self._reader.connect() as connection:
            return [Month(*row) for row in await connection.execute(_BY_MONTH)]

    async def open(self, month: str, first: int) -> None:
        """Open a month, unless another process has."""
        try:
            async with self._engine.begin() as connection:
                await connection.execute(insert(months), {"month": month, "first": first})
        except IntegrityError:
            return

    async def close(self, month: str, last: int, sheet: str) -> None:
        """Close a month with its signed sheet, unless another process has."""
        is_open = (months.c.month == month) & months.c.sheet.is_(None)
        async with self._engine.begin() as connection:
            await connection.execute(update(months).where(is_open).values(last=last, sheet=sheet))
