"""Keeping what witnesses cosigned: beside the log, never in the way of its writer.

``published`` are the checkpoints that witnesses were asked about, ``cosignatures`` what they gave.
Both are small and can be lost without harm to the log: witnesses are asked again.
"""

from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    Row,
    Table,
    Text,
    and_,
    delete,
    false,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from consent.cosignatures import Given, Published
from consent.store.tables import metadata

_Size: Final = BigInteger().with_variant(Integer, "sqlite")
_HOUR: Final = 3600

# Times are Unix seconds.
published = Table(
    "published",
    metadata,
    Column("size", _Size, primary_key=True, autoincrement=False),
    Column("checkpoint", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    # whether the policy of that time was met
    Column("quorum", Boolean, nullable=False, server_default=false()),
    Index("published_quorum", "quorum", "size"),
)
cosignatures = Table(
    "cosignatures",
    metadata,
    Column("witness", Text, primary_key=True),
    Column("size", _Size, primary_key=True, autoincrement=False),
    Column("lines", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Index("cosignatures_size", "size"),
)


class CosignatureTables:
    """The `consent.cosignatures.Cosignatures` of a ledger's database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._reader = engine.execution_options(isolation_level="AUTOCOMMIT")

    async def published(self) -> Published | None:
        """Return the last checkpoint that was published, None before the first."""
        return await self._last(select(published))

    async def cosigned(self) -> Published | None:
        """Return the largest checkpoint that met the policy, None when there is none."""
        return await self._last(select(published).where(published.c.quorum))

    async def publish(self, new: Published) -> None:
        """Publish a checkpoint; of a size that is published already, nothing changes."""
        row = {"size": new.size, "checkpoint": new.note, "at": _seconds(new.at)}
        try:
            async with self._engine.begin() as connection:
                await connection.execute(insert(published), row)
        except IntegrityError:
            return

    async def keep(self, given: Given) -> None:
        """Keep cosignatures, in the place of older ones by the same witness on the same size."""
        key = and_(cosignatures.c.witness == given.witness, cosignatures.c.size == given.size)
        row = {
            "witness": given.witness,
            "size": given.size,
            "lines": given.lines,
            "at": _seconds(given.at),
        }
        async with self._engine.begin() as connection:
            await connection.execute(delete(cosignatures).where(key))
            await connection.execute(insert(cosignatures), row)

    async def meet(self, size: int) -> None:
        """Note that the published checkpoint of ``size`` meets the policy."""
        met = update(published).where(published.c.size == size).values(quorum=True)
        async with self._engine.begin() as connection:
            await connection.execute(met)

    async def of(self, size: int) -> list[Given]:
        """Return what was given on the tree of ``size``, by the witness' name."""
        found = select(cosignatures).where(cosignatures.c.size == size)
        async with self._reader.connect() as connection:
            rows = await connection.execute(found.order_by(cosignatures.c.witness))
            return [_given(row) for row in rows]

    async def last(self, witness: str) -> Given | None:
        """Return what a witness gave last, of the largest size; None when it never did."""
        own = select(cosignatures).where(cosignatures.c.witness == witness)
        query = own.order_by(cosignatures.c.size.desc()).limit(1)
        async with self._reader.connect() as connection:
            row = (await connection.execute(query)).one_or_none()
        return None if row is None else _given(row)

    async def thin(self, before: datetime) -> None:
        """Of what was published before, keep one an hour, and one an hour of what met the policy.

        So that a year is 17,520 rows at most, and whatever met the policy last stays.
        """
        old = published.c.at < _seconds(before)
        hours = (published.c.quorum, published.c.at // _HOUR)
        kept = select(func.max(published.c.size)).where(old).group_by(*hours)
        left = select(published.c.size)
        async with self._engine.begin() as connection:
            thinned = delete(published).where(old, published.c.size.not_in(kept))
            await connection.execute(thinned)
            await connection.execute(delete(cosignatures).where(cosignatures.c.size.not_in(left)))

    async def _last(self, found: Any) -> Published | None:
        query = found.order_by(published.c.size.desc()).limit(1)
        async with self._reader.connect() as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            return None
        return Published(row.size, row.checkpoint, datetime.fromtimestamp(row.at, UTC))


def _given(row: Row[Any]) -> Given:
    return Given(row.witness, row.size, row.lines, datetime.fromtimestamp(row.at, UTC))


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
