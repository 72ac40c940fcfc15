"""Tiles and proofs, made of a snapshot of the tables and checked before they are given away.

Nothing is given that does not lead to the signed root: a full tile is compared with the hash kept
for it one level above, the youngest one with the right edge of the head (H95).
"""

from collections import OrderedDict
from functools import partial
from typing import Final

from consent.complete.proof import CompletenessProof
from consent.errors import ConsentError, ConsentFailure
from consent.forms.receipt import EntryProof
from consent.ports import Head, Snapshot
from consent.tlog.checkpoint import open_checkpoint
from consent.tlog.merkle import (
    HASH_SIZE,
    Node,
    consistency_proof,
    fold,
    inclusion_proof,
    leaf_hash,
)
from consent.tlog.signed_note import VerifierKey
from consent.tlog.tile_nodes import TileNodes
from consent.tlog.tiles import WIDTH, TileAddress, encode_bundle, width_at

# A tile of one width never changes; 4,096 are 64 MiB and cover a million entries. The first proof
# out of a tile hashes its 256 entries, any other takes slices.
TILES_KEPT: Final = 4096

_TILE_HEIGHT: Final = 8


class LogProofs:
    """Reading a log whose key is known; for one thread, which keeps what it has checked."""

    def __init__(self, log_key: VerifierKey) -> None:
        self._log_key = log_key
        self._checked: Head | None = None
        self._tiles: OrderedDict[tuple[int, int, int], TileNodes] = OrderedDict()

    def head(self, snapshot: Snapshot) -> Head:
        """Return the committed state; raises `ConsentError`: not_found, store_damaged."""
        head = snapshot.head()
        if head is None:
            raise _not_found("the log has not been opened yet")
        if self._checked is not None and head == self._checked:
            return self._checked
        checkpoint = open_checkpoint(head.checkpoint, log_key=self._log_key)
        if (checkpoint.size, checkpoint.root) != (head.size, fold(head.edge.hashes)):
            raise _damaged("the head is not what its checkpoint says")
        self._checked = head
        return head

    def tile(self, address: TileAddress, snapshot: Snapshot) -> bytes:
        """Return the octets of a tile or bundle; raises `ConsentError`: not_found, store_damaged.

        A partial tile is there at every width up to the present one: each was published once.
        """
        head = self.head(snapshot)
        if address.width > width_at(address.level or 0, address.index, head.size):
            raise _not_found("the log has no such file")
        if address.level is None:
            leaves, _ = self._leaves(address.index, head, snapshot)
            return encode_bundle(leaves[: address.width])
        nodes = self._tile(address.level, address.index, head, snapshot)
        return nodes.rows[0][: address.width * HASH_SIZE]

    def prove(self, index: int, snapshot: Snapshot) -> EntryProof:
        """Return the proof of an entry in the present tree.

        Raises `ConsentError`: not_found, store_damaged.
        """
        head = self.head(snapshot)
        if index >= head.size:
            raise _not_found(f"the log has no entry {index} yet")
        proof = inclusion_proof(index, head.size, self._node(head, snapshot))
        kept = self._tile(0, index // WIDTH, head, snapshot).node(0, index % WIDTH)
        leaves = snapshot.leaves(index, index + 1)
        if [leaf_hash(leaf) for leaf in leaves] != [kept]:
            raise _damaged(f"entry {index} is not the one that was signed")
        return EntryProof(index, leaves[0], head.size, proof, head.checkpoint)

    def inclusion(self, index: int, size: int, snapshot: Snapshot) -> tuple[bytes, ...]:
        """Return the audit path of an entry in the tree of ``size``, or raise not_found."""
        head = self.head(snapshot)
        if not 0 <= index < size <= head.size:
            raise _not_found(f"the log has no entry {index} in a tree of {size}")
        return inclusion_proof(index, size, self._node(head, snapshot))

    def consistency(self, old: int, new: int, snapshot: Snapshot) -> tuple[bytes, ...]:
        """Return the proof that tree ``new`` continues tree ``old``, or raise not_found.

        From size 0 there is nothing to prove: the proof is empty (C2SP tlog-witness).
        """
        head = self.head(snapshot)
        if not 0 <= old <= new <= head.size:
            raise _not_found(f"no tree of {new} entries of this log continues one of {old}")
        return consistency_proof(old, new, self._node(head, snapshot)) if old else ()

    def complete(self, label: bytes, snapshot: Snapshot) -> CompletenessProof:
        """Return all entries of a label with the proof of the last seal.

        Raises `ConsentError`: not_found as long as nothing was sealed, store_damaged.
        """
        head = self.head(snapshot)
        found = snapshot.look_up(label, head.size)
        if found is None:
            raise _not_found("nothing has been sealed yet; ask again in a second")
        sealed_at, lookup = found
        entries = tuple(snapshot.of_label(label))
        return CompletenessProof(label, entries, lookup, self.prove(sealed_at, snapshot))

    def _node(self, head: Head, snapshot: Snapshot) -> Node:
        return partial(self._node_at, head, snapshot)

    def _node_at(self, head: Head, snapshot: Snapshot, height: int, position: int) -> bytes:
        level, inside = divmod(height, _TILE_HEIGHT)
        tile, index = divmod(position, WIDTH >> inside)
        return self._tile(level, tile, head, snapshot).node(inside, index)

    def _leaves(self, index: int, head: Head, snapshot: Snapshot) -> tuple[list[bytes], TileNodes]:
        """Return the entries of a bundle, and their hashes as a tile."""
        start = index * WIDTH
        leaves = snapshot.leaves(start, start + width_at(0, index, head.size))
        nodes = TileNodes(b"".join(map(leaf_hash, leaves)))
        self._check(TileAddress(0, index, len(leaves)), nodes, head, snapshot)
        return leaves, nodes

    def _tile(self, level: int, index: int, head: Head, snapshot: Snapshot) -> TileNodes:
        """Return the present hashes of a tile, known to lead to the signed root."""
        width = width_at(level, index, head.size)
        key = level, index, width
        kept = self._tiles.get(key)
        if kept is not None:
            self._tiles.move_to_end(key)
            return kept
        if level == 0:
            _, nodes = self._leaves(index, head, snapshot)
        else:
            hashes = snapshot.subtrees(level, index * WIDTH, index * WIDTH + width)
            nodes = TileNodes(b"".join(hashes))
            self._check(TileAddress(level, index, width), nodes, head, snapshot)
        self._tiles[key] = nodes
        if len(self._tiles) > TILES_KEPT:
            self._tiles.popitem(last=False)
        return nodes

    def _check(self, tile: TileAddress, nodes: TileNodes, head: Head, snapshot: Snapshot) -> None:
        level = tile.level or 0
        if width_at(level, tile.index, head.size) == WIDTH:
            expected = snapshot.subtrees(level + 1, tile.index, tile.index + 1)
        else:
            by_level = head.edge.by_level()
            heights = range(level * _TILE_HEIGHT, (level + 1) * _TILE_HEIGHT)
            expected = [by_level[at] for at in reversed(heights) if at in by_level]
        if nodes.frontier() != expected:
            raise _damaged(f"tile {tile.index} of level {level} does not lead to the signed root")


def _damaged(detail: str) -> ConsentError:
    return ConsentError(ConsentFailure.STORE_DAMAGED, detail)


def _not_found(detail: str) -> ConsentError:
    return ConsentError(ConsentFailure.NOT_FOUND, detail)
