"""Pushed requests, authorization codes and refresh tokens in SQL.

Each decision is made in the transaction that holds its row locked, from the look to the write: of
many at once, one finds a request open or a code unused. What belongs to one order (codes, tokens,
certificates) is locked by the order's row, always first, so that nobody waits in a circle.
"""

from datetime import datetime

from sqlalchemy import bindparam, case, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from issuers.authorization.authorization_codes import CodeRedeemer
from issuers.authorization.authorizing import AuthorizationCode, Decider, Decision
from issuers.authorization.floods import Pending, check_pending
from issuers.authorization.grants import Redemption, RefreshToken
from issuers.authorization.pushing import Outcome, PushedRequest
from issuers.authorization.refreshing import Refresher
from issuers.offers.offer import Offer
from issuers.store.authorization_tables import (
    authorization_codes,
    pushed_requests,
    refresh_tokens,
)
from issuers.store.granting import keep_offer, write_redemption
from issuers.store.offer_rows import offer_in, offer_row, refresh_in
from issuers.store.pushed_rows import code_in, code_row, request_in, request_row
from issuers.store.reading import reader_of
from issuers.store.tables import access_tokens, offers
from issuers.store.times import moment, seconds

_BY_URI = select(pushed_requests).where(pushed_requests.c.uri_hash == bindparam("uri"))
_BY_CODE = select(authorization_codes).where(authorization_codes.c.code_hash == bindparam("code"))
_BY_REFRESH = select(refresh_tokens).where(refresh_tokens.c.token_hash == bindparam("token"))
_OFFER = select(offers).where(offers.c.id_hash == bindparam("id"))
_BY_STATE = select(offers).where(offers.c.code_hash == bindparam("code"))
_DECIDE = (
    update(pushed_requests)
    .where(pushed_requests.c.uri_hash == bindparam("uri"))
    .values(outcome=bindparam("to"), citizen=bindparam("by"))
)
_USE_CODE = (
    update(authorization_codes)
    .where(authorization_codes.c.code_hash == bindparam("code"))
    .values(is_used=True)
)
_FORGET_ACCESS = (
    delete(access_tokens)
    .where(access_tokens.c.offer == bindparam("id"))
    .where(access_tokens.c.expires_at <= bindparam("now"))
)
# Of a client without instances none is counted twice: nothing equals NULL.
_IS_OF_INSTANCE = pushed_requests.c.instance_jkt == bindparam("instance")
_PENDING = (
    select(
        func.count().label("of_client"),
        func.count(case((_IS_OF_INSTANCE, 1))).label("of_instance"),
        func.min(pushed_requests.c.expires_at).label("first"),
    )
    .where(pushed_requests.c.client_id == bindparam("client"))
    .where(pushed_requests.c.outcome == Outcome.OPEN.value)
    .where(pushed_requests.c.expires_at > bindparam("now"))
)
_FORGET = delete(pushed_requests).where(pushed_requests.c.expires_at < bindparam("ended"))


