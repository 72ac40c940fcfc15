"""Comparing two views of a log: the same, one the continuation, or a split told with its proof."""

import pytest

from consent.auditing.compare import Relation, Side, compare
from consent.errors import ConsentError, ConsentFailure
from consent.tlog.signed_note import NoteSigner
from keys.jwk import Algorithm
from keys.signer import SoftwareSigner
from tests.consent.test_audit import Copy, leaves_of, log_of
from tests.consent.world import ORIGIN

LEAVES = leaves_of(600)


@pytest.fixture(scope="module")
def signer() -> NoteSigner:
    return NoteSigner(ORIGIN, SoftwareSigner.generate(Algorithm.ED25519))


def view(copy: Copy, *, alone: bool = False) -> Side:
    return Side("view", copy["checkpoint"].decode(), None if alone else copy.get)


@pytest.mark.parametrize("sizes", [(0, 0), (1, 1), (256, 256), (0, 5), (255, 600), (300, 512)])
def test_views_of_one_history_agree_both_ways(signer: NoteSigner, sizes: tuple[int, int]) -> None:
    """
    The same, or the longer continues the shorter, whichever is named first; the shorter may be a
    checkpoint alone.
    """
    short, long = (log_of(LEAVES[:size], signer) for size in sizes)
    key = signer.verifier_key
    same = sizes[0] == sizes[1]

    there = compare(view(short), view(long), log_key=key)
    back = compare(view(long), view(short, alone=True), log_key=key)

    assert (Relation.SAME if same else Relation.SECOND_CONTINUES) == there.relation
    assert (Relation.SAME if same else Relation.FIRST_CONTINUES) == back.relation
    assert there.ok
    assert f"{sizes[0]} and {sizes[1]} entries, one history" in there.first_line()


@pytest.mark.parametrize("at", [0, 100, 255, 256, 450])
@pytest.mark.parametrize("longer", [0, 100])
def test_a_split_view_names_the_first_entry_and_shows_both_signatures(
    signer: NoteSigner, at: int, longer: int
) -> None:
    """
    A log with correct hashes and the real key, rewritten from one entry on: neither audit finds
    it, both together do (T22).
    """
    one = log_of(LEAVES[:500], signer)
    other = log_of([*LEAVES[:at], b"another history", *LEAVES[at + 1 : 500 + longer]], signer)

    found = compare(view(one), view(other), log_key=signer.verifier_key)

    assert Relation.SPLIT == found.relation
    assert at == found.first_difference
    assert f"entry {at} is the first that differs" in found.first_line()
    expected = {"ok": False, "relation": "split view", "sizes": [500, 500 + longer]}
    notes = [one["checkpoint"].decode(), other["checkpoint"].decode()]
    assert {**expected, "first_difference": at, "checkpoints": notes} == found.as_dict()


def test_a_checkpoint_alone_finds_a_split_and_cannot_name_the_entry(signer: NoteSigner) -> None:
    """
    Two signed checkpoints of one size are the whole proof; of two sizes, one copy is enough.
    """
    one = log_of(LEAVES[:500], signer)
    for size in (500, 600):
        other = log_of([b"another history", *LEAVES[1:size]], signer)

        found = compare(view(one, alone=True), view(other), log_key=signer.verifier_key)

        assert Relation.SPLIT == found.relation
        assert found.first_difference is None
        assert "the first 500 entries are not the same" in found.first_line()


def test_two_checkpoints_of_two_sizes_need_a_copy(signer: NoteSigner) -> None:
    """
    Without tiles nobody can tell whether the larger continues the smaller, and nobody says so.
    """
    sides = [view(log_of(LEAVES[:size], signer), alone=True) for size in (5, 9)]

    with pytest.raises(ConsentError) as caught:
        compare(*sides, log_key=signer.verifier_key)

    assert ConsentFailure.NOT_FOUND == caught.value.failure


def test_a_side_that_is_not_what_it_signed_is_no_view(signer: NoteSigner) -> None:
    """
    A damaged copy proves nothing about the log: it is refused before anything is compared.
    """
    sound = log_of(LEAVES[:300], signer)
    for path in ("tile/0/000", "tile/0/001.p/44"):
        for octets in (None, bytes(len(sound[path]))):
            copy = {name: each for name, each in sound.items() if name != path}
            torn = view(copy if octets is None else copy | {path: octets})

            with pytest.raises(ConsentError) as caught:
                compare(view(sound), torn, log_key=signer.verifier_key)

            assert ConsentFailure.STORE_DAMAGED == caught.value.failure


def test_a_view_by_another_key_is_another_log(signer: NoteSigner) -> None:
    """
    Only what the log's own key signed can prove anything against it.
    """
    other = NoteSigner(ORIGIN, SoftwareSigner.generate(Algorithm.ED25519))
    sides = view(log_of(LEAVES[:5], signer)), view(log_of(LEAVES[:5], other))

    with pytest.raises(ConsentError) as caught:
        compare(*sides, log_key=signer.verifier_key)

    assert ConsentFailure.NOTE_UNSIGNED == caught.value.failure
