"""Which shown codes were used, and by whom, for as long as another use of one may come.

A use and the mark that a code was used at two institutions are written in the transaction of the
use's entry, so no end of a process comes between them. Times are Unix seconds.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Index,
    Integer,
    LargeBinary,
    Row,
    Select,
    Table,
    Text,
    and_,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncEngine

from consent.codes import CodeUse, Reuse
from consent.store.tables import metadata

_Index = BigInteger().with_variant(Integer, "sqlite")

shown_codes = Table(
    "shown_codes",
    metadata,
    Column("position", _Index, primary_key=True, autoincrement=False),
    Column("name", LargeBinary, nullable=False),
    Column("label", LargeBinary, nullable=False),
    Column("subject", Text, nullable=False),
    # None is the holder's own consent
    Column("party", Text),
    Column("at", BigInteger, nullable=False),
    Column("forgotten_at", BigInteger, nullable=False),
    # another institution used it too; then the entry that tells of it
    Column("reused", Boolean, nullable=False),
    Column("told", _Index),
    Index("shown_codes_name", "name"),
    Index("shown_codes_reused", "reused", "told"),
    Index("shown_codes_forgotten", "forgotten_at"),
)

_Use = Select[int, bytes, bytes, str, str | None, int]
_USE: _Use = select(
    shown_codes.c.position,
    shown_codes.c.name,
    shown_codes.c.label,
    shown_codes.c.subject,
    shown_codes.c.party,
    shown_codes.c.at,
)


def write_codes(connection: Connection, uses: Iterable[tuple[int, CodeUse]]) -> None:
    """Write what was shown and used, inside the transaction that writes the entries.

    Whoever writes second sees the first: the head's swap lets one transaction pass at a time.
    """
    for index, use in uses:
        connection.execute(insert(shown_codes).values(_row(index, use)))
        if use.party is not None and _parties(connection, use.name) > 1:
            connection.execute(update(shown_codes).where(_is_used(use.name)).values(reused=True))


class Codes:
    """Reading them, on SQLite and PostgreSQL alike."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._reader = engine.execution_options(isolation_level="AUTOCOMMIT")

    async def of_name(self, name: bytes) -> list[CodeUse]:
        """Return who showed and who used a code, in the order of the log."""
        query = _USE.where(shown_codes.c.name == name).order_by(shown_codes.c.position)
        return [found.use for found in await self._found(query)]

    async def untold(self, *, limit: int) -> list[Reuse]:
        """Return uses of codes that several used, and that no entry tells of yet."""
        waits = and_(shown_codes.c.reused, shown_codes.c.told.is_(None))
        return await self._found(_USE.where(waits).order_by(shown_codes.c.position).limit(limit))

    async def tell(self, reuse: Reuse, told: int) -> None:
        """Note the entry that tells of a use; the first one stays."""
        mine = and_(shown_codes.c.position == reuse.index, shown_codes.c.told.is_(None))
        async with self._engine.begin() as connection:
            await connection.execute(update(shown_codes).where(mine).values(told=told))

    async def told_of(self, party: str, *, first: int, limit: int) -> list[int]:
        """Return the entries, from index ``first`` on, that tell of a party's uses, in order."""
        mine = and_(shown_codes.c.party == party, shown_codes.c.told >= first)
        query = select(shown_codes.c.told).where(mine).order_by(shown_codes.c.told).limit(limit)
        async with self._reader.connect() as connection:
            return [told for (told,) in await connection.execute(query) if told is not None]

    async def count_reused(self) -> int:
        """Return how many of the codes that are remembered were used at several institutions."""
        names = func.count(func.distinct(shown_codes.c.name))
        async with self._reader.connect() as connection:
            found = await connection.execute(select(names).where(shown_codes.c.reused))
            return found.scalar_one()

    async def forget(self, now: datetime) -> None:
        """Forget what no late use can come for any more."""
        over = shown_codes.c.forgotten_at <= int(now.timestamp())
        async with self._engine.begin() as connection:
            await connection.execute(delete(shown_codes).where(over))

    async def _found(self, query: _Use) -> list[Reuse]:
        async with self._reader.connect() as connection:
            return [_reuse(row) for row in await connection.execute(query)]


def _parties(connection: Connection, name: bytes) -> int:
    """Return how many institutions have used a code."""
    parties = func.count(func.distinct(shown_codes.c.party))
    return connection.execute(select(parties).where(_is_used(name))).scalar_one()


def _is_used(name: bytes) -> ColumnElement[bool]:
    return and_(shown_codes.c.name == name, shown_codes.c.party.is_not(None))


def _row(index: int, use: CodeUse) -> dict[str, object]:
    return {
        "position": index,
        "name": use.name,
        "label": use.label,
        "subject": use.subject,
        "party": use.party,
        "at": int(use.at.timestamp()),
        "forgotten_at": int(use.forgotten_at.timestamp()),
        "reused": False,
    }


def _reuse(row: Row[int, bytes, bytes, str, str | None, int]) -> Reuse:
    index, name, label, subject, party, at = row
    return Reuse(index, CodeUse(name, label, subject, party, datetime.fromtimestamp(at, UTC)))
