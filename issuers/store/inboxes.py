"""The inboxes of citizens in SQL, each sealed."""

from collections.abc import Iterable

from sqlalchemy import Column, LargeBinary, String, Table, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from issuers.store.reading import reader_of
from issuers.store.tables import metadata

inboxes = Table(
    "inboxes",
    metadata,
    Column("citizen", String(64), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)


class SqlInboxStore:
    """`issuers.ports.InboxStore` over this room's database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._reader = reader_of(engine)

    async def keep(self, citizen: str, sealed: bytes) -> None:
        """Keep the latest one of a citizen."""
        async with self._engine.begin() as connection:
            await connection.execute(delete(inboxes).where(inboxes.c.citizen == citizen))
            await connection.execute(
                insert(inboxes).values({"citizen": citizen, "sealed": sealed})
            )

    async def of(self, citizens: Iterable[str]) -> dict[str, bytes]:
        """Return the inboxes of those who have one."""
        wanted = select(inboxes).where(inboxes.c.citizen.in_(list(citizens)))
        async with self._reader.connect() as connection:
            return {row.citizen: row.sealed for row in await connection.execute(wanted)}
