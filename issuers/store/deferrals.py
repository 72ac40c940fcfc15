"""Orders that wait for an officer, and the transactions under them, in SQL."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from issuers.errors import IssuerError, IssuerFailure
from issuers.issuance.deferring import (
    Decision,
    Deferral,
    Deferred,
    Verdict,
    WaitingOrder,
    unknown_order,
)
from issuers.store.bulk_tables import sealed_copies
from issuers.store.deferral_tables import transactions, waiting_orders
from issuers.store.offer_rows import ordered_in
from issuers.store.reading import reader_of
from issuers.store.spending import use_nonces, use_token
from issuers.store.tables import offers
from issuers.store.times import moment, seconds
from keys.jwk import PublicJwk
from keys.strict_json import dumps, loads

_FIND = (
    select(transactions, waiting_orders.c.decision)
    .join(waiting_orders)
    .where(transactions.c.id_hash == bindparam("id"))
)
_DECISION = select(waiting_orders.c.decision).where(waiting_orders.c.offer == bindparam("of"))
_WAITING = (
    select(offers, waiting_orders.c.number, waiting_orders.c.since)
    .join(waiting_orders)
    # A year's order waits for its job, and no officer.
    .where(waiting_orders.c.decision == Decision.WAITING.value, offers.c.year.is_(None))
    .order_by(waiting_orders.c.since, waiting_orders.c.number)
)
# An offer is forgotten soon after its code has ended; what waits keeps it, and its tokens.
_KEEP_OFFER = (
    update(offers)
    .where(offers.c.id_hash == bindparam("of"), offers.c.expires_at < bindparam("until"))
    .values(expires_at=bindparam("until"))
)
_DECIDE = (
    update(waiting_orders)
    .where(
        waiting_orders.c.number == bindparam("order"),
        waiting_orders.c.decision == Decision.WAITING.value,
    )
    .values(decision=bindparam("to"), by=bindparam("clerk"), decided_at=bindparam("at"))
)
_END = (
    update(transactions)
    .where(transactions.c.id_hash == bindparam("id"), transactions.c.is_fetched.is_(False))
    .values(is_fetched=True)
)
_ERASE = delete(sealed_copies).where(sealed_copies.c.transaction == bindparam("id"))


class SqlDeferralStore:
    """`issuers.issuance.deferring.DeferralStore` over this room's database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._reader = reader_of(engine)

    async def decision(self, offer_id_hash: bytes) -> Decision:
        """Return what was decided about an order; nothing yet is waiting."""
        async with self._reader.connect() as connection:
            found = await connection.execute(_DECISION, {"of": offer_id_hash})
            decided = found.scalar_one_or_none()
        return Decision.WAITING if decided is None else Decision(decided)

    async def defer(self, deferral: Deferral, *, now: datetime) -> None:
        """Write down a transaction, its order in the queue, and what the request used up.

        Using the token locks its row, so requests with one token come one after the other.
        """
        until = seconds(now + deferral.life)
        async with self._engine.begin() as connection:
            await use_token(connection, deferral.token_hash, now)
            await use_nonces(connection, deferral.nonces)
            await connection.execute(_KEEP_OFFER, {"of": deferral.offer_id_hash, "until": until})
            await _enter_order(connection, deferral)
            await connection.execute(insert(transactions), _transaction_row(deferral))

    async def find(self, transaction_hash: bytes) -> Deferred | None:
        """Return a transaction; None when there is none, or none any more."""
        async with self._reader.connect() as connection:
            row = (await connection.execute(_FIND, {"id": transaction_hash})).one_or_none()
        return None if row is None else _deferred(row)

    async def waiting(self, authority: str | None, *, limit: int) -> tuple[WaitingOrder, ...]:
        """Return the orders that wait, the oldest first; None reads every authority's."""
        query = _WAITING if authority is None else _WAITING.where(offers.c.authority == authority)
        async with self._reader.connect() as connection:
            found = await connection.execute(query.limit(limit))
            return tuple(_order(row) for row in found)

    async def order(self, number: str) -> WaitingOrder | None:
        """Return an order that waits; None when there is none, or it is decided."""
        query = _WAITING.where(waiting_orders.c.number == number)
        async with self._reader.connect() as connection:
            row = (await connection.execute(query)).one_or_none()
        return None if row is None else _order(row)

    async def decide(self, verdict: Verdict, *, now: datetime) -> WaitingOrder:
        """Write down a verdict and return what it was about; the first one stands."""
        query = _WAITING.where(waiting_orders.c.number == verdict.number)
        decided = {
            "order": verdict.number,
            "to": verdict.decision.value,
            "clerk": verdict.by.name,
            "at": seconds(now),
        }
        async with self._engine.begin() as connection:
            row = (await connection.execute(query)).one_or_none()
            if row is None or not verdict.by.covers(row.authority):
                raise unknown_order()
            if (await connection.execute(_DECIDE, decided)).rowcount != 1:
                raise unknown_order()
        return _order(row)


async def end_transaction(connection: AsyncConnection, id_hash: bytes) -> bool:
    """End a transaction with what it leads to, or raise `IssuerError` (transaction_invalid).

    Of many who fetch at once one finds it open. What a job has signed for it is erased; True when
    there was such a thing.
    """
    ended = await connection.execute(_END, {"id": id_hash})
    if ended.rowcount != 1:
        raise already_fetched()
    erased = await connection.execute(_ERASE, {"id": id_hash})
    return erased.rowcount == 1


def already_fetched() -> IssuerError:
    """Return the error of who comes second."""
    detail = "the certificate was fetched under this id before"
    return IssuerError(IssuerFailure.TRANSACTION_INVALID, detail)


async def _enter_order(connection: AsyncConnection, deferral: Deferral) -> None:
    """Put an order into the queue once, however often a wallet asks for it."""
    found = await connection.execute(_DECISION, {"of": deferral.offer_id_hash})
    if found.scalar_one_or_none() is not None:
        return
    row = {
        "offer": deferral.offer_id_hash,
        "number": deferral.number,
        "since": seconds(deferral.since),
        "decision": Decision.WAITING.value,
        "by": "",
    }
    try:
        async with connection.begin_nested():
            await connection.execute(insert(waiting_orders), row)
    except IntegrityError:
        return  # another token of the same order was faster


def _transaction_row(deferral: Deferral) -> dict[str, Any]:
    return {
        "id_hash": deferral.transaction_hash,
        "offer": deferral.offer_id_hash,
        "token_hash": deferral.token_hash,
        "holders": dumps([holder.as_dict() for holder in deferral.holders]).decode(),
        "has_inbox": deferral.has_inbox,
        "since": seconds(deferral.since),
        "is_fetched": False,
    }


def _deferred(row: Row[Any]) -> Deferred:
    return Deferred(
        transaction_hash=row.id_hash,
        offer_id_hash=row.offer,
        token_hash=row.token_hash,
        holders=holders_in(row.holders),
        has_inbox=row.has_inbox,
        since=moment(row.since),
        decision=Decision(row.decision),
        is_fetched=row.is_fetched,
    )


def holders_in(text: str) -> tuple[PublicJwk, ...]:
    """Return the keys of a transaction as it keeps them."""
    holders = loads(text)
    return tuple(map(PublicJwk.parse, holders if isinstance(holders, list) else []))


def _order(row: Row[Any]) -> WaitingOrder:
    return WaitingOrder(row.number, ordered_in(row), moment(row.since))
