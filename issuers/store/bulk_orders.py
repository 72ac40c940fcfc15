"""The orders for a year of a chunk's people, read and held; and what becomes of them, written.

Everything is done for a chunk at once: a few statements for some hundred people.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Row, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from issuers.authorization.grants import Grant
from issuers.issuance.bulk import Approved, BulkWorker, Denied, Ordered, Outcome, Waiting
from issuers.issuance.deferring import Decision
from issuers.issuance.refusals import Refusal, Stage
from issuers.offers.offer import OfferState
from issuers.offers.years import COPIES_LIFE
from issuers.status.standing import Place
from issuers.store.bulk_tables import sealed_copies
from issuers.store.certificate_rows import certificate_row
from issuers.store.deferral_tables import transactions, waiting_orders
from issuers.store.deferrals import holders_in
from issuers.store.granting import HAS_TOKEN
from issuers.store.offer_rows import ordered_in
from issuers.store.refusals import keep_all
from issuers.store.status_places import take_places
from issuers.store.tables import certificates, notices, offers, places
from issuers.store.times import moment, seconds

# Who decided, in the queue's column for officers.
_JOB: Final = "bulk"

_OF_CHUNK = (
    offers.c.year == bindparam("year"),
    offers.c.kind == bindparam("kind"),
    offers.c.citizen.in_(bindparam("citizens", expanding=True)),
)
# Held in one order, before it is read whether it waits still and was not revoked.
_HOLD = select(offers.c.id_hash).where(*_OF_CHUNK).order_by(offers.c.id_hash).with_for_update()
_ORDERS = (
    select(
        offers,
        transactions.c.id_hash.label("transaction"),
        transactions.c.token_hash,
        transactions.c.holders,
    )
    .select_from(offers.join(waiting_orders).join(transactions))
    .where(
        *_OF_CHUNK,
        HAS_TOKEN,
        offers.c.state == OfferState.REDEEMED.value,
        waiting_orders.c.decision == Decision.WAITING.value,
        transactions.c.is_fetched.is_(False),
    )
    .order_by(offers.c.citizen, offers.c.id_hash, transactions.c.since)
)
_DECIDE = (
    update(waiting_orders)
    .where(waiting_orders.c.offer == bindparam("of"))
    .values(decision=bindparam("to"), by=_JOB, decided_at=bindparam("at"))
)
# Whoever ordered long ago has a month for it too.
_KEEP = (
    update(offers).where(offers.c.id_hash == bindparam("of")).values(expires_at=bindparam("until"))
)


async def orders_of(
    connection: AsyncConnection, kind: str, year: int, citizens: Sequence[str]
) -> tuple[Ordered, ...]:
    """Return what waits for a kind and year, and hold it until the transaction ends."""
    asked = {"kind": kind, "year": year, "citizens": [*citizens]}
    held = await connection.execute(_HOLD, asked)
    if not held.all():
        return ()
    rows = (await connection.execute(_ORDERS, asked)).all()
    return tuple(
        _ordered([*together]) for _offer, together in groupby(rows, key=lambda row: row.id_hash)
    )


async def issue(
    connection: AsyncConnection,
    outcome: Outcome,
    worker: BulkWorker,
    new_list_size: int,
    now: datetime,
) -> None:
    """Write what was approved and denied: book, notices, places, sealed copies, decisions."""
    if outcome.approved:
        authority = outcome.approved[0].issuance.certificate.entitlement.authority
        await _enter(connection, outcome.approved)
        # Last of all locks: whoever issues meanwhile waits for the signatures, not for the rules.
        taken = await take_places(
            connection, authority, outcome.copies, worker.draw, new_list_size
        )
        rows = _place_rows(outcome.approved, taken, authority)
        await connection.execute(insert(places), rows)
        await _keep_copies(connection, outcome, worker, taken, now)
    await _decide(connection, outcome, now)
    if outcome.denied:
        await keep_all(connection, [*_refusals(outcome.denied, now)])


async def _enter(connection: AsyncConnection, approved: Sequence[Approved]) -> None:
    """Write the entries of the book, and who is told of them."""
    await connection.execute(
        insert(certificates), [certificate_row(one.issuance) for one in approved]
    )
    told = [
        {"citizen": citizen, "certificate": one.issuance.certificate.number}
        for one in approved
        for citizen in one.issuance.concerned
    ]
    await connection.execute(insert(notices), told)


def _place_rows(
    approved: Sequence[Approved], taken: Sequence[Place], authority: str
) -> list[dict[str, Any]]:
    """Return the rows of places in the order of the copies, as `BulkWorker.sign` uses them."""
    numbers = [
        one.issuance.certificate.number for one in approved for _ in range(one.order.copies)
    ]
    return [
        {
            "authority": authority,
            "list": place.list_number,
            "place": place.index,
            "certificate": number,
        }
        for number, place in zip(numbers, taken, strict=True)
    ]


async def _keep_copies(
    connection: AsyncConnection,
    outcome: Outcome,
    worker: BulkWorker,
    taken: Sequence[Place],
    now: datetime,
) -> None:
    ends_at = seconds(now + COPIES_LIFE)
    rows = [
        {
            "transaction": one.transaction_hash,
            "certificate": one.certificate,
            "sealed": one.sealed,
            "ends_at": ends_at,
        }
        for one in worker.sign(outcome, taken)
    ]
    await connection.execute(insert(sealed_copies), rows)


async def _decide(connection: AsyncConnection, outcome: Outcome, now: datetime) -> None:
    """Write the decision on every order, and keep those that would end before their copies."""
    at, until = seconds(now), seconds(now + COPIES_LIFE)
    decided = [
        *((one.order, Decision.APPROVED) for one in outcome.approved),
        *((one.order, Decision.REFUSED) for one in outcome.denied),
    ]
    rows = [
        {"of": order.grant.offer_id_hash, "to": decision.value, "at": at}
        for order, decision in decided
    ]
    if rows:
        await connection.execute(_DECIDE, rows)
    ending = [
        {"of": order.grant.offer_id_hash, "until": until}
        for order, _decision in decided
        if order.grant.expires_at < now + COPIES_LIFE
    ]
    if ending:
        await connection.execute(_KEEP, ending)


def _refusals(denied: Sequence[Denied], now: datetime) -> list[Refusal]:
    """Return what applicants are told; without a ground nobody is told anything."""
    return [
        Refusal(
            at=now,
            authority=one.order.grant.entitlement.authority,
            kind=one.order.grant.entitlement.kind,
            citizen=one.order.grant.entitlement.citizen,
            about="",
            ground=one.ground,
            officer=one.order.grant.entitlement.officer,
            stage=Stage.ISSUE,
        )
        for one in denied
        if one.ground is not None
    ]


def _ordered(rows: Sequence[Row[Any]]) -> Ordered:
    first = rows[0]
    grant = Grant(
        first.token_hash,
        first.id_hash,
        ordered_in(first),
        moment(first.expires_at),
        subject_mac=first.subject_mac,
        edition=first.edition,
    )
    return Ordered(grant, tuple(Waiting(row.transaction, holders_in(row.holders)) for row in rows))
