"""What stands *in* the entries, read in their order: labels' chains, map roots, how many of what.

The tree (`consent.auditing.tree`) says that the octets are those that were signed; this says that
what is written in them hangs together. Neither needs the other, so a large copy can be read by
two processes at once: the hashes come from the tiles, whose truth the tree's side establishes.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from consent.auditing.chains import Chains
from consent.auditing.replay import MapReplay
from consent.auditing.report import Problem
from consent.errors import ConsentError
from consent.forms.entry import EntryType, Leaf
from consent.tlog.tiles import TileAddress, bundles, decode_bundle, decode_hashes

# More would not be read, and a hostile copy must not fill the auditor's memory.
PROBLEM_LIMIT: Final = 1000

Read = Callable[[str], bytes | None]


@dataclass(frozen=True, slots=True)
class Followed:
    """What the entries say together; ``counts`` are of each type that occurs, in its own order.

    ``seals`` is the first map that is not that of the entries: no fault of its own when there are
    other problems, because the map follows from the entries.
    """

    problems: tuple[Problem, ...]
    counts: tuple[tuple[EntryType, int], ...]
    seals: tuple[Problem, ...]


class Order:
    """The entries so far, as a whole; ``log_label`` is that of what the log says of itself."""

    def __init__(self, log_label: bytes) -> None:
        self._chains = Chains()
        self._map = MapReplay(log_label)
        self._unread: list[Problem] = []
        self._counts: Counter[EntryType] = Counter()

    def follow(self, start: int, leaves: Sequence[bytes], hashes: Sequence[bytes]) -> None:
        """Take in entries from index ``start`` on, with their leaf hashes."""
        for index, (octets, leaf_hash) in enumerate(zip(leaves, hashes, strict=False), start):
            try:
                leaf = Leaf.parse(octets)
            except ConsentError as error:
                self._unread.append(Problem(index, f"entry {index}: {error.detail}"))
                continue
            self._counts[leaf.type] += 1
            self._chains.take(index, leaf, leaf_hash)
            self._map.take(index, leaf, leaf_hash)

    def followed(self) -> Followed:
        """Return what was found."""
        found = [*self._unread, *self._chains.problems]
        problems = sorted(found[:PROBLEM_LIMIT], key=lambda problem: problem.index or 0)
        counts = tuple((type_, self._counts[type_]) for type_ in EntryType if self._counts[type_])
        return Followed(tuple(problems), counts, tuple(self._map.problems))


def follow(read: Read, size: int, log_label: bytes) -> Followed:
    """Return what the first ``size`` entries say, with the leaf hashes that the tiles give."""
    order = Order(log_label)
    for bundle in bundles(size):
        octets = read(bundle.path())
        if octets is None:
            # The tree's side names it; without it nothing that follows can be followed.
            break
        hashes = decode_hashes(read(TileAddress(0, bundle.index, bundle.width).path()) or b"")
        order.follow(bundle.start, decode_bundle(octets)[0], hashes)
    return order.followed()
