"""The tree of RFC 6962 section 2.1 and its two proofs, as pure maths over SHA-256.

Nothing here reads a store: a proof is made with a port that returns the hash of a *complete*
subtree, ``node(level, index)`` covering entries ``[index << level, (index + 1) << level)``.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterable, Sequence

from consent.errors import ConsentError, ConsentFailure

HASH_SIZE = 32
# Root of the tree without entries: SHA-256 of nothing (RFC 6962 section 2.1).
EMPTY_ROOT = hashlib.sha256(b"").digest()

# No tree of ours reaches it, and no proof below it has more than 63 hashes (C2SP tlog-witness).
SIZE_LIMIT = 2**63

Node = Callable[[int, int], bytes]


def leaf_hash(entry: bytes) -> bytes:
    """Return SHA-256(0x00 || entry)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def fold(hashes: Sequence[bytes]) -> bytes:
    """Return the root of a tree given its complete subtrees, from the largest to the smallest."""
    if not hashes:
        return EMPTY_ROOT
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = node_hash(left, root)
    return root


def frontier_of(leaves: Iterable[bytes]) -> list[bytes]:
    """Return the complete subtrees over leaf hashes, from the largest to the smallest."""
    hashes: list[bytes] = []
    for size, leaf in enumerate(leaves):
        hashes.append(leaf)
        # Every one-bit at the end of the size is a subtree that is now complete with its twin.
        for _ in range((~size & size + 1).bit_length() - 1):
            right = hashes.pop()
            hashes.append(node_hash(hashes.pop(), right))
    return hashes


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Return the root over leaf hashes, in memory of the tree's height."""
    return fold(frontier_of(leaves))


def subtrees(start: int, end: int) -> list[tuple[int, int]]:
    """Return the complete subtrees ``(level, index)`` of ``[start, end)``, left to right.

    ``start`` is a multiple of the largest power of two below the range's length, as every range
    that the splits of RFC 6962 make is.
    """
    parts = []
    while start < end:
        level = (end - start).bit_length() - 1
        parts.append((level, start >> level))
        start += 1 << level
    return parts


def subtree_root(start: int, end: int, node: Node) -> bytes:
    """Return the root over entries ``[start, end)``."""
    return fold([node(level, index) for level, index in subtrees(start, end)])


def inclusion_proof(index: int, size: int, node: Node) -> tuple[bytes, ...]:
    """Return the audit path of an entry, lowest sibling first (RFC 6962 section 2.1.1)."""
    if not 0 <= index < size:
        raise ValueError(f"entry {index} is not in a tree of {size}")
    siblings = inclusion_siblings(index, size)
    return tuple(subtree_root(start, end, node) for start, end in siblings)


def consistency_proof(old: int, new: int, node: Node) -> tuple[bytes, ...]:
    """Return the proof that the first ``old`` entries are unchanged (RFC 6962 section 2.1.2).

    A tree of size 0 is a prefix of all and proves nothing: asking for it is the caller's error.
    """
    if not 0 < old <= new:
        raise ValueError(f"no consistency proof from {old} to {new}")
    siblings = _consistency_siblings(old, new)
    return tuple(subtree_root(start, end, node) for start, end in siblings)


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], *, expected_root: bytes
) -> None:
    """Raise `ConsentError` (proof_invalid) unless the leaf hash is entry ``index`` of the tree.

    Missing and extra hashes fail like wrong ones (RFC 9162 section 2.1.3.2).
    """
    if not 0 <= index < size < SIZE_LIMIT:
        raise _invalid(f"entry {index} cannot be in a tree of {size}")
    siblings = inclusion_siblings(index, size)
    _check_hashes((leaf, *proof), len(siblings) + 1)
    root = leaf
    for (start, _), sibling in zip(siblings, proof, strict=True):
        root = node_hash(sibling, root) if start < index else node_hash(root, sibling)
    _check_root(root, expected_root)


def verify_consistency(
    old: int,
    new: int,
    proof: Sequence[bytes],
    *,
    expected_old_root: bytes,
    expected_root: bytes,
) -> None:
    """Raise `ConsentError` (proof_invalid) unless the tree of ``new`` only appended to ``old``.

    Refuses ``old`` = 0 (RFC 9162 section 2.1.4 starts at 1): every tree grows from the empty one,
    so whoever kept a checkpoint of size 0 knows that without asking for a proof.
    """
    if not 0 < old <= new < SIZE_LIMIT:
        raise _invalid(f"no proof leads from a tree of {old} to one of {new}")
    siblings = _consistency_siblings(old, new)
    _check_hashes(proof, len(siblings))
    # A complete old tree is itself the lowest node, so the proof leaves it out.
    lowest = 0 if _is_complete(old, new) else 1
    old_root = new_root = proof[0] if lowest else expected_old_root
    for (start, _), sibling in zip(siblings[lowest:], proof[lowest:], strict=True):
        if start < old:
            old_root = node_hash(sibling, old_root)
            new_root = node_hash(sibling, new_root)
        else:
            new_root = node_hash(new_root, sibling)
    _check_root(old_root, expected_old_root)
    _check_root(new_root, expected_root)


def _split(size: int) -> int:
    """Return the largest power of two smaller than ``size``."""
    return 1 << ((size - 1).bit_length() - 1)


def _is_complete(old: int, new: int) -> bool:
    return old == new or not old & (old - 1)


def inclusion_siblings(index: int, size: int) -> list[tuple[int, int]]:
    """Return the ranges an entry's path passes by, lowest first."""
    siblings = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            siblings.append((middle, end))
            end = middle
        else:
            siblings.append((start, middle))
            start = middle
    return siblings[::-1]


def _consistency_siblings(old: int, new: int) -> list[tuple[int, int]]:
    """Return the ranges that rebuild both roots, lowest first (SUBPROOF of RFC 6962)."""
    siblings = []
    start, end = 0, new
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            siblings.append((middle, end))
            end = middle
        else:
            siblings.append((start, middle))
            start = middle
    if start > 0:
        siblings.append((start, end))
    return siblings[::-1]


def _check_hashes(hashes: Sequence[bytes], expected: int) -> None:
    if len(hashes) != expected:
        raise _invalid(f"{expected} hashes were expected, {len(hashes)} came")
    if any(len(octets) != HASH_SIZE for octets in hashes):
        raise _invalid(f"a hash has {HASH_SIZE} octets")


def _check_root(root: bytes, expected: bytes) -> None:
    if not hmac.compare_digest(root, expected):
        raise _invalid("the proof leads to another root")


def _invalid(detail: str) -> ConsentError:
    return ConsentError(ConsentFailure.PROOF_INVALID, detail)
