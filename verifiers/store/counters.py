"""What stands at counters, written once for SQLite and PostgreSQL."""

from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from verifiers.store.counter_tables import CHALLENGES
from verifiers.store.rows import unix


class CountersStore:
    """The port of `verifiers.verifying.counter`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def open_challenge(
        self, party: str, nonce: str, *, now: datetime, until: datetime
    ) -> None:
        """Keep one, and forget those that are over."""
        values = {"party": party, "nonce": nonce, "until": unix(until)}
        async with self._engine.begin() as connection:
            await connection.execute(delete(CHALLENGES).where(CHALLENGES.c.until <= unix(now)))
            await connection.execute(insert(CHALLENGES).values(values))

    async def is_challenge_open(self, party: str, nonce: str, *, now: datetime) -> bool:
        """Tell whether this party shows it."""
        statement = select(CHALLENGES.c.until).where(
            CHALLENGES.c.party == party,
            CHALLENGES.c.nonce == nonce,
            CHALLENGES.c.until > unix(now),
        )
        async with self._engine.connect() as connection:
            return (await connection.execute(statement)).first() is not None
