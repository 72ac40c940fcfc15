"""What a witness decides: the whole table of C2SP tlog-witness, each row by its name."""

import os
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.tlog.checkpoint import Checkpoint
from consent.tlog.merkle import EMPTY_ROOT, root_of
from consent.tlog.signed_note import NoteSigner
from consent.witness.errors import Refusal, WitnessError
from consent.witness.judging import PROOF_LIMIT, Submitted, judge, open_request
from tests.consent.witness.forest import ORIGIN, Tree, ed25519, request

TREE = Tree()
FORKED = Tree(TREE.signer, history=b"another")
KNOWN = {ORIGIN: (TREE.signer.verifier_key,)}
GOOD = TREE.note(5)
HASH = TREE.leaves(1)[0]
OTHER_LOG = Tree(NoteSigner("other.example/log", ed25519()))
OTHER_KEY = Tree(NoteSigner(ORIGIN, ed25519()))


def submitted(octets: bytes) -> Submitted:
    return open_request(octets, known=KNOWN)


def kept(size: int, tree: Tree = TREE) -> Checkpoint:
    return Checkpoint(ORIGIN, size, root_of(tree.leaves(size)))


def refused(call: Callable[[], object]) -> WitnessError:
    with pytest.raises(WitnessError) as caught:
        call()
    return caught.value


@pytest.mark.parametrize(
    "octets",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\xff", id="not text"),
        pytest.param(request("05", (), GOOD), id="leading zero"),
        pytest.param(request("-1", (), GOOD), id="negative"),
        pytest.param(request("", (), GOOD), id="no size"),
        pytest.param(request(2**63, (), GOOD), id="size beyond all trees"),
        pytest.param(request(5, (), GOOD).replace(b"old 5", b"old  5"), id="two spaces"),
        pytest.param(request(5, (), GOOD).replace(b"old 5", b"Old 5"), id="capital"),
        pytest.param(request(5, (), GOOD).replace(b"\n", b"\r\n"), id="carriage returns"),
        pytest.param(request(5, (), "").replace(b"\n\n", b"\n"), id="no empty line"),
        pytest.param(request(5, (), ""), id="no checkpoint"),
        pytest.param(request(5, (HASH[:-1],), GOOD), id="short hash"),
        pytest.param(request(5, (HASH * 2,), GOOD), id="long hash"),
        pytest.param(b"old 5\n!\n\n" + GOOD.encode(), id="hash not base64"),
        pytest.param(request(5, (HASH,) * (PROOF_LIMIT + 1), GOOD), id="64 hashes"),
        pytest.param(request(5, (), GOOD[:-1]), id="checkpoint without its end"),
        pytest.param(request(5, (), GOOD.replace("\n5\n", "\n05\n")), id="checkpoint's zero"),
        pytest.param(
            request(5, (), TREE.signer.sign(kept(5).text() + "extension\n")), id="extension line"
        ),
    ],
)
def test_what_is_no_request_is_malformed_h97(octets: bytes) -> None:
    """
    H97: 400, before anything is looked up.
    """
    assert Refusal.MALFORMED is refused(lambda: submitted(octets)).refusal


def test_sixty_three_hashes_are_read() -> None:
    """
    The limit of the document itself is allowed.
    """
    assert PROOF_LIMIT == len(submitted(request(5, (HASH,) * PROOF_LIMIT, GOOD)).proof)


def test_an_unknown_log_is_not_witnessed() -> None:
    """
    404: the origin decides, whoever signed.
    """
    assert Refusal.UNKNOWN_LOG is refused(lambda: submitted(OTHER_LOG.request(0, 5))).refusal


@pytest.mark.parametrize(
    "note",
    [
        pytest.param(OTHER_KEY.note(5), id="a stranger's key under this name"),
        pytest.param(GOOD.replace(kept(5).text(), kept(4).text()), id="signature of another text"),
        pytest.param(
            kept(5).text() + "\n" + OTHER_LOG.note(5).split("\n\n")[1], id="another name"
        ),
    ],
)
def test_what_the_log_did_not_sign_is_forbidden_h97(note: str) -> None:
    """
    H97: 403, unless a key that is known for this origin signed this text.
    """
    assert Refusal.UNSIGNED is refused(lambda: submitted(request(0, (), note))).refusal


def test_a_strangers_signature_beside_the_logs_is_ignored() -> None:
    """
    Cosignatures that a log already has may come with its checkpoint.
    """
    note = GOOD + OTHER_LOG.note(5).split("\n\n")[1]

    assert kept(5) == submitted(request(0, (), note)).checkpoint


def test_either_key_of_a_log_that_changes_its_key_will_do() -> None:
    """
    While a log rotates its key, two keys are known under one origin.
    """
    known = {ORIGIN: (TREE.signer.verifier_key, OTHER_KEY.signer.verifier_key)}

    for tree in (TREE, OTHER_KEY):
        assert 5 == open_request(tree.request(0, 5), known=known).checkpoint.size


