"""What is kept of each sharing, written once for SQLite and PostgreSQL.

A change and the entry that it owes the ledger are one transaction: nothing is erased without being
told, and nothing is told that did not happen.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import ColumnElement, RowMapping, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from consent.forms.entry import EntryType
from verifiers.owing.kept_sharing import ErasureAsked, KeptSharing
from verifiers.recording.filing import Filing
from verifiers.store.duty_tables import ASKED_WITHIN, FILINGS, KEPT_SHARINGS
from verifiers.store.filings import owe
from verifiers.store.forgetting import forget_for_good
from verifiers.store.original_tables import SEALED_ORIGINALS
from verifiers.store.originals import destroy_originals
from verifiers.store.rows import moment, optional_moment, optional_unix, unix
from verifiers.store.tables import TRANSACTIONS

_TIMES = (
    "ends_at",
    "acts_at",
    "stopped_at",
    "asked_at",
    "due_at",
    "retained_until",
    "erased_at",
    "reused_at",
)
_GONE = {"claims_sealed": None, "evidence_sealed": None}
_NOTHING = {"sealed": b"", "receipt_sealed": None}


class KeptSharingsStore:
    """The ports of `verifiers.owing.kept_sharing` and `verifiers.asking.standing`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def keep(self, sharing: KeptSharing) -> None:
        """Keep a new one; one that is there already stays."""
        times = {name: optional_unix(getattr(sharing, name)) for name in _TIMES}
        values = asdict(sharing) | times | {"shared_at": unix(sharing.shared_at)}
        with suppress(IntegrityError):
            async with self._engine.begin() as connection:
                await connection.execute(insert(KEPT_SHARINGS).values(values))

    async def sharings_of(self, party: str, consent_id: str) -> tuple[KeptSharing, ...]:
        """Return every use under one consent, the oldest first."""
        return await self._found(_of(party, consent_id), KEPT_SHARINGS.c.shared_at)

    async def acting(self, now: datetime, limit: int) -> tuple[KeptSharing, ...]:
        """Return those about which something has to be done by now, the longest due first."""
        due = KEPT_SHARINGS.c.acts_at <= unix(now)
        return await self._found(due, KEPT_SHARINGS.c.acts_at, limit)

    async def asked(self, party: str, limit: int) -> tuple[KeptSharing, ...]:
        """Return a party's sharings whose erasure was asked for, the latest request first."""
        asked = (KEPT_SHARINGS.c.party == party) & KEPT_SHARINGS.c.asked_at.is_not(None)
        return await self._found(asked, KEPT_SHARINGS.c.asked_at.desc(), limit)

    async def note_reused(self, party: str, label: bytes, now: datetime) -> None:
        """Note that the code a party was shown under this label was used elsewhere; once."""
        rows = KEPT_SHARINGS.c
        mine = (rows.party == party) & (rows.label == label) & rows.reused_at.is_(None)
        async with self._engine.begin() as connection:
            noted = update(KEPT_SHARINGS).where(mine).values(reused_at=unix(now))
            await connection.execute(noted)

    async def reused(self, party: str, limit: int) -> tuple[KeptSharing, ...]:
        """Return a party's sharings whose code was used elsewhere too, the latest first."""
        told = (KEPT_SHARINGS.c.party == party) & KEPT_SHARINGS.c.reused_at.is_not(None)
        return await self._found(told, KEPT_SHARINGS.c.reused_at.desc(), limit)

    async def stop(self, party: str, consent_id: str, asked: ErasureAsked, owed: Filing) -> None:
        """Note that erasure was asked for, and owe the acknowledgement."""
        rows = KEPT_SHARINGS.c
        stopped = {"stopped_at": func.coalesce(rows.stopped_at, unix(asked.at))}
        waiting = _of(party, consent_id) & rows.erased_at.is_(None) & rows.asked_at.is_(None)
        requested = {
            "asked_at": unix(asked.at),
            "due_at": unix(asked.due_at),
            "acts_at": unix(asked.acts_at),
        }
        async with self._engine.begin() as connection:
            if asked.ends_use:
                ended = update(KEPT_SHARINGS).where(_of(party, consent_id)).values(stopped)
                await connection.execute(ended)
            await connection.execute(update(KEPT_SHARINGS).where(waiting).values(requested))
            told = TRANSACTIONS.c.id.in_(select(rows.transaction_id).where(_of(party, consent_id)))
            await connection.execute(update(TRANSACTIONS).where(told).values(claims_sealed=None))
            await owe(connection, owed)

    async def retain(
        self, party: str, consent_id: str, owed: Filing, *, until: datetime, acts_at: datetime
    ) -> None:
        """Note that a law keeps what there is, until when, and owe that entry."""
        kept = _of(party, consent_id) & KEPT_SHARINGS.c.erased_at.is_(None)
        values = {"retained_until": unix(until), "acts_at": unix(acts_at)}
        async with self._engine.begin() as connection:
            await connection.execute(update(KEPT_SHARINGS).where(kept).values(values))
            await owe(connection, owed)

    async def erase(
        self, sharings: tuple[KeptSharing, ...], owed: Filing, *, now: datetime
    ) -> None:
        """Destroy everything sealed about them, and owe the entry that says so, in one step."""
        ids = [sharing.transaction_id for sharing in sharings]
        erased = KEPT_SHARINGS.c.transaction_id.in_(ids)
        values = {"erased_at": unix(now), "acts_at": None}
        async with self._engine.begin() as connection:
            await forget_for_good(connection)
            gone = update(TRANSACTIONS).where(TRANSACTIONS.c.id.in_(ids)).values(_GONE)
            await connection.execute(gone)
            await destroy_originals(connection, ids)
            late = _late_of(ids) & FILINGS.c.filed_at.is_not(None)
            await connection.execute(update(FILINGS).where(late).values(_NOTHING))
            await connection.execute(update(KEPT_SHARINGS).where(erased).values(values))
            await _check_gone(connection, ids)
            await owe(connection, owed)

    async def ask_within(self, transaction_id: str, consent_id: str) -> None:
        """Note within which consent a transaction asks."""
        values = {"transaction_id": transaction_id, "consent_id": consent_id}
        async with self._engine.begin() as connection:
            await connection.execute(insert(ASKED_WITHIN).values(values))

    async def within(self, transaction_id: str) -> str | None:
        """Return the consent a transaction asks within, None when it asks for a new one."""
        statement = select(ASKED_WITHIN.c.consent_id).where(
            ASKED_WITHIN.c.transaction_id == transaction_id
        )
        async with self._engine.connect() as connection:
            return (await connection.execute(statement)).scalar_one_or_none()

    async def _found(
        self,
        condition: ColumnElement[bool],
        order: ColumnElement[object],
        limit: int | None = None,
    ) -> tuple[KeptSharing, ...]:
        statement = (
            select(KEPT_SHARINGS)
            .where(condition)
            .order_by(order, KEPT_SHARINGS.c.transaction_id)
            .limit(limit)
        )
        async with self._engine.connect() as connection:
            rows = (await connection.execute(statement)).mappings().all()
        return tuple(map(_sharing, rows))


