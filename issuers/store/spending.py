"""What an issuance uses up: one use of its token, its nonces for ever."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from issuers import nonces
from issuers.authorization import REQUESTS_PER_TOKEN, refused
from issuers.nonces import UsedNonce
from issuers.store.offers import seconds
from issuers.store.tables import access_tokens, used_nonces


async def use_token(connection: AsyncConnection, token_hash: bytes, now: datetime) -> None:
    """Count one use, or raise `IssuerError` (access_refused): revoked, ended or spent by now."""
    counted = await connection.execute(
        update(access_tokens)
        .where(access_tokens.c.token_hash == token_hash)
        .where(access_tokens.c.expires_at > seconds(now))
        .where(access_tokens.c.uses < REQUESTS_PER_TOKEN)
        .values(uses=access_tokens.c.uses + 1)
    )
    if counted.rowcount != 1:
        raise refused()


async def use_nonces(
    connection: AsyncConnection, used: Sequence[UsedNonce], now: datetime
) -> None:
    """Remember the nonces, or raise `IssuerError` (nonce_invalid) when one was used before."""
    await connection.execute(delete(used_nonces).where(used_nonces.c.expires_at < seconds(now)))
    rows = [
        {"nonce_hash": nonce.nonce_hash, "expires_at": seconds(nonce.expires_at)} for nonce in used
    ]
    try:
        await connection.execute(insert(used_nonces), rows)
    except IntegrityError:
        raise nonces.invalid() from None
