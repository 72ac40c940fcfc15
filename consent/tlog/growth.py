"""A batch of entries joining the tree, with everything that follows from it computed once.

For a batch of 64 in a tree of a million, appending leaf by leaf and proving each entry on its own
would hash and look up twenty levels 64 times over. Here each level is visited once: the new nodes,
the root, the finished tiles and all audit paths come out of the same pass.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from consent.tlog.merkle import node_hash

# A hash tile of tlog-tiles is eight levels high.
_TILE_HEIGHT = 8


@dataclass(frozen=True, slots=True)
class Edge:
    """The right edge of a tree: its size and its complete subtrees, largest first."""

    size: int
    hashes: tuple[bytes, ...]

    def by_level(self) -> dict[int, bytes]:
        """Return the subtrees by their height: one for each one-bit of the size."""
        levels = [level for level in range(self.size.bit_length()) if self.size >> level & 1]
        return dict(zip(reversed(levels), self.hashes, strict=True))


@dataclass(frozen=True, slots=True)
class Subtree:
    """The root over ``256 ** level`` entries, the ``index``-th such from the left."""

    level: int
    index: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Growth:
    """A tree after a batch: ``levels[k]`` is (index of the first, nodes) at height ``k``.

    Only nodes that the batch touched, and the left neighbours their parents needed; the last node
    of a level may be the root of an incomplete subtree, promoted from below.
    """

    old: Edge
    size: int
    levels: tuple[tuple[int, list[bytes]], ...]

    @property
    def root(self) -> bytes:
        """The root of the tree after the batch."""
        return self.levels[-1][1][0]

    def edge(self) -> Edge:
        """Return the right edge after the batch."""
        kept = self.old.by_level()
        hashes = []
        for level in reversed(range(self.size.bit_length())):
            if not self.size >> level & 1:
                continue
            index = (self.size >> level) - 1
            start, nodes = self.levels[level]
            hashes.append(nodes[index - start] if index >= start else kept[level])
        return Edge(self.size, tuple(hashes))

    def finished(self) -> Iterator[Subtree]:
        """Return the roots of the tiles that the batch completed, for the tiles above."""
        height, level = _TILE_HEIGHT, 1
        while self.size >> height > self.old.size >> height:
            start, nodes = self.levels[height]
            for index in range(self.old.size >> height, self.size >> height):
                yield Subtree(level, index, nodes[index - start])
            height, level = height + _TILE_HEIGHT, level + 1

    def proofs(self) -> list[tuple[bytes, ...]]:
        """Return the audit path of every new entry, in order (RFC 6962 section 2.1.1)."""
        tails: list[tuple[bytes, ...]] = [()]
        above = 0
        for start, nodes in reversed(self.levels[:-1]):
            count = len(nodes)
            paths = []
            for position in range(count):
                # Levels start at an even index, so a sibling is the other one of its pair.
                sibling = position ^ 1
                tail = tails[(start + position >> 1) - above]
                paths.append((nodes[sibling], *tail) if sibling < count else tail)
            tails, above = paths, start
        return tails[self.old.size - above :]


def grow(old: Edge, leaves: Sequence[bytes]) -> Growth:
    """Return the tree after appending ``leaves`` (leaf hashes, at least one)."""
    left = old.by_level()
    levels = []
    start, nodes, count = old.size, list(leaves), old.size + len(leaves)
    level = 0
    while count > 1:
        if start & 1:
            start -= 1
            nodes.insert(0, left[level])
        levels.append((start, nodes))
        parents = [node_hash(nodes[at], nodes[at + 1]) for at in range(0, len(nodes) - 1, 2)]
        if len(nodes) & 1:
            parents.append(nodes[-1])
        start, nodes, count, level = start >> 1, parents, count + 1 >> 1, level + 1
    levels.append((start, nodes))
    return Growth(old, old.size + len(leaves), tuple(levels))


EMPTY_EDGE = Edge(0, ())
