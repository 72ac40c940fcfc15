"""What an issuance uses up: one use of its token, its nonces for ever."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from issuers.authorization.grants import REQUESTS_PER_TOKEN, refused
from issuers.numbers import nonces
from issuers.numbers.nonces import UsedNonce
from issuers.store.tables import access_tokens, offers, used_nonces
from issuers.store.times import seconds

_HOLD = (
    select(offers.c.id_hash)
    .where(
        offers.c.id_hash
        == select(access_tokens.c.offer)
        .where(access_tokens.c.token_hash == bindparam("token"))
        .scalar_subquery()
    )
    .with_for_update()
)
# The inner query comes first: the order is locked before the token.
_COUNT_USE = (
    update(access_tokens)
    .where(access_tokens.c.token_hash == bindparam("token"))
    .where(access_tokens.c.offer == _HOLD.scalar_subquery())
    .where(access_tokens.c.expires_at > bindparam("now"))
    .where(access_tokens.c.uses < REQUESTS_PER_TOKEN)
    .values(uses=access_tokens.c.uses + 1)
)
_REMEMBER = insert(used_nonces)


async def hold_order(connection: AsyncConnection, token_hash: bytes) -> None:
    """Hold still the order behind a token: one certificate of it is entered at a time.

    The order is locked before any of its tokens, here and wherever tokens are ended.
    """
    await connection.execute(_HOLD, {"token": token_hash})


async def use_token(connection: AsyncConnection, token_hash: bytes, now: datetime) -> None:
    """Hold the order as `hold_order` does, and count one use of the token.

    Raises `IssuerError` (access_refused): revoked, ended or spent by now.
    """
    counted = await connection.execute(_COUNT_USE, {"token": token_hash, "now": seconds(now)})
    if counted.rowcount != 1:
        raise refused()


async def use_nonces(connection: AsyncConnection, used: Sequence[UsedNonce]) -> None:
    """Remember the nonces, or raise `IssuerError` (nonce_invalid) when one was used before."""
    rows = [
        {"nonce_hash": nonce.nonce_hash, "expires_at": seconds(nonce.expires_at)} for nonce in used
    ]
    try:
        await connection.execute(_REMEMBER, rows)
    except IntegrityError:
        raise nonces.invalid() from None
