"""Offers and access tokens in SQL."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from issuers.authorization import TOKEN_LIFE, Grant, Redeemer, Redemption
from issuers.kind import Purpose
from issuers.offers import Entitlement, Offer, OfferState
from issuers.store.reading import reader_of
from issuers.store.tables import access_tokens, offers


class SqlOfferStore:
    """`issuers.ports.OfferStore` over this room's database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._reader = reader_of(engine)

    async def add(self, offer: Offer, *, now: datetime) -> None:
        """Store a new offer, and forget those whose last token has ended too (H51)."""
        ended = seconds(now - TOKEN_LIFE)
        async with self._engine.begin() as connection:
            await connection.execute(delete(offers).where(offers.c.expires_at < ended))
            await connection.execute(insert(offers).values(_offer_row(offer)))

    async def find(self, id_hash: bytes) -> Offer | None:
        """Return the offer of this id, whatever its state."""
        async with self._reader.connect() as connection:
            found = await connection.execute(select(offers).where(offers.c.id_hash == id_hash))
            row = found.one_or_none()
        return None if row is None else _offer(row)

    async def redeem(self, redeemer: Redeemer) -> Redemption:
        """Let the redeemer decide about its offer and write what it decided, in one step.

        The row is locked from the look to the write: of many at once, one finds it open.
        """
        query = select(offers).where(offers.c.code_hash == redeemer.code_hash).with_for_update()
        async with self._engine.begin() as connection:
            row = (await connection.execute(query)).one_or_none()
            decided = redeemer.decide(None if row is None else _offer(row))
            if decided.offer is not None:
                mine = offers.c.id_hash == decided.offer.id_hash
                await connection.execute(
                    update(offers).where(mine).values(_offer_row(decided.offer))
                )
                if decided.revoke:
                    given = access_tokens.c.offer == decided.offer.id_hash
                    await connection.execute(delete(access_tokens).where(given))
            if decided.grant is not None:
                await connection.execute(insert(access_tokens).values(_grant_row(decided.grant)))
        return decided

    async def grant(self, token_hash: bytes) -> Grant | None:
        """Return what a token is good for; None when it is unknown or revoked."""
        columns = (access_tokens.c.uses, access_tokens.c.expires_at.label("ends_at"))
        query = select(offers, *columns).join(access_tokens)
        async with self._reader.connect() as connection:
            found = await connection.execute(query.where(access_tokens.c.token_hash == token_hash))
            row = found.one_or_none()
        if row is None:
            return None
        return Grant(token_hash, row.id_hash, _entitlement(row), moment(row.ends_at), row.uses)


def seconds(when: datetime) -> int:
    """Return a time as it is stored."""
    return int(when.timestamp())


def moment(stored: int) -> datetime:
    """Return a stored time."""
    return datetime.fromtimestamp(stored, UTC)


def _offer_row(offer: Offer) -> dict[str, Any]:
    entitlement, purpose = offer.entitlement, offer.entitlement.purpose
    return {
        "id_hash": offer.id_hash,
        "code_hash": offer.code_hash,
        "authority": entitlement.authority,
        "kind": entitlement.kind,
        "citizen": entitlement.citizen,
        "purpose": purpose.name,
        "purpose_detail": purpose.detail,
        "payer": purpose.payer,
        "tx_code_mac": offer.tx_code_mac,
        "state": offer.state.value,
        "wrong_tries": offer.wrong_tries,
        "expires_at": seconds(offer.expires_at),
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
    )


def _entitlement(row: Row[Any]) -> Entitlement:
    purpose = Purpose(row.purpose, row.purpose_detail, row.payer)
    return Entitlement(row.authority, row.kind, row.citizen, purpose)


def _grant_row(grant: Grant) -> dict[str, Any]:
    return {
        "token_hash": grant.token_hash,
        "offer": grant.offer_id_hash,
        "uses": grant.uses,
        "expires_at": seconds(grant.expires_at),
    }
