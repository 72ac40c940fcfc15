"""The refusals in SQL: one row a day for each applicant, kind, subject and ground."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Insert,
    Integer,
    Row,
    Select,
    String,
    Table,
    exists,
    insert,
    literal,
    select,
)
from sqlalchemy import delete as delete_from
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from issuers.grounds import Ground
from issuers.issuance.refusals import KEPT, Refusal, Stage
from issuers.store.reading import reader_of
from issuers.store.tables import metadata
from issuers.store.times import moment, seconds

refusals = Table(
    "refusals",
    metadata,
    Column("citizen", String(64), primary_key=True),
    # Days since 1970 in Korea.
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(64), primary_key=True),
    # Empty: about the applicant.
    Column("about", String(64), primary_key=True),
    Column("ground", String(32), primary_key=True),
    Column("authority", String(64), nullable=False),
    Column("at", BigInteger, nullable=False, index=True),
    Column("officer", String(64), nullable=False),
    Column("stage", String(16), nullable=False),
    Index("ix_refusals_desk", "authority", "at"),
)

_DAY = 24 * 3600
_KOREA = 9 * 3600


class SqlRefusalStore:
    """`issuers.ports.RefusalStore` over this room's database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._reader = reader_of(engine)

    async def keep(self, refusal: Refusal) -> None:
        """Keep a refusal, and forget those whose three years are over.

        One statement whether or not it is there already: else a second question about nobody
        would cost less than one about another person, and tell the two apart.
        """
        over = refusals.c.at < seconds(refusal.at - KEPT)
        try:
            async with self._engine.begin() as connection:
                await connection.execute(delete_from(refusals).where(over))
                await connection.execute(_unless_there(_row(refusal)))
        except IntegrityError:
            return  # by somebody at the same moment

    async def of(self, citizen: str, limit: int) -> tuple[Refusal, ...]:
        """Return what a citizen was refused, the latest first."""
        return await self._read(select(refusals).where(refusals.c.citizen == citizen), limit)

    async def latest(self, authority: str | None, limit: int) -> tuple[Refusal, ...]:
        """Return refusals, the latest first; ``authority`` None reads every authority's."""
        query = select(refusals)
        if authority is not None:
            query = query.where(refusals.c.authority == authority)
        return await self._read(query, limit)

    async def _read(self, query: Select[Any], limit: int) -> tuple[Refusal, ...]:
        ordered = query.order_by(refusals.c.at.desc(), refusals.c.kind, refusals.c.ground)
        async with self._reader.connect() as connection:
            return tuple(_refusal(row) for row in await connection.execute(ordered.limit(limit)))


async def keep_all(connection: AsyncConnection, many: Sequence[Refusal]) -> None:
    """Keep refusals within a transaction, the same one of a day once."""
    rows = {
        tuple(row[column.name] for column in refusals.primary_key): row for row in map(_row, many)
    }
    for row in rows.values():
        await connection.execute(_unless_there(row))


def _unless_there(row: dict[str, Any]) -> Insert:
    same = [column == row[column.name] for column in refusals.primary_key]
    values = [literal(row[column.name], column.type) for column in refusals.c]
    return insert(refusals).from_select(
        [column.name for column in refusals.c], select(*values).where(~exists().where(*same))
    )


def _row(refusal: Refusal) -> dict[str, Any]:
    at = seconds(refusal.at)
    return {
        "citizen": refusal.citizen,
        "day": (at + _KOREA) // _DAY,
        "kind": refusal.kind,
        "about": refusal.about,
        "ground": refusal.ground.value,
        "authority": refusal.authority,
        "at": at,
        "officer": refusal.officer,
        "stage": refusal.stage.value,
    }


def _refusal(row: Row[Any]) -> Refusal:
    return Refusal(
        at=moment(row.at),
        authority=row.authority,
        kind=row.kind,
        citizen=row.citizen,
        about=row.about,
        ground=Ground(row.ground),
        officer=row.officer,
        stage=Stage(row.stage),
    )
