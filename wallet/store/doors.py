"""Where others come in: links and codes for desks, who tries them, standing addresses."""

from contextlib import suppress

from sqlalchemy import ColumnElement, and_, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from wallet.kept.keeping import OpenLink, StandingAddress
from wallet.store import tables


class Doors:
    """The part of ``wallet.kept.keeping.Shelf`` that is looked up by what somebody brings."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def open_link(self, link: OpenLink, *, forget_before: int) -> None:
        """Keep a new link, and forget those that ended before this time."""
        values = {"code_sha256": link.code_sha256, "holder": link.holder, "until": link.until}
        async with self._engine.begin() as connection:
            await connection.execute(
                delete(tables.desk_links).where(tables.desk_links.c.until < forget_before)
            )
            await connection.execute(insert(tables.desk_links).values(values))

    async def link(self, code_sha256: bytes) -> OpenLink | None:
        """Return a link, also one that is over; None when there is none."""
        query = select(tables.desk_links).where(tables.desk_links.c.code_sha256 == code_sha256)
        async with self._engine.connect() as connection:
            row = (await connection.execute(query)).mappings().first()
        return None if row is None else OpenLink(**row)

    async def hand_over(self, code_sha256: bytes, request: bytes, *, now: int) -> bool:
        """Put a sealed request into an open link, for exactly one of many callers."""
        is_open = and_(
            tables.desk_links.c.code_sha256 == code_sha256,
            tables.desk_links.c.request.is_(None),
            tables.desk_links.c.until > now,
        )
        async with self._engine.begin() as connection:
            handed = await connection.execute(
                update(tables.desk_links).where(is_open).values(request=request)
            )
        return handed.rowcount == 1

    async def close_link(self, code_sha256: bytes) -> None:
        """Forget a link before its time."""
        links = tables.desk_links
        async with self._engine.begin() as connection:
            await connection.execute(delete(links).where(links.c.code_sha256 == code_sha256))

    async def take_try(self, subject: bytes, *, limit: int, now: int, forget_before: int) -> bool:
        """Count one more try; False, and none is counted, when ``limit`` are counted already."""
        tries = tables.spoken_tries
        async with self._engine.begin() as connection:
            await connection.execute(delete(tries).where(tries.c.since <= forget_before))
        if await self._one_more(subject, tries.c.tries < limit):
            return True
        values = {"subject": subject, "tries": 1, "since": now}
        # The first of several at once opens the row; the others count on it.
        with suppress(IntegrityError):
            async with self._engine.begin() as connection:
                await connection.execute(insert(tries).values(values))
                return True
        return await self._one_more(subject, tries.c.tries < limit)

    async def give_try_back(self, subject: bytes) -> None:
        """Take back one try that was counted."""
        tries = tables.spoken_tries
        fewer = update(tries).where(tries.c.subject == subject, tries.c.tries > 0)
        async with self._engine.begin() as connection:
            await connection.execute(fewer.values(tries=tries.c.tries - 1))

    async def _one_more(self, subject: bytes, may: ColumnElement[bool]) -> bool:
        tries = tables.spoken_tries
        counted = update(tries).where(tries.c.subject == subject, may)
        async with self._engine.begin() as connection:
            changed = await connection.execute(counted.values(tries=tries.c.tries + 1))
        return changed.rowcount == 1

    async def open_standing(self, address: StandingAddress) -> None:
        """Keep the address of a standing consent."""
        values = {
            "code_sha256": address.code_sha256,
            "holder": address.holder,
            "consent_id": address.consent_id,
        }
        async with self._engine.begin() as connection:
            await connection.execute(insert(tables.standings).values(values))

    async def standing(self, code_sha256: bytes) -> StandingAddress | None:
        """Return what an address is for, None for one that is closed or never was."""
        query = select(tables.standings).where(tables.standings.c.code_sha256 == code_sha256)
        async with self._engine.connect() as connection:
            row = (await connection.execute(query)).mappings().first()
        return None if row is None else StandingAddress(**row)

    async def close_standing(self, holder: str, consent_id: str) -> None:
        """Forget every address of a consent."""
        standings = tables.standings
        theirs = and_(standings.c.holder == holder, standings.c.consent_id == consent_id)
        async with self._engine.begin() as connection:
            await connection.execute(delete(standings).where(theirs))
