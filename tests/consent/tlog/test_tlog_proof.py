"""tlog-proof files: one spelling, nothing believed of them by themselves."""

import base64
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.errors import ConsentError, ConsentFailure
from consent.tlog.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from consent.tlog.merkle import frontier_of, inclusion_proof, leaf_hash, root_of, verify_inclusion
from consent.tlog.tlog_proof import TlogProof
from tests.consent.tlog.worlds import ORIGIN, log

HEAD = "c2sp.org/tlog-proof@v1\n"
HASHES = tuple(sha256(text).digest() for text in (b"hash1", b"hash2"))
LINES = [base64.b64encode(octets).decode() for octets in HASHES]


@pytest.mark.parametrize(
    ("proof", "text"),
    [
        pytest.param(
            TlogProof(5, HASHES, "test checkpoint\n"),
            f"{HEAD}index 5\n{LINES[0]}\n{LINES[1]}\n\ntest checkpoint\n",
            id="without extra data",
        ),
        pytest.param(
            TlogProof(10, HASHES[:1], "checkpoint data\n", b"extra information"),
            f"{HEAD}extra ZXh0cmEgaW5mb3JtYXRpb24=\nindex 10\n{LINES[0]}\n\ncheckpoint data\n",
            id="with extra data",
        ),
        pytest.param(
            TlogProof(0, (), "checkpoint\n"),
            f"{HEAD}index 0\n\ncheckpoint\n",
            id="of a log of one entry",
        ),
    ],
)
def test_the_texts_of_another_implementation(proof: TlogProof, text: str) -> None:
    """
    The positive cases of transparency-dev/formats, proof/tlog_proof_test.go, both ways.
    """
    assert text == proof.text()
    assert proof == TlogProof.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("wrong-header\nindex 0\n\ncheckpoint\n", id="another header"),
        pytest.param(f"{HEAD}extra !!no!!\nindex 0\n\ncheckpoint\n", id="extra not base64"),
        pytest.param(f"{HEAD}extra \nindex 0\n\ncheckpoint\n", id="empty extra"),
        pytest.param(f"{HEAD}extra {'A' * 65536}\nindex 0\n\ncheckpoint\n", id="long extra"),
        pytest.param(f"{HEAD}extra AA==\n\ncheckpoint\n", id="extra alone"),
        pytest.param(f"{HEAD}\n\ncheckpoint\n", id="no index"),
        pytest.param(f"{HEAD}index notanumber\n\ncheckpoint\n", id="index no number"),
        pytest.param(f"{HEAD}index -5\n\ncheckpoint\n", id="index negative"),
        pytest.param(f"{HEAD}index 05\n\ncheckpoint\n", id="index of two spellings"),
        pytest.param(f"{HEAD}index {2**63}\n\ncheckpoint\n", id="index beyond any tree"),
        pytest.param(f"{HEAD}index 0\n!!no!!\n\ncheckpoint\n", id="hash not base64"),
        pytest.param(f"{HEAD}index 0\n{'A' * 86}==\n\ncheckpoint\n", id="hash of 64 octets"),
        pytest.param(f"{HEAD}index 0\n{LINES[0]}\n", id="no checkpoint"),
        pytest.param(f"{HEAD}index 0\n{LINES[0]}\n\n", id="empty checkpoint"),
        pytest.param(f"{HEAD}index 0\r\n\ncheckpoint\n", id="carriage return"),
        pytest.param(f"{HEAD}index 0\n{(LINES[0] + chr(10)) * 64}\ncheckpoint\n", id="64 hashes"),
        pytest.param(HEAD + "a" * 200_000, id="a flood"),
    ],
)
def test_what_is_no_proof_is_refused_h98(text: str) -> None:
    """
    H98: the negative cases of transparency-dev/formats, and our own.
    """
    with pytest.raises(ConsentError) as caught:
        TlogProof.parse(text)

    assert ConsentFailure.MALFORMED == caught.value.failure


@given(
    index=st.integers(0, 2**63 - 1),
    hashes=st.lists(st.binary(min_size=32, max_size=32), max_size=63),
    extra=st.binary(max_size=100),
    note=st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1),
)
def test_every_proof_reads_back(index: int, hashes: list[bytes], extra: bytes, note: str) -> None:
    """
    Whatever is written is read as the same, and is written the same again.
    """
    proof = TlogProof(index, tuple(hashes), note, extra)

    assert proof == TlogProof.parse(proof.text())
    assert proof.text() == TlogProof.parse(proof.text()).text()


def test_no_byte_of_a_proof_can_change_h98() -> None:
    """
    H98: every bit of a proof's file flipped, one at a time, in a tree of seven entries.
    """
    signer = log()
    leaves = [leaf_hash(bytes([n])) for n in range(7)]
    proof = inclusion_proof(
        4, 7, lambda level, at: root_of(leaves[at << level : (at + 1) << level])
    )
    note = sign_checkpoint(Checkpoint(ORIGIN, 7, root_of(leaves)), signer)
    assert 3 == len(proof) == len(frontier_of(leaves))
    octets = TlogProof(4, proof, note).text().encode()

    def check(text: str) -> None:
        read = TlogProof.parse(text)
        checkpoint = open_checkpoint(read.checkpoint_note, log_key=signer.verifier_key)
        verify_inclusion(
            leaves[4], read.index, checkpoint.size, read.hashes, expected_root=checkpoint.root
        )

    check(octets.decode())
    for at in range(len(octets)):
        for bit in range(8):
            flipped = bytearray(octets)
            flipped[at] ^= 1 << bit
            with pytest.raises(ConsentError):
                check(flipped.decode("utf-8", "replace"))
