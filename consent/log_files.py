"""The log's static files and proofs, made from the tables and checked before they are served.

Nothing is served that does not lead to the signed root: a full tile is compared with the hash kept
for it one level above, the youngest one with the right edge of the head (H95).
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from consent.errors import ConsentError, ConsentFailure
from consent.forms.receipt import EntryProof
from consent.ports import Head, Store
from consent.tlog.checkpoint import open_checkpoint
from consent.tlog.merkle import (
    Node,
    consistency_proof,
    fold,
    frontier_of,
    inclusion_proof,
    leaf_hash,
    root_of,
)
from consent.tlog.signed_note import VerifierKey
from consent.tlog.tiles import WIDTH, TileAddress, encode_bundle, encode_hashes, width_at

# A tile of one width never changes; 512 are 4 MiB and cover 131,072 entries with all levels above.
TILES_KEPT: Final = 512

_TILE_HEIGHT: Final = 8


class LogFiles:
    """Reading the log as C2SP tlog-tiles says, and proving its entries."""

    def __init__(self, store: Store, log_key: VerifierKey) -> None:
        self._store = store
        self._log_key = log_key
        self._checked: Head | None = None
        self._tiles: OrderedDict[TileAddress, list[bytes]] = OrderedDict()

    async def head(self) -> Head:
        """Return the committed state; raises `ConsentError`: not_found, store_damaged."""
        head = await self._store.head()
        if head is None:
            raise ConsentError(ConsentFailure.NOT_FOUND, "the log has not been opened yet")
        if self._checked is not None and head == self._checked:
            return self._checked
        checkpoint = open_checkpoint(head.checkpoint, log_key=self._log_key)
        if (checkpoint.size, checkpoint.root) != (head.size, fold(head.edge.hashes)):
            raise _damaged("the head is not what its checkpoint says")
        self._checked = head
        return head

    async def tile(self, path: str) -> bytes:
        """Return a tile's or bundle's octets; raises `ConsentError`: not_found, store_damaged.

        A partial tile is served at every width up to the present one: each was published once.
        """
        address = TileAddress.parse(path)
        head = await self.head()
        if address.width > width_at(address.level or 0, address.index, head.size):
            raise _not_found("the log has no such file")
        if address.level is None:
            leaves = await self._leaves(address.index, head)
            return encode_bundle(leaves[: address.width])
        hashes = await self._hashes(address.level, address.index, head)
        return encode_hashes(hashes[: address.width])

    async def prove(self, index: int) -> EntryProof:
        """Return the proof of an entry in the present tree; raises `ConsentError` (not_found)."""
        head = await self.head()
        if index >= head.size:
            raise _not_found(f"the log has no entry {index} yet")
        proof = await self._proof(partial(inclusion_proof, index, head.size), head)
        leaf = await self._leaf(index, head)
        return EntryProof(index, leaf, head.size, proof, head.checkpoint)

    async def inclusion(self, index: int, size: int) -> tuple[bytes, ...]:
        """Return the audit path of an entry in the tree of ``size``, or raise not_found."""
        head = await self.head()
        if not index < size <= head.size:
            raise _not_found(f"the log has no entry {index} in a tree of {size}")
        return await self._proof(partial(inclusion_proof, index, size), head)

    async def consistency(self, old: int, new: int) -> tuple[bytes, ...]:
        """Return the proof that tree ``new`` continues tree ``old``, or raise not_found.

        From size 0 there is nothing to prove: the proof is empty (C2SP tlog-witness).
        """
        head = await self.head()
        if not old <= new <= head.size:
            raise _not_found(f"no tree of {new} entries of this log continues one of {old}")
        if old == 0:
            return ()
        return await self._proof(partial(consistency_proof, old, new), head)

    async def _proof(
        self, make: Callable[[Node], tuple[bytes, ...]], head: Head
    ) -> tuple[bytes, ...]:
        """Make a proof twice: to learn which nodes it needs, and with them."""
        nodes: dict[tuple[int, int], bytes] = {}

        def wanted(height: int, position: int) -> bytes:
            return nodes.setdefault((height, position), b"")

        make(wanted)
        for height, position in nodes:
            nodes[height, position] = await self._node(height, position, head)
        return make(wanted)

    async def _node(self, height: int, position: int, head: Head) -> bytes:
        level, inside = divmod(height, _TILE_HEIGHT)
        first = position << inside
        hashes = await self._hashes(level, first // WIDTH, head)
        return root_of(hashes[first % WIDTH : first % WIDTH + (1 << inside)])

    async def _leaf(self, index: int, head: Head) -> bytes:
        hashes = await self._hashes(0, index // WIDTH, head)
        leaves = await self._store.leaves(index, index + 1)
        if [leaf_hash(leaf) for leaf in leaves] != [hashes[index % WIDTH]]:
            raise _damaged(f"entry {index} is not the one that was signed")
        return leaves[0]

    async def _leaves(self, index: int, head: Head) -> list[bytes]:
        width = width_at(0, index, head.size)
        leaves = await self._store.leaves(index * WIDTH, index * WIDTH + width)
        await self._check(0, index, [leaf_hash(leaf) for leaf in leaves], head)
        return leaves

    async def _hashes(self, level: int, index: int, head: Head) -> list[bytes]:
        """Return the present hashes of a tile, known to lead to the signed root."""
        width = width_at(level, index, head.size)
        tile = TileAddress(level, index, width)
        if tile in self._tiles:
            self._tiles.move_to_end(tile)
            return self._tiles[tile]
        if level == 0:
            hashes = [leaf_hash(leaf) for leaf in await self._leaves(index, head)]
        else:
            hashes = await self._store.subtrees(level, tile.start, tile.start + width)
            await self._check(level, index, hashes, head)
        self._tiles[tile] = hashes
        if len(self._tiles) > TILES_KEPT:
            self._tiles.popitem(last=False)
        return hashes

    async def _check(self, level: int, index: int, hashes: Sequence[bytes], head: Head) -> None:
        if width_at(level, index, head.size) == WIDTH:
            expected = await self._store.subtrees(level + 1, index, index + 1)
            sound = len(hashes) == WIDTH and [root_of(hashes)] == expected
        else:
            by_level = head.edge.by_level()
            heights = range(level * _TILE_HEIGHT, (level + 1) * _TILE_HEIGHT)
            expected = [by_level[at] for at in reversed(heights) if at in by_level]
            sound = frontier_of(hashes) == expected
        if not sound:
            raise _damaged(f"tile {index} of level {level} does not lead to the signed root")


def _damaged(detail: str) -> ConsentError:
    return ConsentError(ConsentFailure.STORE_DAMAGED, detail)


def _not_found(detail: str) -> ConsentError:
    return ConsentError(ConsentFailure.NOT_FOUND, detail)
