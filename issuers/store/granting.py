"""Writing what a redemption decided: the offer's new state, tokens made, tokens ended."""

from sqlalchemy import bindparam, delete, exists, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from issuers.authorization.grants import Redemption
from issuers.offers.offer import Offer
from issuers.store.authorization_tables import refresh_tokens
from issuers.store.bulk_tables import sealed_copies
from issuers.store.deferral_tables import transactions
from issuers.store.offer_rows import grant_row, refresh_row
from issuers.store.tables import access_tokens, certificates, offers

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
# What a job has signed for an order is for its wallet alone.
ERASE_COPIES = delete(sealed_copies).where(
    sealed_copies.c.transaction.in_(
        select(transactions.c.id_hash).where(transactions.c.offer == bindparam("id"))
    )
)
# Somebody can still come for what was ordered.
HAS_TOKEN = or_(
    exists().where(access_tokens.c.offer == offers.c.id_hash),
    exists().where(refresh_tokens.c.offer == offers.c.id_hash),
)
_END_ACCESS = delete(access_tokens).where(access_tokens.c.offer == bindparam("id"))
_END_REFRESH = delete(refresh_tokens).where(refresh_tokens.c.offer == bindparam("id"))


async def write_redemption(connection: AsyncConnection, decided: Redemption) -> None:
    """Write what was decided, in the transaction that holds the code still."""
    if decided.offer is not None:
        await keep_offer(connection, decided.offer)
        if decided.revoke:
            await end_tokens(connection, decided.offer.id_hash)
    if decided.grant is not None:
        await connection.execute(insert(access_tokens), grant_row(decided.grant))
    if decided.refresh is not None:
        await connection.execute(insert(refresh_tokens), refresh_row(decided.refresh))


async def end_tokens(connection: AsyncConnection, offer: bytes) -> None:
    """End every token an offer has given, by its id at rest."""
    for ending in (_SILENCE, ERASE_COPIES, _END_ACCESS, _END_REFRESH):
        await connection.execute(ending, {"id": offer})


async def keep_offer(connection: AsyncConnection, offer: Offer) -> None:
    """Write what changes in an offer's life."""
    changed = {"id": offer.id_hash, "to": offer.state.value, "tries": offer.wrong_tries}
    await connection.execute(_CHANGE, changed)
