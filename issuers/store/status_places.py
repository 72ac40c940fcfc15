"""Places on the status lists: each taken once, whoever races for it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from issuers.ports import Draw, Place
from issuers.status import LIST_FILL, free_places
from issuers.store.tables import places, status_lists

# At half-full lists every second place drawn is free; four draws for one are nearly always enough.
_DRAWS_PER_PLACE = 4


def new_list(authority: str, number: int) -> dict[str, Any]:
    """Return the row of an empty list."""
    return {"authority": authority, "number": number, "taken": 0, "version": 0}


async def take_places(
    connection: AsyncConnection, authority: str, count: int, draw: Draw
) -> tuple[Place, ...]:
    """Return ``count`` free places of the authority's last list, a new one when that is full.

    The authority's first list is locked for as long as the transaction lasts, so places are given
    out by one transaction at a time; the primary key of the table would refuse a second taker.
    """
    await _lock(connection, authority)
    last = await _last(connection, authority)
    number, taken = last.number, last.taken
    if taken + count > LIST_FILL:
        number, taken = number + 1, 0
        await connection.execute(insert(status_lists).values(new_list(authority, number)))
    mine = (status_lists.c.authority == authority) & (status_lists.c.number == number)
    await connection.execute(update(status_lists).where(mine).values(taken=taken + count))
    free: tuple[int, ...] = ()
    while len(free) < count:
        drawn = draw(count * _DRAWS_PER_PLACE)
        used = await _used(connection, authority, number, drawn)
        free = free_places(drawn, used, count)
    return tuple(Place(number, index) for index in free)


async def _lock(connection: AsyncConnection, authority: str) -> None:
    first = (status_lists.c.authority == authority) & (status_lists.c.number == 0)
    await connection.execute(select(status_lists.c.number).where(first).with_for_update())


async def _last(connection: AsyncConnection, authority: str) -> Row[Any]:
    query = select(status_lists).where(status_lists.c.authority == authority)
    return (await connection.execute(query.order_by(status_lists.c.number.desc()).limit(1))).one()


async def _used(
    connection: AsyncConnection, authority: str, number: int, drawn: Sequence[int]
) -> frozenset[int]:
    query = select(places.c.place).where(
        places.c.authority == authority, places.c.list == number, places.c.place.in_(drawn)
    )
    return frozenset((await connection.execute(query)).scalars())