async def _check_gone(connection: AsyncConnection, ids: Sequence[str]) -> None:
    """Look again: what is signed as erased must be so in the rows, not in the statement."""
    left = select(func.count()).where(
        TRANSACTIONS.c.id.in_(ids),
        or_(
            TRANSACTIONS.c.claims_sealed.is_not(None), TRANSACTIONS.c.evidence_sealed.is_not(None)
        ),
    )
    originals = select(func.count()).where(SEALED_ORIGINALS.c.transaction_id.in_(ids))
    if await connection.scalar(left) or await connection.scalar(originals):
        raise RuntimeError("a row still holds sealed octets after its erasure")


def _late_of(transaction_ids: Sequence[str]) -> ColumnElement[bool]:
    """Return the uses among what was owed: their receipts are evidence like the others."""
    late = FILINGS.c.type == EntryType.USED_LATE.value
    return late & FILINGS.c.subject.in_(transaction_ids)


def _of(party: str, consent_id: str) -> ColumnElement[bool]:
    return (KEPT_SHARINGS.c.party == party) & (KEPT_SHARINGS.c.consent_id == consent_id)


def _sharing(row: RowMapping) -> KeptSharing:
    times = {name: optional_moment(row[name]) for name in _TIMES}
    return KeptSharing(**{**row, **times, "shared_at": moment(row["shared_at"])})
