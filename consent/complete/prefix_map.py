"""A map from label to (count, chain head) as a hash tree: a crit-bit tree over the labels' bits.

    leaf  = SHA-256(0x00 || label || uint64 count || chain head)
    inner = SHA-256(0x01 || uint16 depth || left || right)
    empty = SHA-256("")

``depth`` is the first bit, counted from the left and from 0, in which two labels below an inner
node differ; labels with 0 there are on the left. So one set of labels has one tree and one root,
however and in whatever order it was stored: anyone who replays the log gets the same.

A lookup goes down by the bits of the label that is looked for. In a tree made by the rule above it
ends at that label, or at another one, and then the label is not in the map.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from itertools import pairwise
from typing import Final

from consent.errors import ConsentError, ConsentFailure

EMPTY_MAP: Final = sha256(b"").digest()
LABEL_SIZE: Final = 32
LABEL_BITS: Final = 8 * LABEL_SIZE

_DEPTHS: Final = tuple(b"\x01" + depth.to_bytes(2, "big") for depth in range(LABEL_BITS))


@dataclass(frozen=True, slots=True)
class MapEnd:
    """What the map holds of a label: ``count`` entries, ``head`` the leaf hash of the last one."""

    label: bytes
    count: int
    head: bytes

    def hash(self) -> bytes:
        """Return the hash of the map's leaf."""
        return end_hash(self.label, self.count, self.head)


@dataclass(frozen=True, slots=True)
class Step:
    """An inner node on the way down: the depth of its bit, and the hash on the other side."""

    depth: int
    sibling: bytes


@dataclass(frozen=True, slots=True)
class Lookup:
    """The way down by a label's bits, from the root to ``end``; None in the empty map."""

    end: MapEnd | None
    path: tuple[Step, ...]

    def verify(self, label: bytes, *, expected_root: bytes) -> MapEnd | None:
        """Return the end of ``label``, or None if the map has no such label.

        Says nothing about whether the tree was made by the rule: whoever replays the log does.
        Raises `ConsentError` (proof_invalid).
        """
        if self.end is None:
            if self.path:
                raise _invalid("an empty map has no path")
            _check_root(EMPTY_MAP, expected_root)
            return None
        depths = [step.depth for step in self.path]
        if not all(above < below for above, below in pairwise([-1, *depths, LABEL_BITS])):
            raise _invalid("depths grow on the way down, and end before the label does")
        root = self.end.hash()
        for step in reversed(self.path):
            if bit_of(self.end.label, step.depth) != bit_of(label, step.depth):
                raise _invalid("the path does not follow the label's bits")
            root = (
                inner_hash(step.depth, step.sibling, root)
                if bit_of(label, step.depth)
                else inner_hash(step.depth, root, step.sibling)
            )
        _check_root(root, expected_root)
        return self.end if self.end.label == label else None


def end_hash(label: bytes, count: int, head: bytes) -> bytes:
    """Return the hash of a map's leaf."""
    return sha256(b"\x00" + label + count.to_bytes(8, "big") + head).digest()


def inner_hash(depth: int, left: bytes, right: bytes) -> bytes:
    """Return the hash of a node whose sides differ in bit ``depth``."""
    return sha256(_DEPTHS[depth] + left + right).digest()


def bit_of(label: bytes, depth: int) -> int:
    """Return one bit of a label, counted from the left."""
    return label[depth >> 3] >> (7 - (depth & 7)) & 1


def first_difference(one: bytes, other: bytes) -> int:
    """Return the first bit in which two different labels differ."""
    return LABEL_BITS - (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).bit_length()


def root_over(labels: Sequence[bytes], hashes: Sequence[bytes]) -> bytes:
    """Return the root over leaves in the order of their labels; `EMPTY_MAP` over none."""
    if not hashes:
        return EMPTY_MAP
    roots, depths = [hashes[0]], list[int]()
    left = int.from_bytes(labels[0], "big")
    for label, leaf in zip(labels[1:], hashes[1:], strict=True):
        right = int.from_bytes(label, "big")
        depth = LABEL_BITS - (left ^ right).bit_length()
        # What differs further down than this one is a finished subtree on its left.
        while depths and depths[-1] > depth:
            below = roots.pop()
            roots[-1] = sha256(_DEPTHS[depths.pop()] + roots[-1] + below).digest()
        depths.append(depth)
        roots.append(leaf)
        left = right
    while depths:
        below = roots.pop()
        roots[-1] = sha256(_DEPTHS[depths.pop()] + roots[-1] + below).digest()
    return roots[0]


def way_down(
    label: bytes, labels: Sequence[bytes], hashes: Sequence[bytes]
) -> tuple[int, tuple[Step, ...]]:
    """Return where a lookup among ordered labels ends, and the steps there; at least one label."""
    start, end = 0, len(labels)
    steps = []
    while end - start > 1:
        depth = first_difference(labels[start], labels[end - 1])
        right = partial(_bit_at, depth)
        middle = bisect_left(labels, 1, start, end, key=right)
        if bit_of(label, depth):
            other, start = slice(start, middle), middle
        else:
            other, end = slice(middle, end), middle
        steps.append(Step(depth, root_over(labels[other], hashes[other])))
    return start, tuple(steps)


def _bit_at(depth: int, label: bytes) -> int:
    return bit_of(label, depth)


def _check_root(root: bytes, expected: bytes) -> None:
    if root != expected:
        raise _invalid("the lookup leads to another root")


def _invalid(detail: str) -> ConsentError:
    return ConsentError(ConsentFailure.PROOF_INVALID, f"the map: {detail}")
