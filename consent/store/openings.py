"""Questions of the ledger while they last, each sealed."""

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Column,
    LargeBinary,
    String,
    Table,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncEngine

from consent.opening.openings import StoredOpening
from consent.store.tables import metadata

openings = Table(
    "openings",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("expires_at", BigInteger, nullable=False, index=True),
    Column("proven", LargeBinary),
)


class SqlOpeningStore:
    """`consent.opening.openings.OpeningStore` over this room's database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def add(self, opening: StoredOpening, *, now: datetime) -> None:
        """Keep a new one, and forget those that are over (H51)."""
        row = {
            "id": opening.id,
            "sealed": opening.sealed,
            "expires_at": int(opening.expires_at.timestamp()),
        }
        over = openings.c.expires_at <= int(now.timestamp())
        async with self._engine.begin() as connection:
            await connection.execute(delete(openings).where(over))
            await connection.execute(insert(openings).values(row))

    async def find(self, opening_id: str) -> StoredOpening | None:
        """Return it, None when there is none."""
        query = select(openings).where(openings.c.id == opening_id)
        async with self._engine.connect() as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            return None
        return StoredOpening(
            row.id, row.sealed, datetime.fromtimestamp(row.expires_at, UTC), row.proven
        )

    async def prove(self, opening_id: str, proven: bytes) -> bool:
        """Keep what was proven, for the first of many answers; False for the others."""
        first = (openings.c.id == opening_id) & openings.c.proven.is_(None)
        async with self._engine.begin() as connection:
            changed = await connection.execute(update(openings).where(first).values(proven=proven))
        return changed.rowcount == 1
