"""Holding two copies of one log against each other: the same, one the continuation, or a split.

A log that shows two histories signs both. Two checkpoints by its key, of which neither continues
the other, prove that by themselves: no honest mistake makes them (tlog-checkpoint: a log never
signs inconsistent checkpoints). So a split view is told with both, word for word.

A side is a copy with its tiles, or a checkpoint alone. Of two sizes, the larger side's tiles are
needed: from them the root at the smaller size is computed again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from consent.auditing.order import Read
from consent.errors import ConsentError, ConsentFailure
from consent.tlog.checkpoint import Checkpoint, open_checkpoint
from consent.tlog.merkle import fold, frontier_of, root_of
from consent.tlog.tiles import WIDTH, TileAddress, decode_hashes, width_at
from consent.tlog.verifier_key import VerifierKey
from keys.json_value import JsonObject, JsonValue


class Relation(StrEnum):
    """How two views of one log stand to each other."""

    SAME = "same"
    FIRST_CONTINUES = "the first continues the second"
    SECOND_CONTINUES = "the second continues the first"
    SPLIT = "split view"


@dataclass(frozen=True, slots=True)
class Side:
    """One view: its signed checkpoint, and its files (None: the checkpoint is all there is)."""

    name: str
    note: str
    read: Read | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two views have in common; ``notes`` are their checkpoints as they were signed.

    ``first_difference`` is the first entry that is not the same on both sides; None where there
    is none, or where a side without tiles cannot tell.
    """

    relation: Relation
    sizes: tuple[int, int]
    first_difference: int | None
    notes: tuple[str, str]

    @property
    def ok(self) -> bool:
        """Whether both may be views of one history."""
        return self.relation is not Relation.SPLIT

    def first_line(self) -> str:
        """Return the sentence that says how they stand to each other."""
        one, other = self.sizes
        if self.ok:
            return f"{self.relation.value}: {one} and {other} entries, one history"
        common = f"the first {min(self.sizes)} entries are not the same"
        if self.first_difference is not None:
            common = f"entry {self.first_difference} is the first that differs"
        return f"{self.relation.value}: {common}; the log signed both checkpoints"

    def as_dict(self) -> JsonObject:
        """Return ``{"ok", "relation", "sizes", "first_difference", "checkpoints"}``."""
        return {
            "ok": self.ok,
            "relation": self.relation.value,
            "sizes": list[JsonValue](self.sizes),
            "first_difference": self.first_difference,
            "checkpoints": list[JsonValue](self.notes),
        }


@dataclass(frozen=True, slots=True)
class _Opened:
    side: Side
    checkpoint: Checkpoint


def compare(one: Side, other: Side, *, log_key: VerifierKey) -> Comparison:
    """Return how two views of the log with this key stand to each other.

    Raises `ConsentError`: as `open_checkpoint` for a side the log has not signed; store_damaged
    for a side whose tiles are not those of its own checkpoint; not_found where tiles are needed
    and no side has them.
    """
    first, second = (_open(side, log_key) for side in (one, other))
    sizes = first.checkpoint.size, second.checkpoint.size
    small, large = (first, second) if sizes[0] <= sizes[1] else (second, first)
    size = small.checkpoint.size
    notes = one.note, other.note
    if _root(large, size) != small.checkpoint.root:
        return Comparison(Relation.SPLIT, sizes, _first_difference(small, large), notes)
    match sizes[0] - sizes[1]:
        case 0:
            relation = Relation.SAME
        case more if more > 0:
            relation = Relation.FIRST_CONTINUES
        case _:
            relation = Relation.SECOND_CONTINUES
    return Comparison(relation, sizes, None, notes)


def _open(side: Side, log_key: VerifierKey) -> _Opened:
    opened = _Opened(side, open_checkpoint(side.note, log_key=log_key))
    size = opened.checkpoint.size
    if side.read is not None and _computed(opened, side.read, size) != opened.checkpoint.root:
        raise ConsentError(
            ConsentFailure.STORE_DAMAGED, f"{side.name}: its tiles do not lead to its signed root"
        )
    return opened


def _root(large: _Opened, size: int) -> bytes:
    """Return the root when the larger side had ``size`` entries."""
    if size == large.checkpoint.size:
        return large.checkpoint.root
    if large.side.read is None:
        raise ConsentError(
            ConsentFailure.NOT_FOUND,
            f"{large.side.name} is a checkpoint alone: a copy of that size is needed",
        )
    return _computed(large, large.side.read, size)


def _computed(opened: _Opened, read: Read, size: int) -> bytes:
    full: list[bytes] = []
    last: list[bytes] = []
    for start, hashes in _tiles(opened.checkpoint, read):
        if start >= size:
            break
        counted = hashes[: size - start]
        if len(counted) == WIDTH:
            full.append(root_of(counted))
        else:
            last = counted
    return fold(frontier_of(full) + frontier_of(last))


def _first_difference(small: _Opened, large: _Opened) -> int | None:
    if small.side.read is None or large.side.read is None:
        return None
    size = small.checkpoint.size
    pairs = zip(
        _tiles(small.checkpoint, small.side.read),
        _tiles(large.checkpoint, large.side.read),
        strict=False,
    )
    differing = (
        start + at
        for (start, ours), (_, theirs) in pairs
        if ours != theirs
        for at, (one, other) in enumerate(zip(ours, theirs, strict=False))
        if one != other and start + at < size
    )
    return next(differing, None)


def _tiles(checkpoint: Checkpoint, read: Read) -> Iterator[tuple[int, list[bytes]]]:
    """Return the lowest tiles with the index of the first entry of each; empty where missing."""
    for index in range(-(-checkpoint.size // WIDTH)):
        tile = TileAddress(0, index, width_at(0, index, checkpoint.size))
        yield tile.start, decode_hashes(read(tile.path()) or b"")[: tile.width]
