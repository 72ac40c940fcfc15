"""A new certificate in the place of an old one: the old one grows old, its order counts on."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from issuers.issuance.book import StatusEvent
from issuers.issuance.issuing import Issuance
from issuers.status.standing import Action
from issuers.store.certificate_rows import standing_in
from issuers.store.status_events import Turn, write_turns
from issuers.store.tables import access_tokens, certificates, offers
from standards.status_list.bits import Status

# Reason and author of what no clerk did: its holder came again.
_RENEWED = "갱신", "renewal"


async def supersede(connection: AsyncConnection, issuance: Issuance, now: datetime) -> None:
    """Let the certificate that ``issuance`` replaces be outdated, if it still held.

    The order's tokens lead to the new one from now on.
    """
    query = select(certificates).where(certificates.c.number == issuance.supersedes)
    row = (await connection.execute(query.with_for_update())).one()
    if Status(row.status) is Status.VALID:
        turn = Turn(row.number, standing_in(row).after(Action.OUTDATE))
        await write_turns(connection, [turn], StatusEvent(now, Action.OUTDATE, *_RENEWED))
    order = select(access_tokens.c.offer).where(access_tokens.c.token_hash == issuance.token_hash)
    await connection.execute(
        update(offers)
        .where(offers.c.id_hash == order.scalar_subquery())
        .values(edition=offers.c.edition + 1)
    )
