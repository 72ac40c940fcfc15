"""The sealed records: written with their entries, read by label, by subject and by key.

Nothing of it can be read without the database of keys (`consent.store.record_keys`).
"""

from collections.abc import Sequence
from typing import TypeAlias

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    and_,
    bindparam,
    func,
    insert,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.sql import Select

from consent.deposits import SealedRecord, StoredDeposit
from consent.forms.entry import EntryType
from consent.ports import LabelState
from consent.sequencing import LabelKeys, Placed
from consent.store.codes import write_codes
from consent.store.dues import write_dues
from consent.store.tables import entries, metadata

deposits = Table(
    "deposits",
    metadata,
    Column(
        "position",
        BigInteger().with_variant(Integer, "sqlite"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("record_id", Text, nullable=False),
    Column("consent_id", Text),
    Column("key_id", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Index("deposits_key", "key_id"),
)

_Deposits: TypeAlias = Select[int, int, bytes, str, str | None, bytes, bytes]

_INSERT = insert(deposits)
_SELECT: _Deposits = select(
    deposits.c.position,
    entries.c.number,
    entries.c.leaf,
    deposits.c.record_id,
    deposits.c.consent_id,
    deposits.c.key_id,
    deposits.c.sealed,
).join(entries, entries.c.position == deposits.c.position)

_OF_LABEL = entries.c.label == bindparam("of_label")
_FIRST = and_(_OF_LABEL, entries.c.number == 1)
_WRITTEN = entries.c.request == bindparam("of_request")
_LABEL_STATE = select(
    select(func.max(entries.c.number)).where(_OF_LABEL).scalar_subquery(),
    select(entries.c.mac_key).where(_FIRST).scalar_subquery(),
    select(entries.c.holder).where(_FIRST).scalar_subquery(),
    select(entries.c.position).where(_WRITTEN).scalar_subquery(),
    select(entries.c.leaf).where(_WRITTEN).scalar_subquery(),
)


def write_deposits(connection: Connection, placed: Sequence[Placed]) -> None:
    """Write what was deposited with new entries, inside the transaction that writes them."""
    kept = [(each, each.authorised.kept) for each in placed]
    rows = [_row(each.index, it.record) for each, it in kept if it is not None]
    if not rows:
        return
    connection.execute(_INSERT, rows)
    due = {
        (each.authorised.entry.label, it.subject): it.dues for each, it in kept if it is not None
    }
    write_dues(connection, due)
    write_codes(
        connection,
        ((each.index, it.code) for each, it in kept if it is not None and it.code is not None),
    )


class Deposits:
    """Reading the sealed records, on SQLite and PostgreSQL alike."""

    def __init__(self, engine: AsyncEngine) -> None:
        # Each reading is one statement and sees what is committed.
        self._reader = engine.execution_options(isolation_level="AUTOCOMMIT")

    async def label_state(self, label: bytes, request: bytes) -> LabelState:
        """Return what a decision under a label rests on.

        One statement: what is read of the label after it is of then or of later, and later shows
        when the decision is written.
        """
        async with self._reader.connect() as connection:
            values = {"of_label": label, "of_request": request}
            row = (await connection.execute(_LABEL_STATE, values)).one()
        number, mac_key, holder, index, leaf = row
        return LabelState(
            number or 0,
            LabelKeys(mac_key, holder) if number is not None else None,
            (index, leaf) if index is not None else None,
        )

    async def of_label(
        self, label: bytes, *, first: int = 1, limit: int | None = None
    ) -> list[StoredDeposit]:
        """Return the label's deposits from its number ``first`` on, in the order of the log."""
        of_label = and_(entries.c.label == label, entries.c.number >= first)
        return await self._stored(_SELECT.where(of_label).limit(limit))

    async def of_subject(self, label: bytes, subject: str) -> list[StoredDeposit]:
        """Return the deposits of one consent, or of the one record of that id, in order."""
        either = or_(deposits.c.consent_id == subject, deposits.c.record_id == subject)
        return await self._stored(_SELECT.where(and_(entries.c.label == label, either)))

    async def in_range(self, start: int, end: int, *, limit: int) -> list[StoredDeposit]:
        """Return the deposits of entries ``[start, end)``, in order."""
        between = and_(deposits.c.position >= start, deposits.c.position < end)
        return await self._stored(_SELECT.where(between).limit(limit))

    async def by_keys(self, key_ids: Sequence[bytes]) -> list[StoredDeposit]:
        """Return the deposits that these keys open, in order."""
        return await self._stored(_SELECT.where(deposits.c.key_id.in_(key_ids)))

    async def shredded(self, start: int, *, limit: int) -> list[tuple[int, bytes]]:
        """Return entries (index, octets) of type shredded, from index ``start`` on, in order."""
        of_type = and_(entries.c.type == EntryType.SHREDDED.value, entries.c.position >= start)
        query = select(entries.c.position, entries.c.leaf).where(of_type)
        async with self._reader.connect() as connection:
            rows = await connection.execute(query.order_by(entries.c.position).limit(limit))
            return [(index, leaf) for index, leaf in rows]

    async def shredded_of(self, label: bytes) -> list[bytes]:
        """Return the octets of the label's entries of type shredded."""
        of_type = and_(entries.c.label == label, entries.c.type == EntryType.SHREDDED.value)
        async with self._reader.connect() as connection:
            return list(
                (await connection.execute(select(entries.c.leaf).where(of_type))).scalars()
            )

    async def _stored(self, query: _Deposits) -> list[StoredDeposit]:
        async with self._reader.connect() as connection:
            rows = await connection.execute(query.order_by(deposits.c.position))
            return [
                StoredDeposit(index, number, leaf, SealedRecord(id_, consent, key_id, sealed))
                for index, number, leaf, id_, consent, key_id, sealed in rows
            ]


def _row(index: int, record: SealedRecord) -> dict[str, object]:
    return {
        "position": index,
        "record_id": record.record_id,
        "consent_id": record.consent_id,
        "key_id": record.key_id,
        "sealed": record.octets,
    }
