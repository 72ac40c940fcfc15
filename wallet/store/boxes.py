"""Sealed boxes and turns in the database."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, RowMapping, and_, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from wallet.kept.keeping import (
    BoxKind,
    Busy,
    Claimed,
    Done,
    HolderRow,
    SealedBox,
    Swap,
    Turn,
    TurnKey,
)
from wallet.store import tables
from wallet.store.doors import Doors


class WalletStore(Doors):
    """Keeps sealed boxes; with what its parent keeps, ``wallet.kept.keeping.Shelf``."""

    async def holder(self, holder: str) -> HolderRow | None:
        """Return the holder's wrapped key and sealed secret, None for a new holder."""
        query = select(tables.holders).where(tables.holders.c.holder == holder)
        async with self._engine.connect() as connection:
            row = (await connection.execute(query)).mappings().first()
        return None if row is None else HolderRow(holder, row["wrapped_key"], row["sealed_secret"])

    async def add_holder(self, row: HolderRow) -> None:
        """Keep a new holder; when another call was faster, its row stays."""
        values = {
            "holder": row.holder,
            "wrapped_key": row.wrapped_key,
            "sealed_secret": row.sealed_secret,
        }
        try:
            async with self._engine.begin() as connection:
                await connection.execute(insert(tables.holders).values(values))
        except IntegrityError:
            return

    async def put(self, *boxes: SealedBox) -> None:
        """Keep boxes, all or none; one that has its place already is replaced."""
        async with self._engine.begin() as connection:
            known = [box for box in boxes if await _is_known(connection, box.holder)]
            await put_boxes(connection, known)

    async def swap(self, swap: Swap) -> bool:
        """Put other content into a box; one that is gone, or not as it was, stays so."""
        async with self._engine.begin() as connection:
            return await swap_box(connection, swap)

    async def add(self, box: SealedBox) -> None:
        """Keep a box; when its place is taken, what is there stays."""
        try:
            async with self._engine.begin() as connection:
                await connection.execute(insert(tables.boxes).values(_values(box)))
        except IntegrityError:
            return

    async def find(self, holder: str, kind: BoxKind, box_id: str) -> SealedBox | None:
        """Return one box of this holder, None when there is none."""
        query = select(tables.boxes).where(_place(holder, kind, box_id))
        async with self._engine.connect() as connection:
            row = (await connection.execute(query)).mappings().first()
        return None if row is None else _box(row)

    async def all(self, holder: str, kind: BoxKind) -> Sequence[SealedBox]:
        """Return every box of one kind, newest first."""
        query = (
            select(tables.boxes)
            .where(and_(tables.boxes.c.holder == holder, tables.boxes.c.kind == kind.value))
            .order_by(tables.boxes.c.kept_at.desc(), tables.boxes.c.id.desc())
        )
        async with self._engine.connect() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return tuple(_box(row) for row in rows)

    async def remove(self, holder: str, kind: BoxKind, box_id: str, *boxes: SealedBox) -> bool:
        """Destroy one box and keep ``boxes`` instead; nothing is kept when it was gone."""
        async with self._engine.begin() as connection:
            gone = await connection.execute(
                delete(tables.boxes).where(_place(holder, kind, box_id))
            )
            if gone.rowcount == 1:
                await put_boxes(connection, boxes)
            return gone.rowcount == 1

    async def take(self, box: SealedBox, *boxes: SealedBox) -> bool:
        """Destroy a box that is as it was read, and keep ``boxes`` instead; else False."""
        async with self._engine.begin() as connection:
            return await take_box(connection, box, boxes)

    async def take_turn(self, key: TurnKey, *, taker: str, now: int, until: int) -> Turn:
        """Return ``Claimed`` to exactly one of many takers; the others see who is ahead."""
        values = {"holder": key.holder, "subject": key.subject, "taker": taker, "until": until}
        try:
            async with self._engine.begin() as connection:
                await connection.execute(insert(tables.turns).values(values))
        except IntegrityError:
            return await self._take_over(key, taker, now, until)
        return Claimed(taker)

    async def _take_over(self, key: TurnKey, taker: str, now: int, until: int) -> Turn:
        """Take a turn whose taker vanished, after its time; a finished one is never free."""
        abandoned = and_(_turn(key), tables.turns.c.outcome.is_(None), tables.turns.c.until <= now)
        async with self._engine.begin() as connection:
            taken = await connection.execute(
                update(tables.turns).where(abandoned).values(taker=taker, until=until)
            )
            if taken.rowcount == 1:
                return Claimed(taker)
            outcome = (
                await connection.execute(select(tables.turns.c.outcome).where(_turn(key)))
            ).scalar()
        return Busy() if outcome is None else Done(outcome)

    async def give_back(self, key: TurnKey, taker: str) -> None:
        """Free a turn that led to nothing, so that the person can try again at once."""
        ours = and_(_turn(key), tables.turns.c.taker == taker, tables.turns.c.outcome.is_(None))
        async with self._engine.begin() as connection:
            await connection.execute(delete(tables.turns).where(ours))

    async def finish_turn(
        self,
        key: TurnKey,
        taker: str,
        outcome: bytes,
        boxes: Sequence[SealedBox],
        swap: Swap | None = None,
    ) -> bool:
        """Keep what the turn brought and its outcome in one transaction, or nothing: False."""
        ours = and_(_turn(key), tables.turns.c.taker == taker)
        async with self._engine.begin() as connection:
            if not await _is_known(connection, key.holder):
                return False
            if swap is not None and not await swap_box(connection, swap):
                return False
            await connection.execute(update(tables.turns).where(ours).values(outcome=outcome))
            await put_boxes(connection, boxes)
            return True


