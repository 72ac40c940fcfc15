"""What must hold before a log is continued: data, head and last signature belong together.

A log that signs on from an older backup forks; one that signs over damaged data can never prove
its entries. So nothing is signed until all of this held (H94, H95):

1. the head's checkpoint is ours and its root is that of the head's right edge;
2. there are exactly as many entries as it says;
3. the right edge, recomputed from the stored hashes and the youngest entries, is that of the head;
4. the youngest full tiles, recomputed entry by entry, are those stored;
5. the anchor, kept outside the database, holds no later checkpoint and none of another history.
"""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, func, insert, select

from consent.errors import ConsentError, ConsentFailure
from consent.ports import Head
from consent.store.anchor import Anchor
from consent.store.tables import (
    HEAD_ID,
    entries,
    head,
    head_of,
    select_head,
    select_leaves,
    select_subtrees,
)
from consent.tlog.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from consent.tlog.growth import EMPTY_EDGE, Edge
from consent.tlog.merkle import EMPTY_ROOT, fold, leaf_hash, root_of
from consent.tlog.merkle import subtrees as complete_subtrees
from consent.tlog.signed_note import NoteSigner, VerifierKey
from consent.tlog.tiles import WIDTH

# About a second of work: damage is found where it is most likely, in what was written last.
RECHECKED_TILES: Final = 40

_TILE_HEIGHT: Final = 8


def check_and_load(connection: Connection, signer: NoteSigner, anchor: Anchor | None) -> Head:
    """Return the head to go on from, creating the empty log's, or raise `ConsentError`.

    checkpoint_ahead: something later than the data was signed; store_damaged: data, head and
    signature do not belong together.
    """
    kept = anchor.read() if anchor is not None else []
    current = check_stored(connection, signer.verifier_key, kept)
    return _first_head(connection, signer) if current is None else current


def check_stored(connection: Connection, key: VerifierKey, kept: Sequence[str]) -> Head | None:
    """Return the head of a sound log, None for one that was never opened, or raise `ConsentError`.

    Changes nothing. ``kept`` is what the anchor held before the database was looked at: the log
    may grow meanwhile, and only an anchor from after that could be ahead of it.
    """
    current = read_head(connection, key)
    count = _count(connection)
    if current is None:
        if count:
            raise _damaged("there are entries, but no checkpoint")
        _check_anchor(connection, kept, key, size=0)
        return None
    _check_count(count, current.size)
    if _edge_at(connection, current.size) != current.edge:
        raise _damaged("the entries and hashes do not lead to the signed root")
    _recheck_tiles(connection, current.size)
    _check_anchor(connection, kept, key, size=current.size)
    return current


def read_head(connection: Connection, key: VerifierKey) -> Head | None:
    """Return the committed head when its checkpoint is signed and fits it, None for an empty one.

    Raises `ConsentError`: store_damaged, or wrong_origin and note_unsigned for another log's.
    """
    row = connection.execute(select_head()).one_or_none()
    if row is None:
        return None
    current = head_of(*row)
    checkpoint = open_checkpoint(current.checkpoint, log_key=key)
    if (checkpoint.size, checkpoint.root) != (current.size, fold(current.edge.hashes)):
        raise _damaged("the head is not what its checkpoint says")
    return current


def _first_head(connection: Connection, signer: NoteSigner) -> Head:
    note = sign_checkpoint(Checkpoint(signer.verifier_key.name, 0, EMPTY_ROOT), signer)
    row = {"id": HEAD_ID, "size": 0, "edge": b"", "checkpoint": note}
    connection.execute(insert(head), row)
    return Head(EMPTY_EDGE, note)


def _count(connection: Connection) -> int:
    """Return the number of entries if none is missing, and any other number otherwise."""
    last, count = connection.execute(
        select(func.max(entries.c.position), func.count(entries.c.position))
    ).one()
    if last is not None and last + 1 != count:
        raise _damaged(f"of {last + 1} entries {last + 1 - count} are missing")
    return int(count)


def _check_count(count: int, size: int) -> None:
    if count < size:
        raise _ahead(size, count)
    if count > size:
        raise _damaged(f"there are {count} entries, {size} are signed")


def _edge_at(connection: Connection, size: int) -> Edge:
    hashes = [_node(connection, *subtree) for subtree in complete_subtrees(0, size)]
    return Edge(size, tuple(hashes))


def _node(connection: Connection, height: int, index: int) -> bytes:
    level, inside = divmod(height, _TILE_HEIGHT)
    start, end = index << inside, (index + 1) << inside
    if level == 0:
        return root_of(map(leaf_hash, connection.execute(select_leaves(start, end)).scalars()))
    return root_of(connection.execute(select_subtrees(level, start, end)).scalars())


def _recheck_tiles(connection: Connection, size: int) -> None:
    full = size // WIDTH
    for index in range(max(0, full - RECHECKED_TILES), full):
        leaves = connection.execute(select_leaves(index * WIDTH, (index + 1) * WIDTH)).scalars()
        stored = connection.execute(select_subtrees(1, index, index + 1)).scalar_one_or_none()
        if root_of(map(leaf_hash, leaves)) != stored:
            first = index * WIDTH
            raise _damaged(f"entries {first} to {first + WIDTH - 1} are not those signed")


def _check_anchor(
    connection: Connection, notes: Sequence[str], key: VerifierKey, *, size: int
) -> None:
    kept = [checkpoint for note in notes if (checkpoint := _opened(note, key)) is not None]
    if notes and not kept:
        raise _damaged("the anchor beside the database holds no checkpoint of this log")
    for checkpoint in kept:
        if checkpoint.size > size:
            raise _ahead(checkpoint.size, size)
        if fold(_edge_at(connection, checkpoint.size).hashes) != checkpoint.root:
            raise _damaged(f"the first {checkpoint.size} entries are not those signed before")


def _opened(note: str, key: VerifierKey) -> Checkpoint | None:
    """Return a kept checkpoint, None for one that was being written when the power went."""
    try:
        return open_checkpoint(note, log_key=key)
    except ConsentError:
        return None


def _ahead(signed: int, stored: int) -> ConsentError:
    return ConsentError(
        ConsentFailure.CHECKPOINT_AHEAD,
        f"{signed} entries were signed, the database has {stored}: an older backup was restored. "
        "Nothing is signed; restore a backup of the same time or later",
    )


def _damaged(detail: str) -> ConsentError:
    return ConsentError(ConsentFailure.STORE_DAMAGED, detail)
