"""The same map, kept so that a change costs what it touches: 65,536 buckets and a crown above.

A bucket holds the labels that begin with the same 16 bits, in order, as one string of octets:

    label || map leaf hash || label || map leaf hash || …

The crown is the tree above the buckets, 4 MiB whatever is in them. Neither shows in the root: a
node with one empty side is the other side, which is what `consent.complete.prefix_map` says.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from consent.complete.prefix_map import EMPTY_MAP, LABEL_SIZE, Step, inner_hash, root_over
from consent.tlog.merkle import HASH_SIZE

# 8 labels a bucket in a log of half a million; the crown's memory doubles with every bit.
BUCKET_BITS: Final = 16
BUCKETS: Final = 1 << BUCKET_BITS

_ROW: Final = LABEL_SIZE + HASH_SIZE
_NONE: Final = bytes(HASH_SIZE)


def bucket_of(label: bytes) -> int:
    """Return the bucket of a label."""
    return int.from_bytes(label[: BUCKET_BITS // 8], "big")


def labels_in(bucket: bytes) -> list[bytes]:
    """Return the labels of a bucket, in order."""
    return [bucket[at : at + LABEL_SIZE] for at in range(0, len(bucket), _ROW)]


def hashes_in(bucket: bytes) -> list[bytes]:
    """Return the map leaf hashes of a bucket, in the order of their labels."""
    return [bucket[at : at + HASH_SIZE] for at in range(LABEL_SIZE, len(bucket), _ROW)]


def bucket_root(bucket: bytes) -> bytes:
    """Return the root over a bucket; `EMPTY_MAP` when it is empty."""
    return root_over(labels_in(bucket), hashes_in(bucket))


def bucket_with(bucket: bytes, hashes: Mapping[bytes, bytes]) -> bytes:
    """Return the bucket after map leaf hashes were set, by label."""
    rows = dict(zip(labels_in(bucket), hashes_in(bucket), strict=True))
    rows.update(hashes)
    return b"".join([label + rows[label] for label in sorted(rows)])


class Crown:
    """The tree above the buckets; node 1 is the root, and node ``n`` stands over 2n and 2n + 1."""

    def __init__(self, roots: Iterable[tuple[int, bytes]] = ()) -> None:
        self._nodes = bytearray(2 * BUCKETS * HASH_SIZE)
        self.put(self.changed(dict(roots)))

    @property
    def root(self) -> bytes:
        """The root of the whole map."""
        return _shown(self._at(1))

    def bucket(self, bucket: int) -> bytes:
        """Return the root of a bucket; `EMPTY_MAP` when it is empty."""
        return _shown(self._at(BUCKETS + bucket))

    def changed(self, roots: Mapping[int, bytes]) -> dict[int, bytes]:
        """Return the nodes that change with the roots of these buckets; changes nothing."""
        new = {BUCKETS + bucket: root for bucket, root in roots.items()}
        touched = set(new)
        for _ in range(BUCKET_BITS):
            touched = {node >> 1 for node in touched}
            for node in touched:
                left, right = 2 * node, 2 * node + 1
                new[node] = _over(
                    node, new.get(left) or self._at(left), new.get(right) or self._at(right)
                )
        return new

    def put(self, nodes: Mapping[int, bytes]) -> None:
        """Set what `changed` returned."""
        for node, octets in nodes.items():
            self._nodes[node * HASH_SIZE : (node + 1) * HASH_SIZE] = octets

    def way_down(self, label: bytes) -> tuple[int, tuple[Step, ...]]:
        """Return the bucket where a lookup by the label's bits ends, and the steps there."""
        prefix, node, steps = bucket_of(label), 1, []
        for depth in range(BUCKET_BITS):
            wanted = 2 * node | prefix >> (BUCKET_BITS - 1 - depth) & 1
            here, beside = self._at(wanted), self._at(wanted ^ 1)
            if _NONE not in (here, beside):
                steps.append(Step(depth, beside))
            node = wanted if here != _NONE else wanted ^ 1
        return node - BUCKETS, tuple(steps)

    def _at(self, node: int) -> bytes:
        return bytes(self._nodes[node * HASH_SIZE : (node + 1) * HASH_SIZE])


def _over(node: int, left: bytes, right: bytes) -> bytes:
    if left == _NONE:
        return right
    if right == _NONE:
        return left
    return inner_hash(node.bit_length() - 1, left, right)


def _shown(node: bytes) -> bytes:
    return EMPTY_MAP if node == _NONE else node