class SqlAuthorizationStore:
    """`issuers.ports.AuthorizationStore` over this room's database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._reader = reader_of(engine)

    async def push(self, request: PushedRequest, *, now: datetime) -> None:
        """Store a pushed request, and forget those whose time is over (H51).

        Raises `IssuerError` (too_many_requests), nothing written. Wallets of a client that push at
        once may pass the limit by as many as they are; a lock would make each wait for each.
        """
        async with self._engine.begin() as connection:
            await connection.execute(_FORGET, {"ended": seconds(now)})
            check_pending(await _pending(connection, request, now), now=now)
            await connection.execute(insert(pushed_requests), request_row(request))

    async def pushed(self, uri_hash: bytes) -> PushedRequest | None:
        """Return a pushed request, whatever became of it."""
        async with self._reader.connect() as connection:
            row = (await connection.execute(_BY_URI, {"uri": uri_hash})).one_or_none()
        return None if row is None else request_in(row)

    async def order(self, id_hash: bytes) -> Offer | None:
        """Return an offer by its id."""
        async with self._reader.connect() as connection:
            row = (await connection.execute(_OFFER, {"id": id_hash})).one_or_none()
        return None if row is None else offer_in(row)

    async def order_of(self, state_hash: bytes) -> Offer | None:
        """Return the offer whose ``issuer_state`` hashes to this."""
        async with self._reader.connect() as connection:
            row = (await connection.execute(_BY_STATE, {"code": state_hash})).one_or_none()
        return None if row is None else offer_in(row)

    async def decide(self, decider: Decider) -> Decision:
        """Let the decider decide about its request, held still, and write what it decided."""
        async with self._engine.begin() as connection:
            found = await connection.execute(_BY_URI.with_for_update(), {"uri": decider.uri_hash})
            row = found.one_or_none()
            request = None if row is None else request_in(row)
            named = None if request is None else request.offer
            offer = None if named is None else await _offer(connection, named)
            code = await _code(connection, decider.code_hash)
            decided = decider.decide(request, offer, code)
            await _write(connection, decided)
        return decided

    async def redeem_code(self, redeemer: CodeRedeemer) -> Redemption:
        """Let the redeemer decide about its code, held still, and write what it decided."""
        async with self._engine.begin() as connection:
            seen = await _code(connection, redeemer.code_hash)
            offer = None if seen is None else await _offer(connection, seen.offer_id_hash)
            code = await _code(connection, redeemer.code_hash)
            decided = redeemer.decide(code, offer)
            if decided.grant is not None:
                await connection.execute(_USE_CODE, {"code": redeemer.code_hash})
            await write_redemption(connection, decided)
        return decided

    async def refresh(self, refresher: Refresher) -> Redemption:
        """Let the refresher decide about its token, held still, and write what it decided.

        The order's access tokens that have ended go: an order that is renewed for a year keeps no
        row of each time (H51).
        """
        async with self._engine.begin() as connection:
            seen = await _refresh_token(connection, refresher.token_hash)
            offer = None if seen is None else await _offer(connection, seen.offer_id_hash)
            token = await _refresh_token(connection, refresher.token_hash)
            decided = refresher.decide(token, offer)
            if offer is not None:
                ended = {"id": offer.id_hash, "now": seconds(refresher.now)}
                await connection.execute(_FORGET_ACCESS, ended)
            await write_redemption(connection, decided)
        return decided


async def _pending(connection: AsyncConnection, request: PushedRequest, now: datetime) -> Pending:
    """Return what of the request's client, and of its instance, nobody has decided about."""
    asked = {"client": request.client_id, "instance": request.instance_jkt, "now": seconds(now)}
    row = (await connection.execute(_PENDING, asked)).one()
    first = None if row.first is None else moment(row.first)
    return Pending(row.of_instance, row.of_client, first)


async def _offer(connection: AsyncConnection, id_hash: bytes) -> Offer | None:
    row = (await connection.execute(_OFFER.with_for_update(), {"id": id_hash})).one_or_none()
    return None if row is None else offer_in(row)


async def _code(connection: AsyncConnection, code_hash: bytes) -> AuthorizationCode | None:
    row = (await connection.execute(_BY_CODE, {"code": code_hash})).one_or_none()
    return None if row is None else code_in(row)


async def _refresh_token(connection: AsyncConnection, token_hash: bytes) -> RefreshToken | None:
    row = (await connection.execute(_BY_REFRESH, {"token": token_hash})).one_or_none()
    return None if row is None else refresh_in(row)


async def _write(connection: AsyncConnection, decided: Decision) -> None:
    request = decided.request
    if request is not None:
        changed = {"to": request.outcome.value, "by": request.citizen, "uri": request.uri_hash}
        await connection.execute(_DECIDE, changed)
    if decided.ordered is not None:
        await connection.execute(insert(offers), offer_row(decided.ordered))
    if decided.offer is not None:
        await keep_offer(connection, decided.offer)
    if decided.code is not None:
        await connection.execute(insert(authorization_codes), code_row(decided.code))
