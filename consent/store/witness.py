"""What a witness remembers, in a SQLite file of its own: one row a log.

The engine's transactions begin IMMEDIATE and are synced at their end: reading, judging and writing
is one step for every process, and what returned survives a loss of power.
"""

from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    Integer,
    LargeBinary,
    MetaData,
    Row,
    Table,
    Text,
    delete,
    insert,
    select,
)
from sqlalchemy.ext.asyncio import AsyncEngine

from consent.tlog.checkpoint import Checkpoint
from consent.witness.witness import Decide, Kept

# Apart from the ledger's: a witness never shares a database with a log.
witness_metadata: Final = MetaData()

logs: Final = Table(
    "logs",
    witness_metadata,
    Column("origin", Text, primary_key=True),
    Column("size", BigInteger().with_variant(Integer, "sqlite"), nullable=False),
    Column("root", LargeBinary, nullable=False),
    Column("note", Text, nullable=False),
    # Unix seconds
    Column("at", BigInteger, nullable=False),
)


class WitnessTable:
    """The `consent.witness.witness.WitnessStore` of one file."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def open(self) -> None:
        """Make the table at the first start."""
        async with self._engine.begin() as connection:
            await connection.run_sync(witness_metadata.create_all)

    async def advance(self, origin: str, decide: Decide) -> Kept:
        """Judge and keep in one transaction; what ``decide`` raises leaves everything as it is."""
        async with self._engine.begin() as connection:
            found = select(logs).where(logs.c.origin == origin)
            row = (await connection.execute(found)).one_or_none()
            kept = decide(_form(row) if row is not None else None)
            await connection.execute(delete(logs).where(logs.c.origin == origin))
            await connection.execute(insert(logs), _row(kept))
        return kept

    async def kept(self) -> list[Kept]:
        """Return what is remembered of every log, by origin."""
        async with self._engine.begin() as connection:
            rows = await connection.execute(select(logs).order_by(logs.c.origin))
            return [_form(row) for row in rows]


def _row(kept: Kept) -> dict[str, object]:
    checkpoint = kept.checkpoint
    return {
        "origin": checkpoint.origin,
        "size": checkpoint.size,
        "root": checkpoint.root,
        "note": kept.note,
        "at": int(kept.at.timestamp()),
    }


def _form(row: Row[Any]) -> Kept:
    checkpoint = Checkpoint(row.origin, row.size, row.root)
    return Kept(checkpoint, row.note, datetime.fromtimestamp(row.at, UTC))
