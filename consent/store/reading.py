"""Reading the ledger's tables through the event loop, and making their writer."""

from pathlib import Path

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncEngine

from consent.ports import Head
from consent.sequencing import LabelKeys
from consent.signed_note import NoteSigner
from consent.store.anchor import Anchor
from consent.store.journal import Journal
from consent.store.tables import (
    entries,
    head_of,
    select_head,
    select_leaves,
    select_subtrees,
)


class ConsentStore:
    """Reading the ledger's tables, on SQLite and PostgreSQL alike."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine

    async def head(self) -> Head | None:
        """Return the committed state, None before the ledger was first opened."""
        async with self.engine.connect() as connection:
            row = (await connection.execute(select_head())).one_or_none()
        return head_of(*row) if row is not None else None

    async def leaves(self, start: int, end: int) -> list[bytes]:
        """Return the octets of entries ``[start, end)``, fewer where the log is shorter."""
        async with self.engine.connect() as connection:
            return list((await connection.execute(select_leaves(start, end))).scalars())

    async def subtrees(self, level: int, start: int, end: int) -> list[bytes]:
        """Return hashes ``[start, end)`` of a tile level, 1 or above."""
        query = select_subtrees(level, start, end)
        async with self.engine.connect() as connection:
            return list((await connection.execute(query)).scalars())

    async def label_keys(self, label: bytes) -> LabelKeys | None:
        """Return who may write under the label, None when nobody has opened it."""
        first = and_(entries.c.label == label, entries.c.number == 1)
        query = select(entries.c.mac_key, entries.c.holder).where(first)
        async with self.engine.connect() as connection:
            row = (await connection.execute(query)).one_or_none()
        return LabelKeys(*row) if row is not None else None

    def writer(self, signer: NoteSigner, anchor: Path | None) -> Journal:
        """Return the log's writer; ``anchor`` None means that nothing outside is remembered."""
        return Journal(self.engine, signer, Anchor(anchor) if anchor is not None else None)
