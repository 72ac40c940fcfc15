"""The map from label to count and chain head: sealed now and then, by an entry of the log itself.

A seal takes in what was written since the last one, rewrites the buckets it touches, and puts the
map's root into a ``map`` entry, all in the transaction of the batch. In memory stand the crown
above the buckets and the ends of labels since the last seal; both are true only as long as the
head is the one this process last saw, which the swap of the head decides.

No bucket is used that does not lead to the sealed root. One that does not is made again from the
entries; where that does not lead there either, entries and seal contradict each other.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, and_, select

from consent.complete.buckets import Crown, bucket_of, bucket_root, bucket_with
from consent.complete.prefix_map import EMPTY_MAP, end_hash
from consent.errors import ConsentError, ConsentFailure
from consent.forms.entry import Leaf
from consent.sequencing import LabelEnd, Placed
from consent.store.map_table import (
    add_buckets,
    buckets_of_entries,
    change_buckets,
    clear_buckets,
    select_buckets,
    select_last_seal,
    select_roots,
)
from consent.store.tables import entries
from consent.tlog.merkle import leaf_hash

# Entries that may wait for a seal; the batch in which there are as many ends with one.
SEAL_ENTRIES: Final = 256


@dataclass(frozen=True, slots=True)
class Seal:
    """What a seal changes: the map's new ``root``, nodes of the crown, and buckets.

    ``rows`` are (bucket, its root, its octets); ``stored`` names those that have a row already.
    """

    root: bytes
    nodes: Mapping[int, bytes]
    rows: tuple[tuple[int, bytes, bytes], ...]
    stored: frozenset[int]


class SealedMap:
    """The map as of the last seal, and what has been written since; for one thread."""

    def __init__(self, log_label: bytes) -> None:
        self._log_label = log_label
        self._crown = Crown()
        self._ends: dict[bytes, LabelEnd] = {}
        # the index after the last seal, 0 before the first
        self._sealed = 0
        self.unsealed = 0

    def load(self, connection: Connection, size: int) -> None:
        """Read what is stored and make again what is not as it was sealed.

        Raises `ConsentError` (store_damaged) when the entries do not lead to the seal either.
        """
        self._sealed, root = self._last_seal(connection, size)
        self._crown = Crown(
            (bucket, octets) for bucket, octets in connection.execute(select_roots())
        )
        if self._crown.root != root:
            self._rebuild(connection, root)
        self._read_unsealed(connection, size)

    def follow(self, connection: Connection, size: int) -> bool:
        """Catch up with what other processes wrote; False when it changed under our hands."""
        sealed, root = self._last_seal(connection, size)
        if sealed != self._sealed:
            between = and_(entries.c.position >= self._sealed, entries.c.position < sealed)
            labels = connection.execute(select(entries.c.label).where(between)).scalars()
            rows = connection.execute(select_buckets(list(set(map(bucket_of, labels)))))
            self._crown.put(self._crown.changed({bucket: octets for bucket, octets, _ in rows}))
            self._sealed = sealed
        self._read_unsealed(connection, size)
        return self._crown.root == root

    def seal(self, connection: Connection, placed: Iterable[Placed]) -> Seal:
        """Return the seal over everything up to and with ``placed``; changes nothing."""
        touched: dict[int, dict[bytes, bytes]] = {}
        ends = self._ends | self._ends_of(placed)
        for label, end in ends.items():
            hashes = touched.setdefault(bucket_of(label), {})
            hashes[label] = end_hash(label, end.number, end.hash)
        stored = dict[int, bytes]()
        rows = connection.execute(select_buckets(list(touched)))
        stored.update((bucket, octets) for bucket, _, octets in rows)
        new = {
            bucket: bucket_with(self._checked(connection, bucket, stored.get(bucket, b"")), hashes)
            for bucket, hashes in touched.items()
        }
        roots = {bucket: bucket_root(octets) for bucket, octets in new.items()}
        nodes = self._crown.changed(roots)
        return Seal(
            nodes[1],
            nodes,
            tuple((bucket, roots[bucket], octets) for bucket, octets in new.items()),
            frozenset(stored),
        )

    def due(self, placed: Iterable[Placed]) -> bool:
        """Tell whether with ``placed`` so many are unsealed that a seal must follow."""
        return self.unsealed + sum(self._is_sealed(each) for each in placed) >= SEAL_ENTRIES

    def has_news(self, placed: Iterable[Placed]) -> bool:
        """Tell whether there is anything to seal."""
        return self.unsealed > 0 or any(map(self._is_sealed, placed))

    def remember(self, placed: Iterable[Placed]) -> None:
        """Take in entries that were committed without a seal."""
        new = [each for each in placed if self._is_sealed(each)]
        self._ends.update(self._ends_of(new))
        self.unsealed += len(new)

    def remember_seal(self, seal: Seal, index: int) -> None:
        """Take in a seal that was committed as entry ``index``."""
        self._crown.put(seal.nodes)
        self._sealed = index + 1
        self._ends, self.unsealed = {}, 0

    def _is_sealed(self, placed: Placed) -> bool:
        return placed.authorised.entry.label != self._log_label

    def _ends_of(self, placed: Iterable[Placed]) -> dict[bytes, LabelEnd]:
        return {
            each.authorised.entry.label: LabelEnd(each.number, each.hash)
            for each in placed
            if self._is_sealed(each)
        }

    def _checked(self, connection: Connection, bucket: int, octets: bytes) -> bytes:
        """Return a bucket that leads to the sealed root: the one stored, or one made again."""
        if bucket_root(octets) == self._crown.bucket(bucket):
            return octets
        made = buckets_of_entries(connection, self._sealed, self._log_label, only=bucket)
        again = next((octets for _, octets in made), b"")
        if bucket_root(again) != self._crown.bucket(bucket):
            raise _damaged(f"bucket {bucket} of the map is not the one that was sealed")
        return again

    def _rebuild(self, connection: Connection, root: bytes) -> None:
        clear_buckets(connection)
        roots = {}
        rows = []
        for bucket, octets in buckets_of_entries(connection, self._sealed, self._log_label):
            roots[bucket] = bucket_root(octets)
            rows.append((bucket, roots[bucket], octets))
        self._crown = Crown(roots.items())
        if self._crown.root != root:
            raise _damaged("the entries do not lead to the map that was sealed")
        add_buckets(connection, rows)

    def _last_seal(self, connection: Connection, size: int) -> tuple[int, bytes]:
        """Return the index after the last seal, and the root it names."""
        row = connection.execute(select_last_seal(size)).one_or_none()
        return (row.position + 1, Leaf.parse(row.leaf).commitment) if row else (0, EMPTY_MAP)

    def _read_unsealed(self, connection: Connection, size: int) -> None:
        since = and_(entries.c.position >= self._sealed, entries.c.position < size)
        columns = select(entries.c.label, entries.c.number, entries.c.leaf)
        rows = connection.execute(columns.where(since).order_by(entries.c.position))
        self._ends, self.unsealed = {}, 0
        for label, number, leaf in rows:
            if label != self._log_label:
                self._ends[label] = LabelEnd(number, leaf_hash(leaf))
                self.unsealed += 1


def write_seal(connection: Connection, seal: Seal) -> None:
    """Write the buckets of a seal; its entry is written with the batch."""
    add_buckets(connection, [row for row in seal.rows if row[0] not in seal.stored])
    change_buckets(connection, [row for row in seal.rows if row[0] in seal.stored])


def _damaged(detail: str) -> ConsentError:
    return ConsentError(ConsentFailure.STORE_DAMAGED, detail)
