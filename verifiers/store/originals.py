"""Originals and their readings, written once for SQLite and PostgreSQL."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import ColumnElement, RowMapping, Table, delete, insert, select, true
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from verifiers.originals.original import Reading, SealedOriginal
from verifiers.store.forgetting import forget_for_good
from verifiers.store.original_tables import ORIGINAL_READINGS, SEALED_ORIGINALS
from verifiers.store.rows import moment, unix
from verifiers.store.tables import TRANSACTIONS
from verifiers.transaction import Progress


class OriginalsStore:
    """The port of `verifiers.originals.original`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def keep_original(self, original: SealedOriginal) -> None:
        """Keep one; one that is there already stays."""
        times = {"kept_at": unix(original.kept_at), "kept_until": unix(original.kept_until)}
        with suppress(IntegrityError):
            async with self._engine.begin() as connection:
                await connection.execute(insert(SEALED_ORIGINALS).values(asdict(original) | times))

    async def original(self, transaction_id: str) -> SealedOriginal | None:
        """Return one of a verified transaction, None when there is none (any more)."""
        found = await self._originals(SEALED_ORIGINALS.c.transaction_id == transaction_id, 1)
        return found[0] if found else None

    async def originals(self, party: str | None, limit: int) -> tuple[SealedOriginal, ...]:
        """Return those of verified transactions, of one party or of all, the latest first."""
        return await self._originals(_of(SEALED_ORIGINALS, party), limit)

    async def note_reading(self, reading: Reading) -> None:
        """Write a reading down."""
        values = asdict(reading) | {"read_at": unix(reading.read_at)}
        async with self._engine.begin() as connection:
            await connection.execute(insert(ORIGINAL_READINGS).values(values))

    async def reading(self, reading_id: str) -> Reading | None:
        """Return one reading, None when nobody read under that number."""
        found = await self._readings(ORIGINAL_READINGS.c.id == reading_id, 1)
        return found[0] if found else None

    async def readings(self, party: str | None, limit: int) -> tuple[Reading, ...]:
        """Return the readings of one party's originals or of all, the latest first."""
        return await self._readings(_of(ORIGINAL_READINGS, party), limit)

    async def forget_originals(self, *, ended_before: datetime) -> None:
        """Destroy those whose law has had its time before this."""
        ended = SEALED_ORIGINALS.c.kept_until <= unix(ended_before)
        async with self._engine.begin() as connection:
            await forget_for_good(connection)
            await connection.execute(delete(SEALED_ORIGINALS).where(ended))

    async def _originals(
        self, condition: ColumnElement[bool], limit: int
    ) -> tuple[SealedOriginal, ...]:
        verified = select(TRANSACTIONS.c.id).where(
            TRANSACTIONS.c.id == SEALED_ORIGINALS.c.transaction_id,
            TRANSACTIONS.c.progress == Progress.VERIFIED.value,
        )
        statement = (
            select(SEALED_ORIGINALS)
            .where(condition, verified.exists())
            .order_by(SEALED_ORIGINALS.c.kept_at.desc(), SEALED_ORIGINALS.c.transaction_id)
            .limit(limit)
        )
        async with self._engine.connect() as connection:
            rows = (await connection.execute(statement)).mappings().all()
        return tuple(map(_original, rows))

    async def _readings(self, condition: ColumnElement[bool], limit: int) -> tuple[Reading, ...]:
        statement = (
            select(ORIGINAL_READINGS)
            .where(condition)
            .order_by(ORIGINAL_READINGS.c.read_at.desc(), ORIGINAL_READINGS.c.id)
            .limit(limit)
        )
        async with self._engine.connect() as connection:
            rows = (await connection.execute(statement)).mappings().all()
        return tuple(Reading(**{**row, "read_at": moment(row["read_at"])}) for row in rows)


async def destroy_originals(connection: AsyncConnection, transaction_ids: Sequence[str]) -> None:
    """Destroy the originals of these transactions, whatever was to be kept."""
    await forget_for_good(connection)
    of_these = SEALED_ORIGINALS.c.transaction_id.in_(transaction_ids)
    await connection.execute(delete(SEALED_ORIGINALS).where(of_these))


def _of(table: Table, party: str | None) -> ColumnElement[bool]:
    return true() if party is None else table.c.party == party


def _original(row: RowMapping) -> SealedOriginal:
    times = {name: moment(row[name]) for name in ("kept_at", "kept_until")}
    return SealedOriginal(**{**row, **times})
