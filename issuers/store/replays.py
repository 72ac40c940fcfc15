"""The proofs that were taken, in SQL: the primary key decides who was first."""

from datetime import datetime

from sqlalchemy import bindparam, delete, insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from issuers.numbers.replays import ReplayedError
from issuers.store.authorization_tables import replays
from issuers.store.times import seconds

_FORGET = delete(replays).where(replays.c.expires_at < bindparam("ended"))
_REMEMBER = insert(replays)


class SqlReplayStore:
    """`issuers.numbers.replays.ReplayStore` over this room's database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def remember(self, proof: bytes, *, until: datetime, now: datetime) -> None:
        """Remember a proof and forget old ones, or raise `ReplayedError`."""
        row = {"proof": proof, "expires_at": seconds(until)}
        try:
            async with self._engine.begin() as connection:
                await connection.execute(_FORGET, {"ended": seconds(now)})
                await connection.execute(_REMEMBER, row)
        except IntegrityError:
            raise ReplayedError from None
