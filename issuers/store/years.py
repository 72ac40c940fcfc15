"""Orders for a year in SQL: listed, cancelled, and their sealed copies handed out once."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from issuers.issuance.book import StatusEvent
from issuers.issuance.bulk import JobState
from issuers.issuance.deferring import Decision
from issuers.issuance.years import SealedCopies, YearOrder, unknown_order
from issuers.status.standing import Action
from issuers.store.bulk_tables import bulk_jobs, sealed_copies
from issuers.store.certificate_rows import standing_in
from issuers.store.deferral_tables import transactions, waiting_orders
from issuers.store.deferrals import already_fetched, end_transaction
from issuers.store.granting import ERASE_COPIES, HAS_TOKEN
from issuers.store.reading import reader_of
from issuers.store.status_events import Turn, write_turns
from issuers.store.tables import access_tokens, certificates, offers
from issuers.store.times import moment, seconds
from standards.status_list.bits import Status

# Reason and author of what the applicant does to an order of their own.
_CANCELLED = "신청 취소", "applicant"

_FETCHED = exists().where(
    transactions.c.offer == waiting_orders.c.offer, transactions.c.is_fetched.is_(True)
)
# What a wallet got at once after an officer's leave waits for nobody.
_ISSUED = exists().where(certificates.c.number == waiting_orders.c.number, offers.c.year.is_(None))
_OPEN = (
    select(
        *(waiting_orders.c.offer, waiting_orders.c.number, waiting_orders.c.since),
        *(waiting_orders.c.decision, offers.c.kind, offers.c.year),
    )
    .join(offers)
    .where(offers.c.citizen == bindparam("citizen"), ~_FETCHED, ~_ISSUED, HAS_TOKEN)
    .where(waiting_orders.c.decision.in_([Decision.WAITING.value, Decision.APPROVED.value]))
)
_HELD = select(offers.c.id_hash).with_for_update()
_HOLD_NUMBER = _HELD.where(
    offers.c.id_hash
    == select(waiting_orders.c.offer)
    .where(waiting_orders.c.number == bindparam("number"))
    .scalar_subquery()
)
_HOLD_TRANSACTION = _HELD.where(
    offers.c.id_hash
    == select(transactions.c.offer)
    .where(transactions.c.id_hash == bindparam("id"))
    .scalar_subquery()
)
_MADE = (
    select(sealed_copies)
    .join(certificates)
    .where(
        sealed_copies.c.transaction == bindparam("id"),
        sealed_copies.c.ends_at > bindparam("now"),
        certificates.c.number == bindparam("number"),
        certificates.c.status == Status.VALID.value,
        certificates.c.expires_at > bindparam("now"),
    )
)
_CANCEL = (
    update(waiting_orders)
    .where(waiting_orders.c.offer == bindparam("of"))
    .values(decision=Decision.CANCELLED.value, by=_CANCELLED[1], decided_at=bindparam("at"))
)
# Who asks at this moment is let go of too; a wallet with a refresh token hears that it is denied.
_END_ACCESS = delete(access_tokens).where(access_tokens.c.offer == bindparam("of"))
_FORGET = delete(sealed_copies).where(sealed_copies.c.ends_at <= bindparam("now"))


class SqlYearOrderStore:
    """`issuers.issuance.years.YearOrderStore` over this room's database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._reader = reader_of(engine)

    async def of(self, citizen: str) -> tuple[YearOrder, ...]:
        """Return a citizen's orders that a wallet can still fetch, the latest first."""
        query = _OPEN.order_by(waiting_orders.c.since.desc(), waiting_orders.c.number)
        async with self._reader.connect() as connection:
            found = await connection.execute(query, {"citizen": citizen})
            return tuple(_order(row) for row in found)

    async def is_made(self, kind: str, year: int) -> bool:
        """Tell whether the job of a kind and year has come to its end."""
        ended = bulk_jobs.c.state == JobState.DONE.value
        query = select(bulk_jobs.c.name).where(
            bulk_jobs.c.kind == kind, bulk_jobs.c.year == year, ended
        )
        async with self._reader.connect() as connection:
            return (await connection.execute(query)).first() is not None

    async def cancel(self, number: str, citizen: str, *, now: datetime) -> None:
        """Cancel an order that was not fetched; what was made is erased and revoked.

        The order is locked first, as a job and a fetching wallet lock it: one of them comes first.
        """
        mine = _OPEN.where(waiting_orders.c.number == number)
        async with self._engine.begin() as connection:
            await connection.execute(_HOLD_NUMBER, {"number": number})
            held = (await connection.execute(mine, {"citizen": citizen})).one_or_none()
            if held is None:
                raise unknown_order()
            await connection.execute(_CANCEL, {"of": held.offer, "at": seconds(now)})
            await connection.execute(ERASE_COPIES, {"id": held.offer})
            if held.year is None:
                await connection.execute(_END_ACCESS, {"of": held.offer})
            await _revoke(connection, number, now)

    async def waiting(
        self, transaction_hash: bytes, number: str, *, now: datetime
    ) -> SealedCopies | None:
        """Return the copies of a certificate that holds; None when they are to be signed anew."""
        asked = {"id": transaction_hash, "number": number, "now": seconds(now)}
        async with self._reader.connect() as connection:
            row = (await connection.execute(_MADE, asked)).one_or_none()
        return None if row is None else SealedCopies(row.transaction, row.certificate, row.sealed)

    async def hand_out(self, transaction_hash: bytes) -> None:
        """End a transaction and erase its copies, or raise `IssuerError` (transaction_invalid)."""
        async with self._engine.begin() as connection:
            await connection.execute(_HOLD_TRANSACTION, {"id": transaction_hash})
            if not await end_transaction(connection, transaction_hash):
                raise already_fetched()

    async def forget(self, *, now: datetime) -> None:
        """Erase the copies whose month is over."""
        async with self._engine.begin() as connection:
            await connection.execute(_FORGET, {"now": seconds(now)})


async def _revoke(connection: AsyncConnection, number: str, now: datetime) -> None:
    """Revoke what a job has made of an order; before the job there is nothing."""
    query = select(certificates).where(certificates.c.number == number).with_for_update()
    row = (await connection.execute(query)).one_or_none()
    if row is not None and Status(row.status) is not Status.INVALID:
        turn = Turn(number, standing_in(row).after(Action.REVOKE))
        await write_turns(connection, [turn], StatusEvent(now, Action.REVOKE, *_CANCELLED))


def _order(row: Any) -> YearOrder:
    is_made = Decision(row.decision) is Decision.APPROVED
    return YearOrder(row.number, row.kind, row.year, moment(row.since), is_made)