@pytest.mark.parametrize(
    ("octets", "stored", "refusal"),
    [
        pytest.param(
            request(6, (), GOOD), kept(5), Refusal.OLD_SIZE_BEYOND, id="400 old beyond new"
        ),
        pytest.param(
            request(6, (), GOOD), None, Refusal.OLD_SIZE_BEYOND, id="400 goes before 409"
        ),
        pytest.param(TREE.request(3, 5), kept(4), Refusal.OTHER_SIZE, id="409 old too small"),
        pytest.param(TREE.request(4, 5), kept(3), Refusal.OTHER_SIZE, id="409 old too large"),
        pytest.param(TREE.request(3, 5), None, Refusal.OTHER_SIZE, id="409 nothing cosigned yet"),
        pytest.param(TREE.request(0, 5), kept(5), Refusal.OTHER_SIZE, id="409 asks for the size"),
        pytest.param(TREE.request(3, 4), kept(5), Refusal.OTHER_SIZE, id="409 never back"),
        pytest.param(
            FORKED.request(5, 5), kept(5), Refusal.OTHER_ROOT, id="409 same size, other root"
        ),
        pytest.param(
            request(5, (HASH,), FORKED.note(5)), kept(5), Refusal.OTHER_ROOT, id="409 before 422"
        ),
        pytest.param(FORKED.request(3, 5), kept(3), Refusal.PROOF_INVALID, id="422 another tree"),
        pytest.param(request(3, (), GOOD), kept(3), Refusal.PROOF_INVALID, id="422 no proof"),
        pytest.param(
            request(3, TREE.proof(3, 5)[:-1], GOOD), kept(3), Refusal.PROOF_INVALID, id="422 short"
        ),
        pytest.param(
            request(3, (*TREE.proof(3, 5), HASH), GOOD),
            kept(3),
            Refusal.PROOF_INVALID,
            id="422 long",
        ),
        pytest.param(
            request(5, (HASH,), GOOD), kept(5), Refusal.PROOF_INVALID, id="422 proof of no growth"
        ),
        pytest.param(
            request(0, (HASH,), GOOD), None, Refusal.PROOF_INVALID, id="422 proof from size 0"
        ),
        pytest.param(
            request(0, (HASH,), GOOD),
            kept(0),
            Refusal.PROOF_INVALID,
            id="422 proof from a kept size 0",
        ),
        pytest.param(
            request(0, (), TREE.note(0, HASH)),
            None,
            Refusal.PROOF_INVALID,
            id="422 size 0, other root",
        ),
        pytest.param(
            request(0, (), TREE.note(0, HASH)),
            kept(0),
            Refusal.PROOF_INVALID,
            id="422 kept size 0, other root",
        ),
    ],
)
def test_every_refusal_of_the_document(
    octets: bytes, stored: Checkpoint | None, refusal: Refusal
) -> None:
    """
    H97: each row of tlog-witness; only "another size" tells a size, the one to go on from.
    """
    error = refused(lambda: judge(submitted(octets), stored=stored))

    assert refusal is error.refusal
    told = (stored.size if stored is not None else 0) if refusal is Refusal.OTHER_SIZE else None
    assert told == error.stored


@pytest.mark.parametrize(
    ("octets", "stored", "size"),
    [
        pytest.param(TREE.request(0, 5), None, 5, id="the first"),
        pytest.param(request(0, (), TREE.note(0)), None, 0, id="the first, of nothing"),
        pytest.param(request(0, (), TREE.note(0)), kept(0), 0, id="nothing again"),
        pytest.param(TREE.request(0, 5), kept(0), 5, id="out of nothing"),
        pytest.param(TREE.request(3, 5), kept(3), 5, id="grown"),
        pytest.param(TREE.request(4, 5), kept(4), 5, id="grown from a whole tree"),
        pytest.param(TREE.request(5, 5), kept(5), 5, id="the same again"),
    ],
)
def test_what_continues_the_last_is_cosigned(
    octets: bytes, stored: Checkpoint | None, size: int
) -> None:
    """
    What is to be kept is exactly what was submitted.
    """
    assert kept(size) == judge(submitted(octets), stored=stored)


def test_the_root_of_the_empty_tree_is_that_of_rfc_6962() -> None:
    """
    Size 0 has one root, so nothing else may ever be cosigned there.
    """
    assert EMPTY_ROOT == kept(0).root


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), st.booleans()), max_size=20))
def test_what_was_cosigned_is_always_one_growing_log(asked: list[tuple[int, int, bool]]) -> None:
    """
    Whatever comes in whatever order: sizes never fall, and all are of one history.
    """
    stored: Checkpoint | None = None
    for old, new, is_forked in asked:
        tree = FORKED if is_forked else TREE
        proof = tree.proof(old, new) if old <= new else ()
        before = stored
        try:
            stored = judge(submitted(request(old, proof, tree.note(new))), stored=stored)
        except WitnessError:
            continue
        if before is not None and before.size > 0:
            assert before.size <= stored.size
            # Whichever history came first, the kept root is of it.
            is_first = before.root == root_of(TREE.leaves(before.size))
            assert stored == kept(stored.size, TREE if is_first else FORKED)


@given(st.binary(max_size=300))
def test_no_octets_break_the_reader_h97(octets: bytes) -> None:
    """
    H97: whatever comes is refused in our own words.
    """
    assert Refusal.MALFORMED is refused(lambda: submitted(octets)).refusal


def test_nothing_random_is_a_hash_of_a_proof() -> None:
    """
    A proof of the right length and of nothing is refused.
    """
    proof = tuple(os.urandom(32) for _ in TREE.proof(3, 5))

    error = refused(lambda: judge(submitted(request(3, proof, GOOD)), stored=kept(3)))

    assert Refusal.PROOF_INVALID is error.refusal
