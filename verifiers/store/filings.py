"""The outbox of entries, written once for SQLite and PostgreSQL.

Two processes may send the same entry at once: its idempotency key makes it one, so no row is
locked while the ledger is asked.
"""

from contextlib import suppress
from datetime import datetime

from sqlalchemy import ColumnElement, RowMapping, case, exists, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from consent.forms.entry import EntryType
from verifiers.recording.filing import Filing, FilingState, LateCounts
from verifiers.store.duty_tables import FILINGS, KEPT_SHARINGS
from verifiers.store.rows import moment, optional_moment, optional_unix, unix


class FilingsStore:
    """The port of `verifiers.recording.filing`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def owe(self, filing: Filing) -> None:
        """Keep one; one that is there already stays as it is."""
        async with self._engine.begin() as connection:
            await owe(connection, filing)

    async def filing(self, filing_id: str) -> FilingState | None:
        """Return one, None when there is none."""
        async with self._engine.connect() as connection:
            statement = select(FILINGS).where(FILINGS.c.id == filing_id)
            row = (await connection.execute(statement)).mappings().one_or_none()
        return None if row is None else _state(row)

    async def unfiled(self, now: datetime, limit: int) -> tuple[FilingState, ...]:
        """Return those whose next try has come, the oldest first."""
        statement = (
            select(FILINGS)
            .where(FILINGS.c.next_try_at <= unix(now))
            .order_by(FILINGS.c.next_try_at, FILINGS.c.id)
            .limit(limit)
        )
        async with self._engine.connect() as connection:
            rows = (await connection.execute(statement)).mappings().all()
        return tuple(map(_state, rows))

    async def filings_of(
        self, party: str, types: tuple[EntryType, ...], limit: int
    ) -> tuple[FilingState, ...]:
        """Return a party's filings of some types, what is not filed yet first."""
        statement = (
            select(FILINGS)
            .where(FILINGS.c.party == party, FILINGS.c.type.in_([each.value for each in types]))
            .order_by(FILINGS.c.filed_at.is_(None).desc(), FILINGS.c.created_at.desc())
            .limit(limit)
        )
        async with self._engine.connect() as connection:
            rows = (await connection.execute(statement)).mappings().all()
        return tuple(map(_state, rows))

    async def late_counts(self, now: datetime) -> LateCounts:
        """Return how many late uses wait for the ledger, of every party."""
        rows = FILINGS.c
        is_late = (rows.type == EntryType.USED_LATE.value) & rows.filed_at.is_(None)
        statement = select(
            func.count(),
            func.count(case((rows.due_at < unix(now), 1))),
            func.count(rows.refusal),
        ).where(is_late)
        async with self._engine.connect() as connection:
            waiting, overdue, refused = (await connection.execute(statement)).one()
        return LateCounts(waiting, overdue, refused)

    async def filed(self, filing_id: str, receipt_sealed: bytes, now: datetime) -> None:
        """Note that the ledger has it; the first receipt stays."""
        statement = (
            update(FILINGS)
            .where(FILINGS.c.id == filing_id, FILINGS.c.filed_at.is_(None))
            .values(
                filed_at=unix(now),
                receipt_sealed=case((_is_late_and_erased(), None), else_=receipt_sealed),
                # Only the receipt is kept: no secret of a pair lies here any more.
                sealed=b"",
                next_try_at=None,
                refusal=None,
            )
        )
        async with self._engine.begin() as connection:
            await connection.execute(statement)

    async def try_again(self, filing_id: str, refusal: str | None, at: datetime) -> None:
        """Note a try in vain; a refusal stays known when the ledger is merely away later."""
        statement = (
            update(FILINGS)
            .where(FILINGS.c.id == filing_id, FILINGS.c.filed_at.is_(None))
            .values(
                tries=FILINGS.c.tries + 1,
                refusal=func.coalesce(refusal, FILINGS.c.refusal),
                next_try_at=unix(at),
            )
        )
        async with self._engine.begin() as connection:
            await connection.execute(statement)


async def owe(connection: AsyncConnection, filing: Filing) -> None:
    """Keep one within somebody else's transaction; one that is there already stays."""
    known = select(FILINGS.c.id).where(FILINGS.c.id == filing.id)
    if (await connection.execute(known)).scalar_one_or_none() is not None:
        return
    values = {
        "id": filing.id,
        "party": filing.party,
        "type": filing.type.value,
        "subject": filing.subject,
        "sealed": filing.sealed,
        "created_at": unix(filing.created_at),
        "due_at": optional_unix(filing.due_at),
        "tries": 0,
        "next_try_at": unix(filing.created_at),
    }
    # Another process may have owed it since: then its row is the one, and the rest goes on.
    with suppress(IntegrityError):
        async with connection.begin_nested():
            await connection.execute(insert(FILINGS).values(values))


def _is_late_and_erased() -> ColumnElement[bool]:
    """Tell of a late use that its evidence was erased before the ledger had it."""
    erased = exists().where(
        KEPT_SHARINGS.c.transaction_id == FILINGS.c.subject, KEPT_SHARINGS.c.erased_at.is_not(None)
    )
    return (FILINGS.c.type == EntryType.USED_LATE.value) & erased


def _state(row: RowMapping) -> FilingState:
    filing = Filing(
        id=row["id"],
        party=row["party"],
        type=EntryType(row["type"]),
        subject=row["subject"],
        sealed=row["sealed"],
        created_at=moment(row["created_at"]),
        due_at=optional_moment(row["due_at"]),
    )
    return FilingState(
        filing,
        row["tries"],
        row["refusal"],
        optional_moment(row["filed_at"]),
        row["receipt_sealed"],
    )