async def put_boxes(connection: AsyncConnection, boxes: Sequence[SealedBox]) -> None:
    """Keep boxes as part of a transaction; one that has its place already is replaced."""
    for box in boxes:
        await connection.execute(delete(tables.boxes).where(_place(box.holder, box.kind, box.id)))
    if boxes:
        await connection.execute(insert(tables.boxes), [_values(box) for box in boxes])


async def swap_box(connection: AsyncConnection, swap: Swap) -> bool:
    """Put other content into a box that is as it was read, as part of a transaction."""
    new = {"sealed": swap.new.sealed, "kept_at": swap.new.kept_at}
    swapped = await connection.execute(update(tables.boxes).where(_as_read(swap.old)).values(new))
    return swapped.rowcount == 1


async def take_box(
    connection: AsyncConnection, box: SealedBox, boxes: Sequence[SealedBox]
) -> bool:
    """Destroy a box that is as it was read, and keep others instead."""
    gone = await connection.execute(delete(tables.boxes).where(_as_read(box)))
    if gone.rowcount == 1:
        await put_boxes(connection, boxes)
    return gone.rowcount == 1


async def _is_known(connection: AsyncConnection, holder: str) -> bool:
    """Tell whether a holder is not gone, and hold the row still until all is written."""
    query = (
        select(tables.holders.c.holder)
        .where(tables.holders.c.holder == holder)
        .with_for_update(read=True, key_share=True)
    )
    return (await connection.execute(query)).first() is not None


def _as_read(box: SealedBox) -> ColumnElement[bool]:
    # Each sealing has a nonce of its own: the same octets are the same writing.
    place = _place(box.holder, box.kind, box.id)
    return and_(place, tables.boxes.c.sealed == box.sealed)


def _turn(key: TurnKey) -> ColumnElement[bool]:
    return and_(tables.turns.c.holder == key.holder, tables.turns.c.subject == key.subject)


def _place(holder: str, kind: BoxKind, box_id: str) -> ColumnElement[bool]:
    return and_(
        tables.boxes.c.holder == holder,
        tables.boxes.c.kind == kind.value,
        tables.boxes.c.id == box_id,
    )


def _values(box: SealedBox) -> dict[str, object]:
    return {
        "holder": box.holder,
        "kind": box.kind.value,
        "id": box.id,
        "kept_at": box.kept_at,
        "sealed": box.sealed,
    }


def _box(row: RowMapping) -> SealedBox:
    return SealedBox(row["holder"], BoxKind(row["kind"]), row["id"], row["kept_at"], row["sealed"])
