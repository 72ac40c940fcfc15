"""Offers and access tokens in SQL."""

from datetime import datetime

from sqlalchemy import bindparam, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from issuers.authorization.grants import TOKEN_LIFE, Grant, Redemption
from issuers.authorization.redeeming import Redeemer
from issuers.clerks import ONLINE
from issuers.offers.floods import Waiting, check_flood
from issuers.offers.offer import Offer, OfferState
from issuers.store.authorization_tables import refresh_tokens
from issuers.store.granting import write_redemption
from issuers.store.offer_rows import grant_in, offer_in, offer_row
from issuers.store.reading import reader_of
from issuers.store.tables import access_tokens, offers, used_nonces
from issuers.store.times import moment, seconds

_BY_ID = select(offers).where(offers.c.id_hash == bindparam("id"))
_BY_CODE = select(offers).where(offers.c.code_hash == bindparam("code")).with_for_update()
# A token with the offer it is of; `issuers.store.offer_rows.grant_in` reads it.
GRANT_BY_TOKEN = (
    select(
        offers,
        access_tokens.c.uses,
        access_tokens.c.expires_at.label("ends_at"),
        access_tokens.c.client_id,
        access_tokens.c.dpop_jkt,
        access_tokens.c.identifier,
    )
    .join(access_tokens)
    .where(access_tokens.c.token_hash == bindparam("token"))
)
# An order stays as long as a wallet can come again for it.
_FORGET_OFFERS = (
    delete(offers)
    .where(offers.c.expires_at < bindparam("ended"))
    .where(
        ~select(refresh_tokens.c.offer).where(refresh_tokens.c.offer == offers.c.id_hash).exists()
    )
)
_FORGET_REFRESH = delete(refresh_tokens).where(refresh_tokens.c.expires_at < bindparam("ended"))
_FORGET_NONCES = delete(used_nonces).where(used_nonces.c.expires_at < bindparam("ended"))


class SqlOfferStore:
    """`issuers.ports.OfferStore` over this room's database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._reader = reader_of(engine)

    async def add(self, offer: Offer, *, now: datetime) -> None:
        """Store a new offer; forget offers whose last token has ended, and ended nonces (H51).

        Raises `IssuerError` (too_many_offers), nothing written. Clerks who race may pass the limit
        by as many as they are; a lock would make every counter wait for every other.
        """
        async with self._engine.begin() as connection:
            await connection.execute(_FORGET_REFRESH, {"ended": seconds(now)})
            await connection.execute(_FORGET_OFFERS, {"ended": seconds(now - TOKEN_LIFE)})
            await connection.execute(_FORGET_NONCES, {"ended": seconds(now)})
            waiting = await _waiting(connection, offer, now)
            check_flood(offer.entitlement.officer, waiting, now=now)
            await connection.execute(insert(offers), offer_row(offer))

    async def find(self, id_hash: bytes) -> Offer | None:
        """Return the offer of this id, whatever its state."""
        async with self._reader.connect() as connection:
            row = (await connection.execute(_BY_ID, {"id": id_hash})).one_or_none()
        return None if row is None else offer_in(row)

    async def redeem(self, redeemer: Redeemer) -> Redemption:
        """Let the redeemer decide about its offer and write what it decided, in one step.

        The row is locked from the look to the write: of many at once, one finds it open.
        """
        async with self._engine.begin() as connection:
            found = await connection.execute(_BY_CODE, {"code": redeemer.code_hash})
            row = found.one_or_none()
            decided = redeemer.decide(None if row is None else offer_in(row))
            await write_redemption(connection, decided)
        return decided

    async def grant(self, token_hash: bytes) -> Grant | None:
        """Return what a token is good for; None when it is unknown or revoked."""
        async with self._reader.connect() as connection:
            row = (await connection.execute(GRANT_BY_TOKEN, {"token": token_hash})).one_or_none()
        return None if row is None else grant_in(token_hash, row)


async def _waiting(connection: AsyncConnection, offer: Offer, now: datetime) -> Waiting:
    """Return the open offers of the clerk, or without one of the applicant."""
    officer, citizen = offer.entitlement.officer, offer.entitlement.citizen
    query = select(func.count(), func.min(offers.c.expires_at)).where(
        offers.c.officer == officer,
        offers.c.state == OfferState.OPEN.value,
        offers.c.expires_at > seconds(now),
    )
    if officer == ONLINE.name:
        query = query.where(offers.c.citizen == citizen)
    count, first = (await connection.execute(query)).one()
    return Waiting(count, None if first is None else moment(first))
