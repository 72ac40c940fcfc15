"""Places on the status lists: each taken once, whoever races for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from issuers.ports import Draw
from issuers.status.standing import FILLED, Place, free_places
from issuers.store.tables import places, status_lists

# At half-full lists every second place drawn is free; four draws for one are nearly always enough.
_DRAWS_PER_PLACE = 4

_MINE = status_lists.c.authority == bindparam("of")
_LOCK = select(status_lists.c.number).where(_MINE, status_lists.c.number == 0).with_for_update()
_LAST = select(func.max(status_lists.c.number)).where(_MINE).scalar_subquery()
_RESERVE = (
    update(status_lists)
    .where(_MINE, status_lists.c.number == _LAST)
    .where((status_lists.c.taken + bindparam("count")) * FILLED <= status_lists.c.size)
    .values(taken=status_lists.c.taken + bindparam("count"))
    .returning(status_lists.c.number, status_lists.c.size)
)
_USED = select(places.c.place).where(
    places.c.authority == bindparam("of"),
    places.c.list == bindparam("list_number"),
    places.c.place.in_(bindparam("drawn", expanding=True)),
)


@dataclass(frozen=True, slots=True)
class _Opened:
    """A list with room: its number, and how many places it has."""

    number: int
    size: int


def new_list(authority: str, number: int, size: int, *, taken: int = 0) -> dict[str, Any]:
    """Return the row of a new list of ``size`` places."""
    row = {"authority": authority, "number": number, "size": size}
    return {**row, "taken": taken, "version": 0}


async def take_places(
    connection: AsyncConnection, authority: str, count: int, draw: Draw, new_size: int
) -> tuple[Place, ...]:
    """Return ``count`` free places of the authority's last list.

    When that is full a list of ``new_size`` places is opened.

    Reserving locks the list's row until the transaction ends, so places of one list are given out
    by one transaction at a time; the table's primary key would refuse a second taker.
    """
    opened = await _reserve(connection, authority, count, new_size)
    number = opened.number
    free: tuple[int, ...] = ()
    while len(free) < count:
        drawn = [place % opened.size for place in draw(count * _DRAWS_PER_PLACE)]
        free = free_places(drawn, await _used(connection, authority, number, drawn), count)
    return tuple(Place(number, index) for index in free)


async def _reserve(
    connection: AsyncConnection, authority: str, count: int, new_size: int
) -> _Opened:
    """Return the list with room for ``count``, which are counted as taken."""
    found = await _in_last_list(connection, authority, count)
    if found is None:
        # The first list is the gate: who comes second finds what the first one has opened.
        await connection.execute(_LOCK, {"of": authority})
        found = await _in_last_list(connection, authority, count)
    return await _open_next(connection, authority, count, new_size) if found is None else found


async def _in_last_list(connection: AsyncConnection, authority: str, count: int) -> _Opened | None:
    found = await connection.execute(_RESERVE, {"of": authority, "count": count})
    row = found.one_or_none()
    return None if row is None else _Opened(row.number, row.size)


async def _open_next(
    connection: AsyncConnection, authority: str, count: int, size: int
) -> _Opened:
    last = (await connection.execute(select(_LAST), {"of": authority})).scalar_one()
    number = int(last) + 1
    row = new_list(authority, number, size, taken=count)
    await connection.execute(insert(status_lists), row)
    return _Opened(number, size)


async def _used(
    connection: AsyncConnection, authority: str, number: int, drawn: Sequence[int]
) -> frozenset[int]:
    asked = {"of": authority, "list_number": number, "drawn": [*drawn]}
    return frozenset((await connection.execute(_USED, asked)).scalars())
