"""A household's move in SQL: the register's rows, and the papers that are no longer true."""

from datetime import datetime
from typing import Any

from sqlalchemy import Insert, Row, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from issuers.certificate.authority import RESIDENT_REGISTRY
from issuers.clerks import Clerk
from issuers.errors import IssuerError, IssuerFailure
from issuers.issuance.book import StatusEvent
from issuers.register.citizens import unknown_citizen
from issuers.register.moves import Move
from issuers.status.standing import Action
from issuers.store.certificate_rows import standing_in
from issuers.store.register_tables import register_files, stays
from issuers.store.source_tables import address_history, households, members, people
from issuers.store.status_events import Turn, write_turns
from issuers.store.tables import certificates, moves, restrictions
from issuers.store.times import seconds
from standards.status_list.bits import Status

_OF_THE_HOUSEHOLD = moves.c.household == members.c.household


async def moves_of(connection: AsyncConnection, citizen: str) -> int:
    """Return how many moves were reported of the household a citizen lives in."""
    count = select(func.count()).select_from(moves.join(members, _OF_THE_HOUSEHOLD))
    return int((await connection.execute(count.where(members.c.citizen == citizen))).scalar_one())


async def moves_held(connection: AsyncConnection, citizen: str) -> int:
    """Return the same, the household held still: no move comes before this transaction ends.

    In two statements, as one that waits for the lock would count what it saw before.
    """
    mine = select(members.c.household).where(members.c.citizen == citizen).scalar_subquery()
    held = select(households.c.id).where(households.c.id == mine).with_for_update(read=True)
    await connection.execute(held)
    return await moves_of(connection, citizen)


async def move_household(
    connection: AsyncConnection, move: Move, *, by: Clerk, now: datetime
) -> int:
    """Move a household inside one transaction; return how many certificates grew old by it.

    Raises `IssuerError`: unknown_citizen, household_divided.
    """
    home = await _locked_home(connection, move.citizen)
    everyone = await _everyone(connection, home.id)
    await _check_undivided(connection, home.id)
    await _keep_past(connection, home, everyone)
    await _write_address(connection, home.id, move)
    await connection.execute(_report(home.id, by=by, now=now))
    handles = [member.citizen for member in everyone]
    event = StatusEvent(now, Action.OUTDATE, move.reason, by.name)
    return await _let_grow_old(connection, handles, event)


def _report(home: int, *, by: Clerk, now: datetime) -> Insert:
    last = select(func.coalesce(func.max(moves.c.number), 0)).where(moves.c.household == home)
    number = last.scalar_subquery() + 1
    row = {"household": home, "number": number, "at": seconds(now), "by": by.name}
    return insert(moves).values(row)


async def _locked_home(connection: AsyncConnection, citizen: str) -> Row[Any]:
    mine = select(members.c.household).where(members.c.citizen == citizen).scalar_subquery()
    query = select(households).where(households.c.id == mine).with_for_update()
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        raise unknown_citizen()
    return row


async def _everyone(connection: AsyncConnection, home: int) -> list[Row[Any]]:
    """Return the people of a household, the head first, cohabitants last."""
    query = (
        select(members, people.c.name, register_files.c.status)
        .select_from(members.join(people).outerjoin(register_files))
        .where(members.c.household == home)
        .order_by(members.c.cohabitant, members.c.number)
    )
    return [*(await connection.execute(query))]


async def _check_undivided(connection: AsyncConnection, home: int) -> None:
    """Refuse when one member is protected from another (§13의2).

    The next copy of the one would print where the other has gone.
    """
    here = select(members.c.citizen).where(members.c.household == home)
    divided = exists().where(restrictions.c.protected.in_(here), restrictions.c.against.in_(here))
    if (await connection.execute(select(divided))).scalar_one():
        detail = "one member is protected from another: register two households first"
        raise IssuerError(IssuerFailure.HOUSEHOLD_DIVIDED, detail)


async def _keep_past(
    connection: AsyncConnection, home: Row[Any], everyone: list[Row[Any]]
) -> None:
    """Write the address that is left into the household's past, and into every sheet."""
    head = everyone[0]
    await _make_room(connection, home.id)
    left = {"address": home.address, "head_name": head.name}
    past = {"household": home.id, "number": 1, "head_relation": "본인", **left}
    await connection.execute(insert(address_history), past | _change_of(home))
    for member in everyone:
        if member.status is not None:  # a foreign spouse has no sheet
            stay = {"citizen": member.citizen, "head_relation": member.relation, **left}
            number = await _next_stay(connection, member.citizen)
            stay |= {"number": number, "status": member.status, **_change_of(member)}
            await connection.execute(insert(stays), stay)


async def _make_room(connection: AsyncConnection, home: int) -> None:
    """Count the past addresses one further; by way of negative numbers, as keys stay unique."""
    number = address_history.c.number
    mine = update(address_history).where(address_history.c.household == home)
    await connection.execute(mine.values(number=-number - 1))
    await connection.execute(mine.values(number=-number))


async def _next_stay(connection: AsyncConnection, citizen: str) -> int:
    last = select(func.coalesce(func.max(stays.c.number), 0)).where(stays.c.citizen == citizen)
    return int((await connection.execute(last)).scalar_one()) + 1


def _change_of(row: Row[Any]) -> dict[str, Any]:
    return {
        "moved_in_on": row.moved_in_on,
        "changed_on": row.changed_on,
        "change_reason": row.change_reason,
    }


async def _write_address(connection: AsyncConnection, home: int, move: Move) -> None:
    change = {
        "moved_in_on": move.on.isoformat(),
        "changed_on": move.reported_on.isoformat(),
        "change_reason": move.reason,
    }
    mine = households.c.id == home
    await connection.execute(update(households).where(mine).values(address=move.address, **change))
    await connection.execute(update(members).where(members.c.household == home).values(**change))


async def _let_grow_old(
    connection: AsyncConnection, citizens: list[str], event: StatusEvent
) -> int:
    """Mark every certificate of the registry about these people that is good for anything."""
    about_oneself = (certificates.c.about == "") & certificates.c.citizen.in_(citizens)
    query = (
        select(certificates)
        .where(certificates.c.authority == RESIDENT_REGISTRY.name)
        .where(about_oneself | certificates.c.about.in_(citizens))
        .where(certificates.c.status != Status.INVALID.value, certificates.c.outdated.is_(False))
        .where(certificates.c.expires_at > seconds(event.at))
        .with_for_update()
    )
    rows = (await connection.execute(query)).all()
    turns = [Turn(row.number, standing_in(row).after(Action.OUTDATE)) for row in rows]
    await write_turns(connection, turns, event)
    return len(turns)
