"""Errands in the database: any number of processes work them off, each errand one at a time.

A claim is a compare-and-swap on the time the errand is due at, so it needs no lock that outlives
a statement, and who dies with a claim loses it by the clock.
"""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import ColumnElement, RowMapping, and_, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from wallet.kept.keeping import SealedBox, Swap
from wallet.kept.outbox import Errand, Stage
from wallet.store.boxes import put_boxes, swap_box, take_box
from wallet.store.tables import errands


class OutboxStore:
    """Keeps errands beside the boxes they bring; implements ``wallet.kept.outbox.Outbox``."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def begin(self, errand: Errand) -> Errand:
        """Keep a new errand or one in place of a refused one; return what is kept now."""
        try:
            async with self._engine.begin() as connection:
                await connection.execute(insert(errands).values(_values(errand)))
        except IntegrityError:
            return await self._begin_again(errand)
        return errand

    async def _begin_again(self, errand: Errand) -> Errand:
        was_refused = and_(_place(errand), errands.c.stage == Stage.REFUSED.value)
        async with self._engine.begin() as connection:
            await connection.execute(update(errands).where(was_refused).values(_values(errand)))
            kept = await _find(connection, _place(errand))
        if kept is None:
            raise LookupError("an errand is never deleted")
        return kept

    async def begin_for(self, errand: Errand, gone: SealedBox, *boxes: SealedBox) -> bool:
        """Keep a new errand in the place of a box, in one transaction; an older one stays."""
        async with self._engine.begin() as connection:
            if not await take_box(connection, gone, boxes):
                return False
            if await _find(connection, _place(errand)) is None:
                await connection.execute(insert(errands).values(_values(errand)))
            return True

    async def forget(self, holder: str) -> None:
        """Forget the errands of a holder who is gone."""
        async with self._engine.begin() as connection:
            await connection.execute(delete(errands).where(errands.c.holder == holder))

    async def find(self, holder: str, subject: str) -> Errand | None:
        """Return one errand of this holder, None when there is none."""
        place = and_(errands.c.holder == holder, errands.c.subject == subject)
        async with self._engine.connect() as connection:
            return await _find(connection, place)

    async def all(self, holder: str) -> Sequence[Errand]:
        """Return every errand of a holder."""
        query = select(errands).where(errands.c.holder == holder)
        async with self._engine.connect() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return tuple(map(_errand, rows))

    async def due(self, now: int, *, limit: int) -> Sequence[Errand]:
        """Return errands of anybody that are due, the longest due first."""
        query = select(errands).where(errands.c.due_at <= now)
        async with self._engine.connect() as connection:
            found = await connection.execute(query.order_by(errands.c.due_at).limit(limit))
            return tuple(map(_errand, found.mappings().all()))

    async def claim(self, errand: Errand, *, now: int, until: int) -> Errand | None:
        """Return the errand as claimed until then; None when it is not due or another has it."""
        if errand.due_at is None or errand.due_at > now:
            return None
        async with self._engine.begin() as connection:
            claimed = await connection.execute(
                update(errands).where(_as_seen(errand)).values(due_at=until)
            )
        if claimed.rowcount != 1:
            return None
        return replace(errand, due_at=until)

    async def move(
        self, claimed: Errand, moved: Errand, *boxes: SealedBox, swap: Swap | None = None
    ) -> bool:
        """Keep how far it came and what it brought, in one transaction; False after the lease."""
        async with self._engine.connect() as connection, connection.begin() as work:
            done = await connection.execute(
                update(errands).where(_as_seen(claimed)).values(_values(moved))
            )
            is_ours = done.rowcount == 1
            if is_ours and (swap is None or await swap_box(connection, swap)):
                await put_boxes(connection, boxes)
                return True
            await work.rollback()
            return False


async def _find(connection: AsyncConnection, place: ColumnElement[bool]) -> Errand | None:
    row = (await connection.execute(select(errands).where(place))).mappings().first()
    return None if row is None else _errand(row)


def _place(errand: Errand) -> ColumnElement[bool]:
    return and_(errands.c.holder == errand.holder, errands.c.subject == errand.subject)


def _as_seen(errand: Errand) -> ColumnElement[bool]:
    """Return whether nobody has claimed or moved it since it was read."""
    return and_(
        _place(errand),
        errands.c.stage == errand.stage.value,
        errands.c.attempts == errand.attempts,
        errands.c.due_at == errand.due_at,
    )


def _values(errand: Errand) -> dict[str, object]:
    return {
        "holder": errand.holder,
        "subject": errand.subject,
        "stage": errand.stage.value,
        "attempts": errand.attempts,
        "due_at": errand.due_at,
        "sealed": errand.sealed,
    }


def _errand(row: RowMapping) -> Errand:
    return Errand(
        row["holder"],
        row["subject"],
        Stage(row["stage"]),
        row["attempts"],
        row["due_at"],
        row["sealed"],
    )
