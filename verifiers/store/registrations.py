"""Registered definitions, and every published form by its hash; nothing here is ever deleted."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from verifiers.services.registering import Published
from verifiers.store.rows import moment, unix
from verifiers.store.tables import REGISTERED_PARTIES, REGISTRATIONS


class RegistrationsStore:
    """The part of the store that knows who may ask; ``engine`` is the whole store's."""

    _engine: AsyncEngine

    async def register(
        self, party: str, definition: bytes, published: Iterable[Published], now: datetime
    ) -> None:
        """Keep a definition and its published forms in one step."""
        row = {"party": party, "definition": definition, "registered_at": unix(now)}
        async with self._engine.begin() as connection:
            await connection.execute(insert(REGISTERED_PARTIES).values(row))
            await _keep(connection, published)

    async def keep_published(self, published: Iterable[Published]) -> None:
        """Keep published forms; those known already stay."""
        async with self._engine.begin() as connection:
            await _keep(connection, published)

    async def definitions(self) -> tuple[bytes, ...]:
        """Return the newest definition of every registered party."""
        newest = select(func.max(REGISTERED_PARTIES.c.id)).group_by(REGISTERED_PARTIES.c.party)
        statement = (
            select(REGISTERED_PARTIES.c.definition)
            .where(REGISTERED_PARTIES.c.id.in_(newest))
            .order_by(REGISTERED_PARTIES.c.id)
        )
        async with self._engine.connect() as connection:
            return tuple((await connection.execute(statement)).scalars())

    async def published(self, party: str | None = None) -> tuple[Published, ...]:
        """Return what was ever published, oldest first."""
        statement = select(REGISTRATIONS).order_by(
            REGISTRATIONS.c.since, REGISTRATIONS.c.party, REGISTRATIONS.c.purpose
        )
        if party is not None:
            statement = statement.where(REGISTRATIONS.c.party == party)
        async with self._engine.connect() as connection:
            rows = (await connection.execute(statement)).mappings().all()
        return tuple(
            Published(
                row["party"],
                row["purpose"],
                bytes(row["sha256"]),
                bytes(row["octets"]),
                moment(row["since"]),
            )
            for row in rows
        )


async def _keep(connection: AsyncConnection, published: Iterable[Published]) -> None:
    """Add what is new; two processes that start at once may both find it missing."""
    known = set((await connection.execute(select(REGISTRATIONS.c.sha256))).scalars())
    for one in published:
        if one.sha256 in known:
            continue
        row = {
            "sha256": one.sha256,
            "party": one.party,
            "purpose": one.purpose,
            "octets": one.octets,
            "since": unix(one.since),
        }
        with suppress(IntegrityError):
            async with connection.begin_nested():
                await connection.execute(insert(REGISTRATIONS).values(row))
