"""Changes in the life of certificates: the new standing, its place in the history, the lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Insert, Row, Update, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from issuers.issuance.book import StatusEvent
from issuers.status.standing import Action, Standing
from issuers.store.tables import certificates, places, status_events, status_lists
from issuers.store.times import moment, seconds


@dataclass(frozen=True, slots=True)
class Turn:
    """One certificate's change: its number, its standing from now on."""

    certificate: str
    standing: Standing


async def write_turns(
    connection: AsyncConnection, turns: Sequence[Turn], event: StatusEvent
) -> None:
    """Write what happened to certificates whose rows are locked, and let their lists be signed."""
    for turn in turns:
        await connection.execute(_change(turn, event))
        await connection.execute(_entry(turn.certificate, event))
    await _new_versions(connection, [turn.certificate for turn in turns])


async def history_of(connection: AsyncConnection, number: str) -> tuple[StatusEvent, ...]:
    """Return the changes of a certificate, the first one first."""
    mine = status_events.c.certificate == number
    found = await connection.execute(
        select(status_events).where(mine).order_by(status_events.c.number)
    )
    return tuple(_event(row) for row in found)


def _change(turn: Turn, event: StatusEvent) -> Update:
    return (
        update(certificates)
        .where(certificates.c.number == turn.certificate)
        .values(
            status=turn.standing.status.value,
            outdated=turn.standing.is_outdated,
            reason=event.reason,
            changed_at=seconds(event.at),
        )
    )


def _entry(certificate: str, event: StatusEvent) -> Insert:
    """Return the next row of a history; the certificate's lock keeps the numbers apart."""
    last = select(func.coalesce(func.max(status_events.c.number), 0)).where(
        status_events.c.certificate == certificate
    )
    return insert(status_events).values(
        certificate=certificate,
        number=last.scalar_subquery() + 1,
        at=seconds(event.at),
        action=event.action.value,
        reason=event.reason,
        by=event.by,
    )


async def _new_versions(connection: AsyncConnection, numbers: list[str]) -> None:
    """Let every list that holds a copy be signed anew.

    The lists are locked in their order first: two households that move at once, with papers on
    the same lists, wait for each other and not in a circle.
    """
    mine = exists().where(
        places.c.certificate.in_(numbers),
        places.c.authority == status_lists.c.authority,
        places.c.list == status_lists.c.number,
    )
    in_order = status_lists.c.authority, status_lists.c.number
    locked = select(status_lists.c.number).where(mine).order_by(*in_order).with_for_update()
    await connection.execute(locked)
    newer = update(status_lists).where(mine).values(version=status_lists.c.version + 1)
    await connection.execute(newer)


def _event(row: Row[Any]) -> StatusEvent:
    return StatusEvent(moment(row.at), Action(row.action), row.reason, row.by)
