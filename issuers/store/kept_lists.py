"""Status lists as they were served, in SQL."""

from datetime import datetime
from typing import Final

from sqlalchemy import delete, func, insert, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from issuers.status.kept_lists import KEPT_FINELY, KEPT_FOR, KeptList, KeptRange
from issuers.store.kept_tables import kept_lists
from issuers.store.reading import reader_of
from issuers.store.tables import status_lists
from issuers.store.times import moment, seconds

_DAY: Final = 86_400


class SqlKeptLists:
    """`issuers.status.kept_lists.KeptListStore` over this room's database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._reader = reader_of(engine)

    async def lists(self) -> tuple[tuple[str, int], ...]:
        """Return every status list: authority and number."""
        query = select(status_lists.c.authority, status_lists.c.number)
        async with self._reader.connect() as connection:
            return tuple((row.authority, row.number) for row in await connection.execute(query))

    async def keep(self, kept: KeptList) -> None:
        """Keep a token, unless one of its version and half hour is kept already."""
        issued_at = seconds(kept.issued_at)
        row = {
            "authority": kept.authority,
            "list": kept.number,
            "slot": kept.slot,
            "version": kept.version,
            "day": issued_at // _DAY,
            "issued_at": issued_at,
            "expires_at": seconds(kept.expires_at),
            "token": kept.token,
        }
        try:
            async with self._engine.begin() as connection:
                await connection.execute(insert(kept_lists).values(row))
        except IntegrityError:
            # Another process was faster, or this one has begun again: one is enough.
            return

    async def covering(self, authority: str, number: int, at: datetime) -> str | None:
        """Return the token kept last before ``at`` if it still held then, else None."""
        query = (
            select(kept_lists.c.token, kept_lists.c.expires_at)
            .where(kept_lists.c.authority == authority, kept_lists.c.list == number)
            .where(kept_lists.c.issued_at <= seconds(at))
            .order_by(kept_lists.c.issued_at.desc(), kept_lists.c.version.desc())
            .limit(1)
        )
        async with self._reader.connect() as connection:
            row = (await connection.execute(query)).one_or_none()
        return None if row is None or row.expires_at < seconds(at) else str(row.token)

    async def range(self, authority: str, number: int) -> KeptRange | None:
        """Return from when to when tokens of a list are kept, None when there is none."""
        at = kept_lists.c.issued_at
        mine = (kept_lists.c.authority == authority) & (kept_lists.c.list == number)
        query = select(func.min(at), func.max(at)).where(mine)
        async with self._reader.connect() as connection:
            first, last = (await connection.execute(query)).one()
        return None if first is None else KeptRange(moment(first), moment(last))

    async def thin(self, *, now: datetime) -> None:
        """Forget what is past its time, and of what is old all but each day's first."""
        table = kept_lists.alias("earlier")
        mine = (table.c.authority == kept_lists.c.authority) & (table.c.list == kept_lists.c.list)
        earlier = table.c.issued_at < kept_lists.c.issued_at
        of_day = select(table.c.slot).where(mine, earlier, table.c.day == kept_lists.c.day)
        of_version = select(table.c.slot).where(
            mine, earlier, table.c.version == kept_lists.c.version
        )
        old = kept_lists.c.issued_at < seconds(now - KEPT_FINELY)
        past = kept_lists.c.issued_at < seconds(now - KEPT_FOR)
        spare = old & of_day.exists() & of_version.exists()
        async with self._engine.begin() as connection:
            await connection.execute(delete(kept_lists).where(or_(past, spare)))
