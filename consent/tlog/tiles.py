"""Where the log's static files are, and what is in them (C2SP tlog-tiles).

    tile/0/x001/234          256 hashes of level 0: entries 315,904 to 316,159
    tile/1/000.p/3           the first three hashes of level 1, each over 256 of level 0
    tile/entries/x001/234    the 256 entries themselves, each after its length in two octets

A full tile never changes. A partial one (``.p/<width>``) is there for every size that was ever
published, and is never hashed into a tile above.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from consent.errors import ConsentError, ConsentFailure
from consent.tlog.merkle import HASH_SIZE

WIDTH = 256
# Entries of 256^8 would need more levels than that; tlog-tiles allows up to 63.
LEVELS = 8
ENTRIES = "entries"

_LENGTH_SIZE = 2
_GROUP = 1000
_PATH = re.compile(
    r"tile/(?P<level>entries|[0-9]|[1-5][0-9]|6[0-3])/(?P<index>(?:x[0-9]{3}/){0,6}[0-9]{3})"
    r"(?:\.p/(?P<width>[1-9][0-9]{0,2}))?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class TileAddress:
    """One file: ``level`` None for a bundle of entries, ``width`` 256 for a full tile."""

    level: int | None
    index: int
    width: int

    @classmethod
    def parse(cls, path: str) -> Self:
        """Read a path below the log's address, or raise `ConsentError` (not_found)."""
        match = _PATH.fullmatch(path)
        if match is None:
            raise _not_found()
        level = None if match["level"] == ENTRIES else int(match["level"])
        index = int(match["index"].replace("x", "").replace("/", ""))
        width = int(match["width"] or WIDTH)
        address = cls(level, index, width)
        if address.path() != path:  # groups of leading zeros, a partial tile of full width
            raise _not_found()
        return address

    def path(self) -> str:
        """Return the path of the file."""
        groups = [f"{self.index % _GROUP:03d}"]
        rest = self.index // _GROUP
        while rest:
            groups.append(f"x{rest % _GROUP:03d}")
            rest //= _GROUP
        level = ENTRIES if self.level is None else self.level
        partial = f".p/{self.width}" if self.width < WIDTH else ""
        return f"tile/{level}/{'/'.join(reversed(groups))}{partial}"

    @property
    def start(self) -> int:
        """The first hash (or entry) of the tile, counted at the tile's level."""
        return self.index * WIDTH


def width_at(level: int, index: int, size: int) -> int:
    """Return how many hashes of a level's tile a tree of ``size`` entries has, 0 to 256."""
    hashes = size >> (8 * level)
    return max(0, min(WIDTH, hashes - index * WIDTH))


def level_tiles(level: int, size: int) -> Iterator[TileAddress]:
    """Return the tiles of one level that a tree of ``size`` entries has, left to right."""
    hashes = size >> (8 * level)
    for index in range((hashes + WIDTH - 1) // WIDTH):
        yield TileAddress(level, index, width_at(level, index, size))


def bundles(size: int) -> Iterator[TileAddress]:
    """Return the entry bundles of a tree of ``size`` entries, left to right."""
    for tile in level_tiles(0, size):
        yield TileAddress(None, tile.index, tile.width)


def files(size: int) -> Iterator[TileAddress]:
    """Return every file of a tree of ``size`` entries."""
    yield from bundles(size)
    for level in range(LEVELS):
        yield from level_tiles(level, size)


def encode_bundle(entries: Iterable[bytes]) -> bytes:
    """Return an entry bundle: each entry after its length, two octets, the high one first."""
    return b"".join(len(entry).to_bytes(_LENGTH_SIZE, "big") + entry for entry in entries)


def decode_bundle(octets: bytes) -> tuple[list[bytes], int]:
    """Return the entries of a bundle, and how many octets at its end make no whole entry."""
    entries = []
    position = 0
    while position + _LENGTH_SIZE <= len(octets):
        start = position + _LENGTH_SIZE
        end = start + int.from_bytes(octets[position:start], "big")
        if end > len(octets):
            break
        entries.append(octets[start:end])
        position = end
    return entries, len(octets) - position


def encode_hashes(hashes: Sequence[bytes]) -> bytes:
    """Return a hash tile."""
    return b"".join(hashes)


def decode_hashes(octets: bytes) -> list[bytes]:
    """Return the whole hashes of a tile; what follows them is left out."""
    whole = len(octets) - len(octets) % HASH_SIZE
    return [octets[at : at + HASH_SIZE] for at in range(0, whole, HASH_SIZE)]


def _not_found() -> ConsentError:
    return ConsentError(ConsentFailure.NOT_FOUND, "the log has no such file")
