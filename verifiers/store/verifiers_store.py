"""Reading and writing, written once for SQLite and PostgreSQL.

Every change of state is one UPDATE that names the state it starts from; how many rows it changed
says who won, however many processes try at once (H58).
"""

from contextlib import suppress
from datetime import datetime

from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import Update

from keys.strict_json import dumps
from verifiers.asking.over_asking import RefusedAsking
from verifiers.asking.questions import REQUEST_LIFETIME
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.recording.filing import Filing
from verifiers.store.counters import CountersStore
from verifiers.store.duty_tables import ASKED_WITHIN
from verifiers.store.filings import FilingsStore, owe
from verifiers.store.forgetting import forget_for_good
from verifiers.store.kept_sharings import KeptSharingsStore
from verifiers.store.original_tables import SEALED_ORIGINALS
from verifiers.store.originals import OriginalsStore, destroy_originals
from verifiers.store.registrations import RegistrationsStore
from verifiers.store.rows import (
    moment,
    outcome_of,
    outcome_row,
    refused_of,
    transaction_of,
    transaction_row,
    unix,
)
from verifiers.store.tables import (
    CODES_READ,
    ISSUER_CHAINS,
    OVER_ASKING,
    REQUESTS_SERVED,
    TRANSACTIONS,
)
from verifiers.transaction import Outcome, Progress, Transaction


