"""Tokens and certificates that end together, in SQL."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from issuers.authorization.grants import Grant, RefreshToken
from issuers.authorization.revoking import MassRevocation, Revocation, Revoker
from issuers.issuance.book import StatusEvent
from issuers.offers.offer import Offer, OfferState
from issuers.status.standing import Action
from issuers.store.authorization_tables import refresh_tokens
from issuers.store.certificate_rows import standing_in
from issuers.store.granting import end_tokens
from issuers.store.offer_rows import grant_in, offer_in, refresh_in
from issuers.store.offers import GRANT_BY_TOKEN
from issuers.store.status_events import Turn, write_turns
from issuers.store.tables import access_tokens, certificates, offers
from issuers.store.times import seconds
from standards.status_list.bits import Status

_BY_REFRESH = select(refresh_tokens).where(refresh_tokens.c.token_hash == bindparam("token"))
_OFFER = select(offers).where(offers.c.id_hash == bindparam("id")).with_for_update()
_END_ONE = delete(access_tokens).where(access_tokens.c.token_hash == bindparam("token"))
# Reason and author of what the holder's own wallet asked for.
_BY_HOLDER = "소지자 요청", "holder"


class SqlRevocationStore:
    """`issuers.authorization.revoking.RevocationStore` over this room's database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def revoke(self, revoker: Revoker) -> Revocation:
        """Let the revoker decide about its token, held still, and write what it decided.

        The tokens end first: an issue under way is waited for, and its certificate is seen.
        """
        async with self._engine.begin() as connection:
            token = await _refresh_token(connection, revoker.refresh_hash)
            order = None if token is None else await _order(connection, token.offer_id_hash)
            grant = await _grant(connection, revoker.access_hash)
            decided = revoker.decide(token, order, grant)
            if decided.order is not None:
                await end_tokens(connection, decided.order.id_hash)
                event = StatusEvent(revoker.now, Action.REVOKE, *_BY_HOLDER)
                theirs = certificates.c.number.in_(decided.numbers)
                await _revoke(connection, theirs, event)
            if decided.access is not None:
                await connection.execute(_END_ONE, {"token": decided.access})
        return decided

    async def revoke_all(self, wanted: MassRevocation, *, now: datetime) -> int:
        """Revoke what one citizen was issued, by one authority or by all, in one step."""
        async with self._engine.begin() as connection:
            await _end_orders(connection, wanted)
            event = StatusEvent(now, Action.REVOKE, wanted.reason, wanted.by.name)
            theirs = certificates.c.citizen == wanted.citizen
            if wanted.by.authority is not None:
                theirs &= certificates.c.authority == wanted.by.authority
            return await _revoke(connection, theirs, event)


async def _revoke(
    connection: AsyncConnection, theirs: ColumnElement[bool], event: StatusEvent
) -> int:
    """Revoke what is good for anything yet, locked in one order; return how many there were."""
    query = (
        select(certificates)
        .where(theirs, certificates.c.status != Status.INVALID.value)
        .where(certificates.c.expires_at > seconds(event.at))
        .order_by(certificates.c.number)
        .with_for_update()
    )
    rows = (await connection.execute(query)).all()
    turns = [Turn(row.number, standing_in(row).after(Action.REVOKE)) for row in rows]
    await write_turns(connection, turns, event)
    return len(turns)


async def _end_orders(connection: AsyncConnection, wanted: MassRevocation) -> None:
    """End every order of a citizen: codes, tokens, and offers nobody has taken."""
    mine: list[Any] = [offers.c.citizen == wanted.citizen]
    if wanted.by.authority is not None:
        mine.append(offers.c.authority == wanted.by.authority)
    locked = select(offers.c.id_hash).where(*mine).order_by(offers.c.id_hash).with_for_update()
    for (id_hash,) in (await connection.execute(locked)).all():
        await end_tokens(connection, id_hash)
    burned = update(offers).where(*mine).values(state=OfferState.BURNED.value)
    await connection.execute(burned)


async def _refresh_token(connection: AsyncConnection, token: bytes) -> RefreshToken | None:
    row = (await connection.execute(_BY_REFRESH, {"token": token})).one_or_none()
    return None if row is None else refresh_in(row)


async def _order(connection: AsyncConnection, id_hash: bytes) -> Offer | None:
    row = (await connection.execute(_OFFER, {"id": id_hash})).one_or_none()
    return None if row is None else offer_in(row)


async def _grant(connection: AsyncConnection, token: bytes) -> Grant | None:
    row = (await connection.execute(GRANT_BY_TOKEN, {"token": token})).one_or_none()
    return None if row is None else grant_in(token, row)
