"""The statements of one batch, inside the sequencer's transaction."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, and_, bindparam, select, update

from consent.ports import Head
from consent.sequencing import AuthorisedEntry, Known, LabelEnd, Placed
from consent.store.deposits import write_deposits
from consent.store.many_rows import Row, insert_rows
from consent.store.tables import HEAD_ID, entries, head, select_last, subtrees
from consent.tlog.growth import Growth
from consent.tlog.merkle import leaf_hash

_SWAP_HEAD = (
    update(head)
    .where(and_(head.c.id == HEAD_ID, head.c.size == bindparam("seen")))
    .where(head.c.checkpoint == bindparam("signed"))
    .values(size=bindparam("to_size"), edge=bindparam("to_edge"), checkpoint=bindparam("to_note"))
)
_SWAP_HEAD_SQLITE = (
    f"UPDATE head SET size = ?, edge = ?, checkpoint = ? "  # noqa: S608  # our own number
    f"WHERE id = {HEAD_ID} AND size = ? AND checkpoint = ?"
)


class LostError(Exception):
    """Another sequencer wrote first, or something exists that was taken to be new."""


def ends_of(connection: Connection, of_labels: Iterable[bytes]) -> dict[bytes, LabelEnd]:
    """Return the last entries of these labels."""
    wanted = list(of_labels)
    if not wanted:
        return {}
    rows = connection.execute(select_last(wanted))
    return {label: LabelEnd(number, leaf_hash(leaf)) for label, number, leaf in rows}


def all_known(connection: Connection, batch: Sequence[AuthorisedEntry]) -> Known:
    """Return all that the database holds about a batch, trusting no memory."""
    wanted = list({each.entry.label for each in batch})
    requests = [each.request for each in batch]
    columns = select(entries.c.request, entries.c.position, entries.c.leaf)
    written = connection.execute(columns.where(entries.c.request.in_(requests)))
    return Known(
        ends_of(connection, wanted),
        {request: (position, leaf) for request, position, leaf in written},
    )


def write_batch(
    connection: Connection, placed: Sequence[Placed], growth: Growth, seen: Head, signed: str
) -> None:
    """Write entries, finished tiles and the head with its ``signed`` checkpoint.

    Raises `LostError` or IntegrityError when the database is not what it was taken to be; then
    the transaction must be rolled back.
    """
    insert_rows(connection, entries, [_entry_row(each) for each in placed])
    write_deposits(connection, placed)
    finished = [(tile.level, tile.index, tile.hash) for tile in growth.finished()]
    insert_rows(connection, subtrees, finished)
    values: dict[str, object] = {
        "to_size": growth.size,
        "to_edge": b"".join(growth.edge().hashes),
        "to_note": signed,
        "seen": seen.size,
        "signed": seen.checkpoint,
    }
    if connection.dialect.name == "sqlite":
        # Once a group, and building the statement anew would cost as much as signing.
        swapped = connection.exec_driver_sql(_SWAP_HEAD_SQLITE, tuple(values.values()))
    else:
        swapped = connection.execute(_SWAP_HEAD, values)
    if swapped.rowcount != 1:
        raise LostError


def _entry_row(placed: Placed) -> Row:
    """Return the row, in the order of the columns of `entries`."""
    authorised = placed.authorised
    entry, opens = authorised.entry, authorised.opens
    return (
        placed.index,
        placed.leaf,
        entry.label,
        placed.number,
        authorised.request,
        opens.mac_key if opens is not None else None,
        opens.holder if opens is not None else None,
        entry.type.value,
    )
