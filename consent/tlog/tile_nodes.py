"""One tile of tlog-tiles with all complete subtrees above its hashes, packed.

A full tile is 256 hashes and the 255 nodes over them: 16 KiB in nine strings, from which a proof
takes slices. Kept as separate objects it would be three times as much.
"""

from hashlib import sha256

from consent.tlog.merkle import HASH_SIZE

_PAIR = 2 * HASH_SIZE


class TileNodes:
    """``rows[height]`` are the nodes that many levels above the tile's own, from left to right."""

    __slots__ = ("rows",)

    def __init__(self, hashes: bytes) -> None:
        self.rows = [hashes]
        while len(hashes) >= _PAIR:
            hashes = b"".join(
                [
                    sha256(b"\x01" + hashes[at : at + _PAIR]).digest()
                    for at in range(0, len(hashes) - HASH_SIZE, _PAIR)
                ]
            )
            self.rows.append(hashes)

    def node(self, height: int, index: int) -> bytes:
        """Return one node; both count within the tile."""
        return self.rows[height][index * HASH_SIZE : (index + 1) * HASH_SIZE]

    def frontier(self) -> list[bytes]:
        """Return the complete subtrees over all hashes, from the largest to the smallest."""
        width = len(self.rows[0]) // HASH_SIZE
        heights = [height for height in range(len(self.rows)) if width >> height & 1]
        return [self.node(height, (width >> height) - 1) for height in reversed(heights)]
