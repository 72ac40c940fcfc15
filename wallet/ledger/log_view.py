"""Whether the log that is shown today continues the one that was shown before.

A log that shows one history to one person and another to the next has signed both; two checkpoints
of which neither continues the other prove it to anybody.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Final

from consent.errors import ConsentError
from consent.tlog.checkpoint import Checkpoint, open_checkpoint
from consent.tlog.merkle import Node, consistency_proof, root_of, verify_consistency
from consent.tlog.signed_note import NOTE_LIMIT, read_note
from consent.tlog.tiles import WIDTH, TileAddress, decode_hashes, width_at
from wallet.ledger.appending import Log
from wallet.outside.correspondence import Correspondent, UnansweredError

_TILE: Final = "application/octet-stream"
_NOTE: Final = "text/plain"
# 256 hashes of 32 octets.
_TILE_LIMIT: Final = 8192
_TILE_HEIGHT: Final = 8
_OK: Final = 200


class View(StrEnum):
    """What a checkpoint says beside one that was kept.

    first: there was none to compare; continues: one grew out of the other, nothing before has
    changed; split: it did not, and both are signed; shorter: it has lost entries that were shown;
    unchecked: the log's files did not come.
    """

    FIRST = "first"
    CONTINUES = "continues"
    SPLIT = "split"
    SHORTER = "shorter"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, slots=True)
class Seen:
    """A checkpoint as signed, and as read."""

    note: str
    checkpoint: Checkpoint

    @classmethod
    def of(cls, note: str, log: Log) -> "Seen":
        """Return a note of this log, or raise `ConsentError`."""
        return cls(note, open_checkpoint(note, log_key=log.key()))

    @classmethod
    def kept(cls, note: str) -> "Seen":
        """Return a note that was proven when it was kept; the log's key may be another by now."""
        return cls(note, Checkpoint.parse(read_note(note).text))


async def shown_empty(log: Log, correspondent: Correspondent) -> Seen | None:
    """Return the log's checkpoint when it says that nothing was ever written, else None."""
    try:
        answer = await correspondent.get(
            f"{log.url}/consent/log/checkpoint", accept=_NOTE, limit=NOTE_LIMIT
        )
        seen = Seen.of(answer.body.decode("utf-8", "replace"), log)
    except (UnansweredError, ConsentError):
        return None
    return seen if seen.checkpoint.size == 0 else None


async def compare(one: Seen, other: Seen, *, log: Log, correspondent: Correspondent) -> View:
    """Return what two checkpoints of one log say of each other; raises nothing of the world."""
    old, new = sorted((one.checkpoint, other.checkpoint), key=lambda each: each.size)
    if old.size == 0:
        return View.CONTINUES
    if old.size == new.size:
        return View.CONTINUES if old.root == new.root else View.SPLIT
    try:
        proof = await _proof(
            partial(consistency_proof, old.size, new.size), new, log, correspondent
        )
        verify_consistency(
            old.size, new.size, proof, expected_old_root=old.root, expected_root=new.root
        )
    except UnansweredError:
        return View.UNCHECKED
    except ConsentError:
        return View.SPLIT
    return View.CONTINUES


async def _proof(
    make: Callable[[Node], tuple[bytes, ...]],
    tree: Checkpoint,
    log: Log,
    correspondent: Correspondent,
) -> tuple[bytes, ...]:
    """Make a proof twice: to learn which nodes it needs, and with them."""
    nodes: dict[tuple[int, int], bytes] = {}

    def wanted(height: int, position: int) -> bytes:
        return nodes.setdefault((height, position), b"")

    make(wanted)
    tiles: dict[TileAddress, list[bytes]] = {}
    for height, position in nodes:
        level, inside = divmod(height, _TILE_HEIGHT)
        first = position << inside
        tile = TileAddress(level, first // WIDTH, width_at(level, first // WIDTH, tree.size))
        if tile not in tiles:
            tiles[tile] = await _hashes(tile, log, correspondent)
        hashes = tiles[tile][first % WIDTH : first % WIDTH + (1 << inside)]
        nodes[height, position] = root_of(hashes)
    return make(wanted)


async def _hashes(tile: TileAddress, log: Log, correspondent: Correspondent) -> list[bytes]:
    """Return the hashes of a tile, as they came; the proof made of them is verified."""
    answer = await correspondent.get(
        f"{log.url}/consent/log/{tile.path()}", accept=_TILE, limit=_TILE_LIMIT
    )
    hashes = decode_hashes(answer.body)
    if answer.status != _OK or len(hashes) != tile.width:
        raise UnansweredError("the log's files did not come whole")
    return hashes
