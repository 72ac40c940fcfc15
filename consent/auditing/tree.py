"""Walking a copied log once, entry by entry and tile by tile, and naming what does not fit.

Two files hold each entry: the bundle its octets, the tile its hash. Where they disagree, the level
above (or, at the right edge, the signed root's own path) says which of them is wrong, so one
flipped bit is laid at the door of exactly one entry or one hash.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import takewhile

from consent.auditing.order import PROBLEM_LIMIT, Read
from consent.auditing.report import Problem
from consent.tlog.merkle import HASH_SIZE, fold, frontier_of, leaf_hash, root_of
from consent.tlog.tiles import (
    LEVELS,
    WIDTH,
    TileAddress,
    bundles,
    decode_bundle,
    decode_hashes,
    level_tiles,
    width_at,
)

Take = Callable[[int, Sequence[bytes], Sequence[bytes]], None]


@dataclass(frozen=True, slots=True)
class AuditedTree:
    """The roots that the copy's own octets lead to, and every place that does not fit."""

    root: bytes
    older_root: bytes
    problems: tuple[Problem, ...]


def walk(
    read: Read, *, size: int, expected_root: bytes, older_size: int, take: Take | None = None
) -> AuditedTree:
    """Return the tree of the first ``size`` entries, and its root when it had ``older_size``.

    ``take`` is handed every bundle's first index, entries and leaf hashes, in order.
    """
    run = _Walk(read, size, expected_root, take)
    older: list[bytes] = []
    for bundle in takewhile(run.goes_on, bundles(size)):
        hashes = run.bundle(bundle)
        if bundle.index == older_size // WIDTH:
            older = hashes[: older_size % WIDTH]
    run.upper_levels()
    return AuditedTree(
        root=fold(frontier_of(run.full) + frontier_of(run.last)),
        older_root=fold(frontier_of(run.full[: older_size // WIDTH]) + frontier_of(older)),
        problems=tuple(run.problems[:PROBLEM_LIMIT]),
    )


class _Walk:
    """``full`` are the roots of full bundles so far, ``last`` the leaf hashes of a partial one."""

    def __init__(
        self, read: Read, size: int, expected_root: bytes, take: Take | None = None
    ) -> None:
        self._read = read
        self._take = take
        self._size = size
        self._expected_root = expected_root
        self.full: list[bytes] = []
        self.last: list[bytes] = []
        self.problems: list[Problem] = []

    def goes_on(self, _next: TileAddress) -> bool:
        """Tell whether to read on: a hostile copy can name more files than there is time for."""
        return len(self.problems) < PROBLEM_LIMIT

    def bundle(self, bundle: TileAddress) -> list[bytes]:
        """Take in a bundle and its tile; return the leaf hashes that count."""
        tile = TileAddress(0, bundle.index, bundle.width)
        leaves, rest = decode_bundle(self._file(bundle))
        own, kept = [leaf_hash(leaf) for leaf in leaves], self._hashes(tile)
        sound = own == kept and not rest and len(own) == bundle.width
        found = len(self.problems)
        hashes = own if sound else self._blame(bundle, own, kept)
        if not sound and len(self.problems) == found:
            self._found(bundle.start, f"{bundle.path()}: {rest} octets belong to no entry")
        if self._take is not None:
            self._take(bundle.start, leaves, hashes)
        if bundle.width == WIDTH:
            self.full.append(root_of(hashes))
        else:
            self.last = hashes
        return hashes

    def upper_levels(self) -> None:
        """Compare the tiles above the lowest with the bundles' roots."""
        hashes = self.full
        for level in range(1, LEVELS):
            for tile in takewhile(self.goes_on, level_tiles(level, self._size)):
                expected = hashes[tile.start : tile.start + tile.width]
                self._compare(tile, expected, self._hashes(tile))
            whole = len(hashes) - len(hashes) % WIDTH
            hashes = [root_of(hashes[at : at + WIDTH]) for at in range(0, whole, WIDTH)]

    def _file(self, address: TileAddress) -> bytes:
        octets = self._read(address.path())
        if not octets:
            first = address.start << 8 * (address.level or 0)
            what = "the file is missing" if octets is None else "the file is empty"
            self._found(first, f"{address.path()}: {what}")
        return octets or b""

    def _hashes(self, tile: TileAddress) -> list[bytes]:
        octets = self._file(tile)
        if octets and len(octets) != tile.width * HASH_SIZE:
            expected = tile.width * HASH_SIZE
            self._found(None, f"{tile.path()}: {expected} octets were expected, not {len(octets)}")
        return decode_hashes(octets)

    def _blame(self, bundle: TileAddress, own: list[bytes], kept: list[bytes]) -> list[bytes]:
        """Say which of bundle and tile is wrong, and return the hashes of the other."""
        if len(kept) == bundle.width and self._fits(bundle, kept):
            self._blame_entries(bundle, own, kept)
            return kept
        if len(own) == bundle.width and self._fits(bundle, own):
            self._compare(TileAddress(0, bundle.index, bundle.width), own, kept)
            return own
        for at in _differing(own, kept) or [0]:
            index = bundle.start + at
            self._found(index, f"entry {index}: its octets, its hash and the root disagree")
        return kept

    def _blame_entries(self, bundle: TileAddress, own: list[bytes], kept: list[bytes]) -> None:
        differing = _differing(own, kept)
        if len(own) == len(kept):
            for at in differing:
                index = bundle.start + at
                self._found(index, f"entry {index}: its octets are not those that were signed")
        else:
            index = bundle.start + min(*differing, len(own), len(kept) - 1)
            self._found(index, f"entry {index}: its length is wrong; the rest cannot be read")

    def _fits(self, bundle: TileAddress, hashes: Sequence[bytes]) -> bool:
        """Tell whether leaf hashes lead to what stands above them."""
        if bundle.width < WIDTH:
            return fold(frontier_of(self.full) + frontier_of(hashes)) == self._expected_root
        index, at = divmod(bundle.index, WIDTH)
        above = TileAddress(1, index, width_at(1, index, self._size))
        return decode_hashes(self._read(above.path()) or b"")[at : at + 1] == [root_of(hashes)]

    def _compare(
        self, tile: TileAddress, expected: Sequence[bytes], found: Sequence[bytes]
    ) -> None:
        per_hash = 1 << 8 * (tile.level or 0)
        for at in _differing(expected, found):
            first = (tile.start + at) * per_hash
            last = first + per_hash - 1
            what = f"{tile.path()}: hash {at}, over entries {first} to {last}, is wrong"
            self._found(first, what, last=last if per_hash > 1 else None)

    def _found(self, index: int | None, what: str, *, last: int | None = None) -> None:
        if len(self.problems) < PROBLEM_LIMIT:
            self.problems.append(Problem(index, what, last))


def _differing(one: Sequence[bytes], other: Sequence[bytes]) -> list[int]:
    """Return the places where two lists differ, as far as both go."""
    return [at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b]
