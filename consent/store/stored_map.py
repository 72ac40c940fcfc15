"""The map as of the last seal, as a process has it: the crown in memory, the buckets in the table.

No bucket is used that does not lead to the sealed root. One that does not is made again from the
entries; where that does not lead there either, entries and seal contradict each other.
"""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection, and_, select

from consent.complete.buckets import Crown, bucket_of, bucket_root, hashes_in, labels_in
from consent.complete.prefix_map import EMPTY_MAP, Lookup, MapEnd, way_down
from consent.errors import ConsentError, ConsentFailure
from consent.forms.entry import Leaf
from consent.store.map_table import (
    BUCKET,
    END,
    LAST_SEAL,
    buckets_of_entries,
    clear_buckets,
    put_buckets,
    select_buckets,
    select_roots,
)
from consent.store.tables import entries
from consent.tlog.merkle import leaf_hash

# Entries whose buckets are asked for one by one; beyond, reading all roots is quicker.
FOLLOWED: Final = 10_000


class StoredMap:
    """The crown over the stored buckets; ``sealed`` is the index after the last seal, 0 before."""

    def __init__(self, log_label: bytes) -> None:
        self.log_label = log_label
        self.crown = Crown()
        self.sealed = 0

    def load(self, connection: Connection, size: int) -> bytes:
        """Read all roots among ``size`` entries; return the root that the last seal names."""
        self.sealed, root = _last_seal(connection, size)
        self.crown = Crown((bucket, of) for bucket, of in connection.execute(select_roots()))
        return root

    def follow(self, connection: Connection, size: int) -> bytes:
        """Catch up with seals that others wrote; return the root that the last seal names."""
        sealed, root = _last_seal(connection, size)
        if sealed - self.sealed > FOLLOWED:
            return self.load(connection, size)
        if sealed != self.sealed:
            between = and_(entries.c.position >= self.sealed, entries.c.position < sealed)
            labels = connection.execute(select(entries.c.label).where(between)).scalars()
            rows = connection.execute(select_buckets(list(set(map(bucket_of, labels)))))
            self.crown.put(self.crown.changed({bucket: of for bucket, of, _ in rows}))
            self.sealed = sealed
        return root

    def forget(self) -> None:
        """Begin anew with the next `follow`: what was read is not what was sealed."""
        self.crown = Crown()
        self.sealed = 0

    def rebuild(self, connection: Connection, root: bytes) -> None:
        """Make all buckets again from the entries.

        Raises `ConsentError` (store_damaged) when they do not lead to ``root`` either.
        """
        made = dict(buckets_of_entries(connection, self.sealed, self.log_label))
        roots = {bucket: bucket_root(octets) for bucket, octets in made.items()}
        self.crown = Crown(roots.items())
        if self.crown.root != root:
            raise _damaged("the entries do not lead to the map that was sealed")
        clear_buckets(connection)
        put_buckets(connection, [(bucket, roots[bucket], made[bucket]) for bucket in made])

    def stored(self, connection: Connection, buckets: Iterable[int]) -> dict[int, bytes]:
        """Return the buckets that have a row, unchecked."""
        rows = connection.execute(select_buckets(list(buckets)))
        return {bucket: octets for bucket, _, octets in rows}

    def checked(self, connection: Connection, bucket: int, octets: bytes) -> bytes:
        """Return a bucket that leads to the sealed root: the one stored, or one made again.

        Raises `ConsentError` (store_damaged).
        """
        expected = self.crown.bucket(bucket)
        if bucket_root(octets) == expected:
            return octets
        made = buckets_of_entries(connection, self.sealed, self.log_label, only=bucket)
        again = next((of_entries for _, of_entries in made), b"")
        if bucket_root(again) != expected:
            raise _damaged(f"bucket {bucket} of the map is not the one that was sealed")
        return again

    def look_up(self, connection: Connection, label: bytes) -> Lookup:
        """Return the way down by a label's bits; there is a seal, so there is a label.

        Raises `ConsentError` (store_damaged).
        """
        bucket, above = self.crown.way_down(label)
        stored = b"".join(BUCKET.octets(connection, wanted=bucket))
        octets = self.checked(connection, bucket, stored)
        labels, hashes = labels_in(octets), hashes_in(octets)
        at, below = way_down(label, labels, hashes)
        found = END.rows(connection, of_label=labels[at], before=self.sealed)
        ends = [MapEnd(labels[at], number, leaf_hash(leaf)) for number, leaf in found]
        if [end.hash() for end in ends] != [hashes[at]]:
            raise _damaged(f"the last entry of a label in bucket {bucket} is not the sealed one")
        return Lookup(ends[0], above + below)


def _last_seal(connection: Connection, size: int) -> tuple[int, bytes]:
    for position, leaf in LAST_SEAL.rows(connection, size=size):
        return position + 1, Leaf.parse(leaf).commitment
    return 0, EMPTY_MAP


def _damaged(detail: str) -> ConsentError:
    return ConsentError(ConsentFailure.STORE_DAMAGED, detail)