class VerifiersStore(
    FilingsStore, KeptSharingsStore, RegistrationsStore, CountersStore, OriginalsStore
):
    """Every port of this room: beside its parents', those of transactions, chains, over-asking."""

    async def add(self, transaction: Transaction) -> None:
        """Keep a new transaction, pending."""
        async with self._engine.begin() as connection:
            await connection.execute(insert(TRANSACTIONS).values(transaction_row(transaction)))

    async def add_read(self, transaction: Transaction) -> None:
        """Keep one that a shown code opened; CODE_USED when its nonce was read before."""
        read = {
            "party": transaction.party,
            "nonce": transaction.nonce,
            "read_at": unix(transaction.created_at),
        }
        row = transaction_row(transaction) | {"progress": Progress.CHECKING.value}
        try:
            async with self._engine.begin() as connection:
                await connection.execute(insert(CODES_READ).values(read))
                await connection.execute(insert(TRANSACTIONS).values(row))
        except IntegrityError:
            raise VerifierError(Failure.CODE_USED) from None

    async def find(self, transaction_id: str) -> tuple[Transaction, Outcome]:
        """Return it, or raise TRANSACTION_UNKNOWN."""
        async with self._engine.connect() as connection:
            return await _find(connection, transaction_id)

    async def recent(self, party: str, limit: int) -> tuple[tuple[Transaction, Outcome], ...]:
        """Return a party's latest, newest first."""
        statement = (
            select(TRANSACTIONS)
            .where(TRANSACTIONS.c.party == party)
            .order_by(TRANSACTIONS.c.created_at.desc(), TRANSACTIONS.c.id)
            .limit(limit)
        )
        async with self._engine.connect() as connection:
            rows = (await connection.execute(statement)).mappings().all()
        return tuple((transaction_of(row), outcome_of(row)) for row in rows)

    async def waiting(self, party: str, now: datetime) -> int:
        """Return how many questions of a party wait for an answer."""
        statement = (
            select(func.count())
            .select_from(TRANSACTIONS)
            .where(
                TRANSACTIONS.c.party == party,
                # Narrows the look to the index; what lives longer than a request is no question.
                TRANSACTIONS.c.created_at > unix(now - REQUEST_LIFETIME),
                TRANSACTIONS.c.expires_at > unix(now),
                TRANSACTIONS.c.progress == Progress.PENDING.value,
            )
        )
        async with self._engine.connect() as connection:
            return (await connection.execute(statement)).scalar_one()

    async def take(self, transaction_id: str, now: datetime) -> Transaction:
        """Move it from PENDING to CHECKING for exactly one caller."""
        statement = (
            update(TRANSACTIONS)
            .where(
                TRANSACTIONS.c.id == transaction_id,
                TRANSACTIONS.c.progress == Progress.PENDING.value,
                TRANSACTIONS.c.expires_at > unix(now),
            )
            .values(progress=Progress.CHECKING.value)
            .returning(TRANSACTIONS)
        )
        async with self._engine.begin() as connection:
            taken = (await connection.execute(statement)).mappings().one_or_none()
        if taken is not None:
            return transaction_of(taken)
        _, outcome = await self.find(transaction_id)
        pending = outcome.progress is Progress.PENDING
        raise VerifierError(Failure.TRANSACTION_EXPIRED if pending else Failure.TRANSACTION_CLOSED)

    async def close(self, transaction_id: str, outcome: Outcome) -> None:
        """Move it from CHECKING to its end; TRANSACTION_CLOSED when it is there already."""
        statement = (
            update(TRANSACTIONS)
            .where(
                TRANSACTIONS.c.id == transaction_id,
                TRANSACTIONS.c.progress == Progress.CHECKING.value,
            )
            # Whatever opened this answer is of no use to anyone any more.
            .values(**outcome_row(outcome), key_sealed=None)
        )
        async with self._engine.begin() as connection:
            won = await _changed(connection, statement)
        if not won:
            raise VerifierError(Failure.TRANSACTION_CLOSED)

    async def note_served(
        self, transaction_id: str, request_sha256: bytes, request_object: str, *, limit: int
    ) -> None:
        """Keep a request object that is about to be served, at most ``limit`` of them."""
        if request_sha256 in await self.requests_served(transaction_id):
            return
        # The same object may be fetched twice at once.
        with suppress(IntegrityError):
            async with self._engine.begin() as connection:
                count = await _count_served(connection, transaction_id)
                if count >= limit:
                    raise VerifierError(Failure.TRANSACTION_CLOSED, "asked for too often")
                values = {
                    "transaction_id": transaction_id,
                    "request_sha256": request_sha256,
                    "position": count,
                    "request_object": request_object,
                }
                await connection.execute(insert(REQUESTS_SERVED).values(values))

    async def requests_served(self, transaction_id: str) -> dict[bytes, str]:
        """Return the request objects served, by their hashes, oldest first."""
        statement = (
            select(REQUESTS_SERVED.c.request_sha256, REQUESTS_SERVED.c.request_object)
            .where(REQUESTS_SERVED.c.transaction_id == transaction_id)
            .order_by(REQUESTS_SERVED.c.position)
        )
        async with self._engine.connect() as connection:
            return {row[0]: row[1] for row in await connection.execute(statement)}

    async def redeem(self, transaction_id: str, code_sha256: bytes, now: datetime) -> None:
        """Mark the response code used, for exactly one caller; else REDEMPTION_REFUSED."""
        statement = (
            update(TRANSACTIONS)
            .where(
                TRANSACTIONS.c.id == transaction_id,
                TRANSACTIONS.c.response_code_sha256 == code_sha256,
                TRANSACTIONS.c.redeemed_at.is_(None),
                TRANSACTIONS.c.expires_at > unix(now),
            )
            .values(redeemed_at=unix(now))
        )
        async with self._engine.begin() as connection:
            won = await _changed(connection, statement)
        if not won:
            raise VerifierError(Failure.REDEMPTION_REFUSED)

    async def discard(self, transaction_id: str, failure: Failure) -> None:
        """Destroy the claims of a verified transaction and fail it instead."""
        statement = (
            update(TRANSACTIONS)
            .where(TRANSACTIONS.c.id == transaction_id)
            .values(progress=Progress.FAILED.value, failure=failure.code, claims_sealed=None)
        )
        async with self._engine.begin() as connection:
            await connection.execute(statement)
            await destroy_originals(connection, [transaction_id])

    async def delivered(self, transaction_id: str, now: datetime) -> datetime:
        """Note the first delivery, and return when it was."""
        statement = (
            update(TRANSACTIONS)
            .where(TRANSACTIONS.c.id == transaction_id)
            .values(delivered_at=func.coalesce(TRANSACTIONS.c.delivered_at, unix(now)))
            .returning(TRANSACTIONS.c.delivered_at)
        )
        async with self._engine.begin() as connection:
            return moment((await connection.execute(statement)).scalar_one())

    async def forget(self, *, delivered_before: datetime, closed_before: datetime) -> None:
        """Destroy sealed claims delivered, or closed and never fetched, before these times."""
        statement = (
            update(TRANSACTIONS)
            .where(
                TRANSACTIONS.c.claims_sealed.is_not(None),
                or_(
                    TRANSACTIONS.c.delivered_at <= unix(delivered_before),
                    TRANSACTIONS.c.closed_at <= unix(closed_before),
                ),
            )
            .values(claims_sealed=None)
        )
        async with self._engine.begin() as connection:
            await forget_for_good(connection)
            await connection.execute(statement)

    async def sweep(self, *, expired_before: datetime) -> None:
        """Delete what was never answered, with its key, once it expired before this time."""
        open_states = (Progress.PENDING.value, Progress.CHECKING.value)
        abandoned = TRANSACTIONS.c.progress.in_(open_states) & (
            TRANSACTIONS.c.expires_at <= unix(expired_before)
        )
        served = REQUESTS_SERVED.c.transaction_id.in_(select(TRANSACTIONS.c.id).where(abandoned))
        async with self._engine.begin() as connection:
            await connection.execute(delete(REQUESTS_SERVED).where(served))
            within = ASKED_WITHIN.c.transaction_id.in_(select(TRANSACTIONS.c.id).where(abandoned))
            await connection.execute(delete(ASKED_WITHIN).where(within))
            kept = SEALED_ORIGINALS.c.transaction_id.in_(
                select(TRANSACTIONS.c.id).where(abandoned)
            )
            await connection.execute(delete(SEALED_ORIGINALS).where(kept))
            await connection.execute(delete(TRANSACTIONS).where(abandoned))
            forgotten = CODES_READ.c.read_at <= unix(expired_before)
            await connection.execute(delete(CODES_READ).where(forgotten))

    async def chain(self, name: bytes) -> bytes | None:
        """Return the chain whose hash begins with ``name``, None when it was never kept."""
        begins = func.substr(ISSUER_CHAINS.c.sha256, 1, len(name)) == name
        async with self._engine.connect() as connection:
            return await connection.scalar(select(ISSUER_CHAINS.c.octets).where(begins))

    async def keep_chain(self, sha256: bytes, octets: bytes) -> None:
        """Keep a chain; one that is there already stays."""
        with suppress(IntegrityError):
            async with self._engine.begin() as connection:
                values = {"sha256": sha256, "octets": octets}
                await connection.execute(insert(ISSUER_CHAINS).values(values))

    async def note_refused(self, asking: RefusedAsking, owed: Filing) -> None:
        """Keep one attempt to ask for more than is registered, and owe its entry."""
        values = {
            "party": asking.party,
            "purpose": asking.purpose,
            "asked": dumps([*asking.asked]),
            "refused_at": unix(asking.refused_at),
        }
        async with self._engine.begin() as connection:
            await connection.execute(insert(OVER_ASKING).values(values))
            await owe(connection, owed)

    async def refused(self, limit: int) -> tuple[RefusedAsking, ...]:
        """Return the latest attempts, the last first."""
        statement = select(OVER_ASKING).order_by(OVER_ASKING.c.id.desc()).limit(limit)
        async with self._engine.connect() as connection:
            rows = (await connection.execute(statement)).mappings().all()
        return tuple(map(refused_of, rows))


async def _find(connection: AsyncConnection, transaction_id: str) -> tuple[Transaction, Outcome]:
    statement = select(TRANSACTIONS).where(TRANSACTIONS.c.id == transaction_id)
    row = (await connection.execute(statement)).mappings().one_or_none()
    if row is None:
        raise VerifierError(Failure.TRANSACTION_UNKNOWN)
    return transaction_of(row), outcome_of(row)


async def _count_served(connection: AsyncConnection, transaction_id: str) -> int:
    """Count what was served; the transaction's row is locked, so that none is counted twice."""
    gate = select(TRANSACTIONS.c.id).where(TRANSACTIONS.c.id == transaction_id).with_for_update()
    await connection.execute(gate)
    served = select(func.count()).where(REQUESTS_SERVED.c.transaction_id == transaction_id)
    return (await connection.execute(served)).scalar_one()


async def _changed(connection: AsyncConnection, statement: Update) -> bool:
    """Tell whether the UPDATE met the state it named."""
    return (await connection.execute(statement)).rowcount == 1
