"""The tree of RFC 6962 and its proofs, against published vectors and a naive second opinion."""

import base64
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.errors import ConsentError, ConsentFailure
from consent.tlog.growth import EMPTY_EDGE, Edge, grow
from consent.tlog.merkle import (
    EMPTY_ROOT,
    consistency_proof,
    frontier_of,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)


def leaves_of(count: int) -> list[bytes]:
    return [leaf_hash(number.to_bytes(4, "big")) for number in range(count)]


def naive_root(leaves: list[bytes]) -> bytes:
    """The definition of RFC 6962 section 2.1, word for word."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(naive_root(leaves[:split]), naive_root(leaves[split:]))


def naive_path(index: int, leaves: list[bytes]) -> list[bytes]:
    """PATH(m, D[n]) of RFC 6962 section 2.1.1, word for word."""
    if len(leaves) == 1:
        return []
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    if index < split:
        return [*naive_path(index, leaves[:split]), naive_root(leaves[split:])]
    return [*naive_path(index - split, leaves[split:]), naive_root(leaves[:split])]


def nodes_of(leaves: list[bytes]) -> Callable[[int, int], bytes]:
    return lambda level, index: naive_root(leaves[index << level : (index + 1) << level])


def octets(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def vector_files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.json"))


def test_the_empty_tree_and_the_empty_leaf_hash_as_rfc_6962_says() -> None:
    """
    The two constants every implementation agrees on.
    """
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    leaf = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"

    assert empty == EMPTY_ROOT.hex() == root_of([]).hex()
    assert leaf == leaf_hash(b"").hex()


def test_inclusion_vectors_are_judged_as_published_h98(vectors: Path) -> None:
    """
    H98: every published inclusion proof, right or wrong, is judged as its maker says.
    """
    files = vector_files(vectors / "merkle" / "inclusion")
    assert files
    for file in files:
        case = json.loads(file.read_text())
        try:
            verify_inclusion(
                octets(case["leafHash"]),
                case["leafIdx"],
                case["treeSize"],
                [octets(each) for each in case["proof"] or []],
                expected_root=octets(case["root"]),
            )
            refused = None
        except ConsentError as error:
            refused = error.failure
        expected = ConsentFailure.PROOF_INVALID if case["wantErr"] else None
        assert expected == refused, file.name


def test_consistency_vectors_are_judged_as_published_h98(vectors: Path) -> None:
    """
    H98: every published consistency proof is judged as its maker says; size 0 is always refused.
    """
    files = vector_files(vectors / "merkle" / "consistency")
    assert files
    for file in files:
        case = json.loads(file.read_text())
        try:
            verify_consistency(
                case["size1"],
                case["size2"],
                [octets(each) for each in case["proof"] or []],
                expected_old_root=octets(case["root1"]),
                expected_root=octets(case["root2"]),
            )
            refused = None
        except ConsentError as error:
            refused = error.failure
        expected = ConsentFailure.PROOF_INVALID if case["wantErr"] else None
        assert expected == refused, file.name


@given(count=st.integers(1, 70), data=st.data())
def test_proofs_are_those_of_the_naive_recursion(count: int, data: st.DataObject) -> None:
    """
    Root and audit path equal the definition, for any size and index.
    """
    leaves = leaves_of(count)
    index = data.draw(st.integers(0, count - 1))
    proof = inclusion_proof(index, count, nodes_of(leaves))

    assert naive_path(index, leaves) == list(proof)
    assert naive_root(leaves) == root_of(leaves)
    verify_inclusion(leaves[index], index, count, proof, expected_root=root_of(leaves))


@given(new=st.integers(1, 70), data=st.data())
def test_every_older_tree_is_proven_consistent(new: int, data: st.DataObject) -> None:
    """
    From any size to any later one the proof verifies, and with any other old root it does not.
    """
    leaves = leaves_of(new)
    old = data.draw(st.integers(1, new))
    proof = consistency_proof(old, new, nodes_of(leaves))
    root, old_root = root_of(leaves), root_of(leaves[:old])

    verify_consistency(old, new, proof, expected_old_root=old_root, expected_root=root)
    with pytest.raises(ConsentError, match="another root"):
        verify_consistency(old, new, proof, expected_old_root=bytes(32), expected_root=root)


@given(count=st.integers(2, 70), data=st.data())
def test_no_proof_verifies_with_one_bit_changed_h98(count: int, data: st.DataObject) -> None:
    """
    H98: a bit flipped anywhere in a proof, or a hash swapped, dropped or added, is refused.
    """
    leaves = leaves_of(count)
    index = data.draw(st.integers(0, count - 1))
    proof = list(inclusion_proof(index, count, nodes_of(leaves)))
    at, bit = data.draw(st.integers(0, len(proof) - 1)), data.draw(st.integers(0, 255))
    flipped = bytearray(proof[at])
    flipped[bit // 8] ^= 1 << bit % 8
    hostile = [
        [*proof[:at], bytes(flipped), *proof[at + 1 :]],
        proof[:-1],
        [*proof, bytes(32)],
        [proof[0], *proof],
        [],
    ]
    if len(proof) > 1:
        hostile.append([proof[1], proof[0], *proof[2:]])
    for each in hostile:
        with pytest.raises(ConsentError) as caught:
            verify_inclusion(leaves[index], index, count, each, expected_root=root_of(leaves))
        assert ConsentFailure.PROOF_INVALID == caught.value.failure


def test_leaf_and_node_cannot_stand_for_each_other_h98() -> None:
    """
    H98: the prefixes keep an inner node from being passed off as an entry.
    """
    left, right = leaves_of(2)

    assert leaf_hash(left + right) != node_hash(left, right)


@pytest.mark.parametrize(("index", "size"), [(-1, 1), (1, 1), (5, 0), (0, 2**63)])
def test_no_index_outside_the_tree_is_proven_h98(index: int, size: int) -> None:
    """
    H98: an index at or beyond the size is an error, never a proof.
    """
    with pytest.raises(ConsentError, match="cannot be in a tree"):
        verify_inclusion(bytes(32), index, size, [], expected_root=bytes(32))


def test_asking_for_an_impossible_proof_is_the_callers_bug() -> None:
    """
    A proof of nothing is not made: the caller should have known.
    """
    with pytest.raises(ValueError, match="not in a tree"):
        inclusion_proof(3, 3, nodes_of([]))
    with pytest.raises(ValueError, match="no consistency proof"):
        consistency_proof(0, 3, nodes_of([]))


@given(batches=st.lists(st.integers(1, 40), min_size=1, max_size=12))
def test_a_tree_grown_by_batches_is_the_tree_grown_leaf_by_leaf(batches: list[int]) -> None:
    """
    Root, right edge, finished tiles and every audit path of a batch are those of the definition.
    """
    leaves: list[bytes] = []
    edge = EMPTY_EDGE
    for batch in batches:
        new = leaves_of(len(leaves) + batch)[len(leaves) :]
        growth = grow(edge, new)
        leaves += new
        node = nodes_of(leaves)

        assert naive_root(leaves) == growth.root
        assert Edge(len(leaves), tuple(frontier_of(leaves))) == growth.edge()
        expected = [inclusion_proof(at, len(leaves), node) for at in range(edge.size, len(leaves))]
        assert expected == growth.proofs()
        full = range(edge.size >> 8, len(leaves) >> 8)
        finished = [(tile.level, tile.index, tile.hash) for tile in growth.finished()]
        assert [(1, index, node(8, index)) for index in full] == finished
        edge = growth.edge()


def test_a_batch_can_finish_tiles_of_several_levels() -> None:
    """
    The entry that fills the 256th tile also fills the tile above it.
    """
    leaves = leaves_of(256 * 256)
    edge = Edge(256 * 256 - 1, tuple(frontier_of(leaves[:-1])))

    finished = list(grow(edge, leaves[-1:]).finished())

    assert [(1, 255), (2, 0)] == [(tile.level, tile.index) for tile in finished]
    assert root_of(leaves) == finished[1].hash
