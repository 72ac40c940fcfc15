"""The table of the map's buckets, as of the last seal; everything in it follows from the entries.

``ends`` is a bucket of `consent.complete.buckets`, ``root`` the root over it: the first so that a
seal rewrites only what it touches, the second so that a start reads 2 MiB and not the whole map.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    LargeBinary,
    Table,
    bindparam,
    delete,
    select,
)
from sqlalchemy.sql import Select

from consent.complete.buckets import BUCKET_BITS, bucket_of, bucket_with
from consent.complete.prefix_map import LABEL_SIZE, end_hash
from consent.forms.entry import EntryType
from consent.store.many_rows import put_rows
from consent.store.prepared import Prepared
from consent.store.tables import entries, metadata
from consent.tlog.merkle import leaf_hash

map_buckets = Table(
    "map_buckets",
    metadata,
    Column("bucket", Integer, primary_key=True, autoincrement=False),
    Column("root", LargeBinary, nullable=False),
    Column("ends", LargeBinary, nullable=False),
)


# The last seal (index, octets) among the first ``size`` entries.
LAST_SEAL: Final = Prepared(
    select(entries.c.position, entries.c.leaf)
    .where(entries.c.type == EntryType.MAP.value, entries.c.position < bindparam("size"))
    .order_by(entries.c.position.desc())
    .limit(1)
)
# The octets of one bucket.
BUCKET: Final = Prepared(
    select(map_buckets.c.ends).where(map_buckets.c.bucket == bindparam("wanted"))
)
# A label's last entry (number, octets) before an index.
END: Final = Prepared(
    select(entries.c.number, entries.c.leaf)
    .where(entries.c.label == bindparam("of_label"), entries.c.position < bindparam("before"))
    .order_by(entries.c.number.desc())
    .limit(1)
)


def select_roots() -> Select[int, bytes]:
    """Return the query for the roots (bucket, root) of all buckets."""
    return select(map_buckets.c.bucket, map_buckets.c.root)


def select_buckets(wanted: Sequence[int]) -> Select[int, bytes, bytes]:
    """Return the query for some buckets (bucket, root, ends)."""
    columns = select(map_buckets.c.bucket, map_buckets.c.root, map_buckets.c.ends)
    return columns.where(map_buckets.c.bucket.in_(wanted))


def put_buckets(connection: Connection, rows: Sequence[tuple[int, bytes, bytes]]) -> None:
    """Write buckets (bucket, root, ends), over the rows they may have."""
    put_rows(connection, map_buckets, rows)


def clear_buckets(connection: Connection) -> None:
    """Forget all buckets."""
    connection.execute(delete(map_buckets))


def buckets_of_entries(
    connection: Connection, before: int, log_label: bytes, only: int | None = None
) -> Iterator[tuple[int, bytes]]:
    """Return the buckets over the entries before an index, from the entries alone.

    All of them, which reads the whole log, or ``only`` one. The log's own label is in no map.
    """
    wanted = [entries.c.position < before, entries.c.label != log_label]
    if only is not None:
        first = only.to_bytes(BUCKET_BITS // 8, "big")
        wanted.append(entries.c.label >= first + bytes(LABEL_SIZE - len(first)))
        wanted.append(entries.c.label <= first + b"\xff" * (LABEL_SIZE - len(first)))
    query = select(entries.c.label, entries.c.number, entries.c.leaf).where(*wanted)
    rows = connection.execute(query.order_by(entries.c.label, entries.c.number))
    for bucket, group in groupby(rows, key=lambda row: bucket_of(row.label)):
        # A later entry of a label takes the place of the one before.
        ends = {label: (number, leaf) for label, number, leaf in group}
        hashes = {
            label: end_hash(label, number, leaf_hash(leaf))
            for label, (number, leaf) in ends.items()
        }
        yield bucket, bucket_with(b"", hashes)
