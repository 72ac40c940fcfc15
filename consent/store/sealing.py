"""Sealing the map: now and then its root becomes an entry of the log itself.

A seal takes in what was written since the last one, rewrites the buckets it touches, and puts the
map's root into a ``map`` entry, all in the transaction of the batch. What is kept in memory is
true only as long as the head is the one this process last saw, and the swap of the head decides
that.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, and_, select

from consent.complete.buckets import bucket_of, bucket_root, bucket_with
from consent.complete.prefix_map import end_hash
from consent.sequencing import LabelEnd, Placed
from consent.store.map_table import put_buckets
from consent.store.stored_map import StoredMap
from consent.store.tables import entries
from consent.tlog.merkle import leaf_hash

# Entries that may wait for a seal; the batch in which there are as many ends with one.
SEAL_ENTRIES: Final = 256


@dataclass(frozen=True, slots=True)
class Seal:
    """What a seal changes: the map's new ``root``, nodes of the crown, and buckets.

    ``rows`` are (bucket, its root, its octets).
    """

    root: bytes
    nodes: Mapping[int, bytes]
    rows: tuple[tuple[int, bytes, bytes], ...]

    def write(self, connection: Connection) -> None:
        """Write the buckets; the seal's entry is written with the batch."""
        put_buckets(connection, self.rows)


class SealedMap:
    """The map as of the last seal, and the ends of labels since then; for one thread.

    ``unsealed`` is how many entries wait for the next seal.
    """

    def __init__(self, log_label: bytes) -> None:
        self._map = StoredMap(log_label)
        self._ends: dict[bytes, LabelEnd] = {}
        self.unsealed = 0

    def load(self, connection: Connection, size: int) -> None:
        """Read what is stored, and make again what is not as it was sealed.

        Raises `ConsentError` (store_damaged) when the entries do not lead to the seal either.
        """
        root = self._map.load(connection, size)
        if self._map.crown.root != root:
            self._map.rebuild(connection, root)
        self._read_unsealed(connection, size)

    def follow(self, connection: Connection, size: int) -> bool:
        """Catch up with what other processes wrote; False when it changed under our hands."""
        root = self._map.follow(connection, size)
        self._read_unsealed(connection, size)
        return self._map.crown.root == root

    def seal(self, connection: Connection, new: Mapping[bytes, LabelEnd]) -> Seal:
        """Return the seal over everything up to and with the ``new`` ends; changes nothing.

        Raises `ConsentError` (store_damaged).
        """
        touched: dict[int, dict[bytes, bytes]] = {}
        for label, end in (self._ends | self._mapped(new)).items():
            hashes = touched.setdefault(bucket_of(label), {})
            hashes[label] = end_hash(label, end.number, end.hash)
        stored = self._map.stored(connection, touched)
        buckets = {}
        for bucket, hashes in touched.items():
            octets = self._map.checked(connection, bucket, stored.get(bucket, b""))
            buckets[bucket] = bucket_with(octets, hashes)
        roots = {bucket: bucket_root(octets) for bucket, octets in buckets.items()}
        nodes = self._map.crown.changed(roots)
        rows = tuple((bucket, roots[bucket], octets) for bucket, octets in buckets.items())
        return Seal(nodes[1], nodes, rows)

    def is_due(self, placed: Iterable[Placed], *, is_time: bool) -> bool:
        """Tell whether a seal must follow: so many wait, or it is time and any waits."""
        waiting = self.unsealed + self._count(placed)
        return waiting >= SEAL_ENTRIES or (is_time and waiting > 0)

    def remember(self, placed: Iterable[Placed], new: Mapping[bytes, LabelEnd]) -> None:
        """Take in entries, and the ends they made, that were committed without a seal."""
        self._ends.update(self._mapped(new))
        self.unsealed += self._count(placed)

    def remember_seal(self, seal: Seal, index: int) -> None:
        """Take in a seal that was committed as entry ``index``."""
        self._map.crown.put(seal.nodes)
        self._map.sealed = index + 1
        self._ends, self.unsealed = {}, 0

    def _count(self, placed: Iterable[Placed]) -> int:
        log_label = self._map.log_label
        return sum(each.authorised.entry.label != log_label for each in placed)

    def _mapped(self, ends: Mapping[bytes, LabelEnd]) -> dict[bytes, LabelEnd]:
        """Return the ends without that of the log's own label, which is in no map."""
        mapped = dict(ends)
        mapped.pop(self._map.log_label, None)
        return mapped

    def _read_unsealed(self, connection: Connection, size: int) -> None:
        since = and_(entries.c.position >= self._map.sealed, entries.c.position < size)
        columns = select(entries.c.label, entries.c.number, entries.c.leaf)
        rows = connection.execute(columns.where(since).order_by(entries.c.position))
        self._ends, self.unsealed = {}, 0
        for label, number, leaf in rows:
            if label != self._map.log_label:
                self._ends[label] = LabelEnd(number, leaf_hash(leaf))
                self.unsealed += 1
