"""Offers and access tokens in SQL."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from issuers.authorization import TOKEN_LIFE, Grant, Redeemer, Redemption
from issuers.clerks import ONLINE
from issuers.floods import Waiting, check_flood
from issuers.kind import Purpose
from issuers.offers import Entitlement, Offer, OfferState
from issuers.store.entitlement_rows import (
    entitlement_row,
    options_in,
    options_text,
    view_in,
)
from issuers.store.reading import reader_of
from issuers.store.tables import access_tokens, certificates, offers, used_nonces
from issuers.store.times import moment, seconds

_BY_ID = select(offers).where(offers.c.id_hash == bindparam("id"))
_BY_CODE = select(offers).where(offers.c.code_hash == bindparam("code")).with_for_update()
_BY_TOKEN = (
    select(offers, access_tokens.c.uses, access_tokens.c.expires_at.label("ends_at"))
    .join(access_tokens)
    .where(access_tokens.c.token_hash == bindparam("token"))
)
_CHANGE = (
    update(offers)
    .where(offers.c.id_hash == bindparam("id"))
    .values(state=bindparam("to"), wrong_tries=bindparam("tries"))
)
# A thief's token tells nothing of the certificates either.
_SILENCE = (
    update(certificates)
    .where(
        certificates.c.token_hash.in_(
            select(access_tokens.c.token_hash).where(access_tokens.c.offer == bindparam("id"))
        )
    )
    .values(token_hash=None)
)
_REVOKE = delete(access_tokens).where(access_tokens.c.offer == bindparam("id"))
_FORGET_OFFERS = delete(offers).where(offers.c.expires_at < bindparam("ended"))
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
            await connection.execute(_FORGET_OFFERS, {"ended": seconds(now - TOKEN_LIFE)})
            await connection.execute(_FORGET_NONCES, {"ended": seconds(now)})
            waiting = await _waiting(connection, offer, now)
            check_flood(offer.entitlement.officer, waiting, now=now)
            await connection.execute(insert(offers), _offer_row(offer))

    async def find(self, id_hash: bytes) -> Offer | None:
        """Return the offer of this id, whatever its state."""
        async with self._reader.connect() as connection:
            row = (await connection.execute(_BY_ID, {"id": id_hash})).one_or_none()
        return None if row is None else _offer(row)

    async def redeem(self, redeemer: Redeemer) -> Redemption:
        """Let the redeemer decide about its offer and write what it decided, in one step.

        The row is locked from the look to the write: of many at once, one finds it open.
        """
        async with self._engine.begin() as connection:
            found = await connection.execute(_BY_CODE, {"code": redeemer.code_hash})
            row = found.one_or_none()
            decided = redeemer.decide(None if row is None else _offer(row))
            if decided.offer is not None:
                await _keep(connection, decided.offer)
                if decided.revoke:
                    await connection.execute(_SILENCE, {"id": decided.offer.id_hash})
                    await connection.execute(_REVOKE, {"id": decided.offer.id_hash})
            if decided.grant is not None:
                await connection.execute(insert(access_tokens), _grant_row(decided.grant))
        return decided

    async def grant(self, token_hash: bytes) -> Grant | None:
        """Return what a token is good for; None when it is unknown or revoked."""
        async with self._reader.connect() as connection:
            row = (await connection.execute(_BY_TOKEN, {"token": token_hash})).one_or_none()
        if row is None:
            return None
        return Grant(
            token_hash,
            row.id_hash,
            _entitlement(row),
            moment(row.ends_at),
            row.uses,
            row.subject_mac,
        )


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


async def _keep(connection: AsyncConnection, offer: Offer) -> None:
    """Write what changes in an offer's life."""
    changed = {"id": offer.id_hash, "to": offer.state.value, "tries": offer.wrong_tries}
    await connection.execute(_CHANGE, changed)


def _offer_row(offer: Offer) -> dict[str, Any]:
    entitlement, purpose = offer.entitlement, offer.entitlement.purpose
    return {
        "id_hash": offer.id_hash,
        "code_hash": offer.code_hash,
        **entitlement_row(entitlement),
        "options": options_text(entitlement.options),
        "purpose_detail": purpose.detail,
        "payer": purpose.payer,
        "tx_code_mac": offer.tx_code_mac,
        "state": offer.state.value,
        "wrong_tries": offer.wrong_tries,
        "expires_at": seconds(offer.expires_at),
        "subject_mac": offer.subject_mac,
    }


def _offer(row: Row[Any]) -> Offer:
    return Offer(
        id_hash=row.id_hash,
        code_hash=row.code_hash,
        entitlement=_entitlement(row),
        tx_code_mac=row.tx_code_mac,
        expires_at=moment(row.expires_at),
        state=OfferState(row.state),
        wrong_tries=row.wrong_tries,
        subject_mac=row.subject_mac,
    )


def _entitlement(row: Row[Any]) -> Entitlement:
    purpose = Purpose(row.purpose, row.purpose_detail, row.payer)
    return Entitlement(
        authority=row.authority,
        kind=row.kind,
        citizen=row.citizen,
        purpose=purpose,
        about=row.about,
        options=options_in(row.options),
        view=view_in(row),
        officer=row.officer,
    )


def _grant_row(grant: Grant) -> dict[str, Any]:
    return {
        "token_hash": grant.token_hash,
        "offer": grant.offer_id_hash,
        "uses": grant.uses,
        "expires_at": seconds(grant.expires_at),
    }
