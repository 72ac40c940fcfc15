"""The access records in SQL: one row for each person somebody looked at."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    ScalarSelect,
    String,
    Table,
    delete,
    distinct,
    func,
    insert,
    select,
)
from sqlalchemy.ext.asyncio import AsyncEngine

from issuers.register.accesses import KEPT, USUAL_DAYS, WINDOW, Access, AccessAct, Activity
from issuers.store.reading import reader_of
from issuers.store.tables import metadata
from issuers.store.times import moment, seconds

accesses = Table(
    "accesses",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("at", BigInteger, nullable=False, index=True),
    Column("clerk", String(64), nullable=False),
    # Empty: of every authority.
    Column("authority", String(64), nullable=False),
    Column("act", String(16), nullable=False),
    Column("citizen", String(64), nullable=False),
    Index("ix_accesses_clerk", "clerk", "at"),
)

Count: TypeAlias = ScalarSelect[int]

_DAY = 24 * 3600
_KOREA = 9 * 3600
_NIGHT_BEGINS, _NIGHT_ENDS = 22 * 3600, 6 * 3600


class SqlAccessStore:
    """`issuers.ports.AccessStore` over this room's database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._reader = reader_of(engine)

    async def activity(self, clerk: str, citizens: Collection[str], now: datetime) -> Activity:
        """Return how many people ``clerk`` looked at, those about to be looked at included."""
        at = seconds(now)
        today = at - (at + _KOREA) % _DAY
        window, night = seconds(now - WINDOW), _night_since(at)
        since = [window, today] if night is None else [window, today, night]
        counts = [_people(clerk, begun, citizens) for begun in since]
        query = select(*(query for pair in counts for query in pair), *_usual(clerk, today))
        async with self._reader.connect() as connection:
            row = (await connection.execute(query)).one()
        *counted, people, days = row
        new = len(set(citizens))
        seen = [
            all_ + new - known for all_, known in zip(counted[::2], counted[1::2], strict=True)
        ]
        return Activity(
            window=seen[0],
            today=seen[1],
            tonight=0 if night is None else seen[2],
            usual=people / days if days else 0.0,
        )

    async def note(self, noted: Sequence[Access]) -> None:
        """Keep accesses, and forget those whose two years are over."""
        over = accesses.c.at < seconds(noted[0].at - KEPT)
        async with self._engine.begin() as connection:
            await connection.execute(insert(accesses), [_row(one) for one in noted])
            await connection.execute(delete(accesses).where(over))

    async def latest(self, authority: str | None, limit: int) -> tuple[Access, ...]:
        """Return accesses, the latest first; ``authority`` None reads every authority's."""
        query = select(accesses).order_by(accesses.c.id.desc()).limit(limit)
        if authority is not None:
            query = query.where(accesses.c.authority == authority)
        async with self._reader.connect() as connection:
            rows = await connection.execute(query)
            return tuple(
                Access(
                    row.clerk,
                    row.authority or None,
                    moment(row.at),
                    AccessAct(row.act),
                    row.citizen,
                )
                for row in rows
            )


def _row(access: Access) -> dict[str, object]:
    return {
        "at": seconds(access.at),
        "clerk": access.clerk,
        "authority": access.authority or "",
        "act": access.act.value,
        "citizen": access.citizen,
    }


def _night_since(at: int) -> int | None:
    """Return when the night began, at ten in the evening in Korea; None by day."""
    clock = (at + _KOREA) % _DAY
    if _NIGHT_ENDS <= clock < _NIGHT_BEGINS:
        return None
    return at - (clock - _NIGHT_BEGINS) % _DAY


def _people(clerk: str, since: int, citizens: Collection[str]) -> tuple[Count, Count]:
    """Return how many people since then, and how many of ``citizens`` are among them."""
    counted = select(func.count(distinct(accesses.c.citizen))).where(
        accesses.c.clerk == clerk, accesses.c.at >= since
    )
    known = counted.where(accesses.c.citizen.in_(citizens))
    return counted.scalar_subquery(), known.scalar_subquery()


def _usual(clerk: str, today: int) -> tuple[Count, Count]:
    """Return people-days and days of the four weeks before today."""
    day = (accesses.c.at + _KOREA) // _DAY
    looked_at = (
        select(day.label("day"), accesses.c.citizen)
        .where(accesses.c.clerk == clerk)
        .where(accesses.c.at >= today - USUAL_DAYS * _DAY, accesses.c.at < today)
        .distinct()
        .subquery()
    )
    people = select(func.count()).select_from(looked_at)
    days = select(func.count(distinct(looked_at.c.day)))
    return people.scalar_subquery(), days.scalar_subquery()
