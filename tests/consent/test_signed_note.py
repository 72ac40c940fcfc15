"""Signed notes and checkpoints, byte for byte as C2SP says."""

from pathlib import Path

import pytest

from consent.errors import ConsentError, ConsentFailure
from consent.tlog.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from consent.tlog.signed_note import NoteSigner, VerifierKey, decode_base64, open_note
from keys.jwk import Algorithm
from keys.signer import SoftwareSigner

ORIGIN = "example.com/log"


@pytest.fixture(scope="module")
def signer() -> NoteSigner:
    return NoteSigner(ORIGIN, SoftwareSigner.generate(Algorithm.ED25519))


def test_the_published_note_opens_with_its_published_key(vectors: Path) -> None:
    """
    The example of the C2SP document verifies, and both round-trip byte for byte.
    """
    line = (vectors / "c2sp" / "signed-note-example.vkey.txt").read_text()
    key = VerifierKey.parse(line)

    opened = open_note((vectors / "c2sp" / "signed-note-example.txt").read_text(), known=[key])

    assert "This is an example message.\n" == opened.text
    assert (key,) == opened.signed_by
    assert line == key.text() + "\n"


def test_the_published_checkpoint_reads_and_writes_the_same_text(vectors: Path) -> None:
    """
    The example of tlog-checkpoint round-trips.
    """
    text = (vectors / "c2sp" / "tlog-checkpoint-example.txt").read_text().partition("\n\n")[0]

    checkpoint = Checkpoint.parse(text + "\n")

    assert "example.com/behind-the-sofa" == checkpoint.origin
    assert 20852163 == checkpoint.size
    assert text + "\n" == checkpoint.text()


def test_a_checkpoint_opens_with_the_logs_key(signer: NoteSigner) -> None:
    """
    What the log signed comes back as it was.
    """
    checkpoint = Checkpoint(ORIGIN, 5, bytes(range(32)))

    note = sign_checkpoint(checkpoint, signer)

    assert checkpoint == open_checkpoint(note, log_key=signer.verifier_key)


def test_no_byte_of_a_checkpoint_can_change_h97(signer: NoteSigner) -> None:
    """
    H97: every bit of the note flipped, one at a time: text, name, key id, signature, line ends.
    """
    note = sign_checkpoint(Checkpoint(ORIGIN, 5, bytes(range(32))), signer).encode()

    for at in range(len(note)):
        for bit in range(8):
            flipped = bytearray(note)
            flipped[at] ^= 1 << bit
            with pytest.raises(ConsentError):
                open_checkpoint(flipped.decode("utf-8", "replace"), log_key=signer.verifier_key)


@pytest.mark.parametrize(
    "text",
    [
        f"{ORIGIN}\n5\n",
        f"{ORIGIN}\n5\nAAAA\n",
        f"{ORIGIN}\n05\n{'A' * 43}=\n",
        f"{ORIGIN}\n-5\n{'A' * 43}=\n",
        f"{ORIGIN}\n{2**63}\n{'A' * 43}=\n",
        f"{ORIGIN}\n5\n{'A' * 43}=\nextension\n",
        f"{ORIGIN}\n5\n{'A' * 43}=",
        f"\n5\n{'A' * 43}=\n",
        f"{ORIGIN}\n5\n{'A' * 42}B=\n",
        f"{ORIGIN}\n5\n{'é' * 43}=\n",
    ],
)
def test_a_signed_text_that_is_no_checkpoint_is_refused_h97(signer: NoteSigner, text: str) -> None:
    """
    H97: lines missing or added, sizes of two spellings, roots of another length.
    """
    with pytest.raises(ConsentError) as caught:
        Checkpoint.parse(text)

    assert ConsentFailure.MALFORMED == caught.value.failure


def test_a_checkpoint_of_another_origin_is_refused_h97(signer: NoteSigner) -> None:
    """
    H97: the log's key under a text that names another log proves nothing about this one.
    """
    note = signer.sign(Checkpoint("example.com/other", 1, bytes(32)).text())

    with pytest.raises(ConsentError) as caught:
        open_checkpoint(note, log_key=signer.verifier_key)

    assert ConsentFailure.WRONG_ORIGIN == caught.value.failure


def test_a_note_of_an_unknown_key_is_unsigned_h97(signer: NoteSigner) -> None:
    """
    H97: another key of the same name is another key.
    """
    other = NoteSigner(ORIGIN, SoftwareSigner.generate(Algorithm.ED25519))

    with pytest.raises(ConsentError) as caught:
        open_note(signer.sign("text\n"), known=[other.verifier_key])

    assert ConsentFailure.NOTE_UNSIGNED == caught.value.failure


def test_unknown_signatures_are_ignored_and_known_ones_must_verify(signer: NoteSigner) -> None:
    """
    Two logs sign one text; a reader who knows one, or both, or one whose line is forged.
    """
    other = NoteSigner("example.com/witness", SoftwareSigner.generate(Algorithm.ED25519))
    ours, theirs = signer.sign("text\n"), other.sign("text\n")
    both = ours + theirs.partition("\n\n")[2]
    forged = ours + other.sign("other\n").partition("\n\n")[2]
    twice = ours + ours.partition("\n\n")[2]

    assert (signer.verifier_key,) == open_note(both, known=[signer.verifier_key]).signed_by
    known = [other.verifier_key, signer.verifier_key]
    assert 2 == len(open_note(both, known=known).signed_by)
    assert (signer.verifier_key,) == open_note(forged, known=[signer.verifier_key]).signed_by
    assert 1 == len(open_note(twice, known=[signer.verifier_key]).signed_by)
    with pytest.raises(ConsentError) as caught:
        open_note(forged, known=known)
    assert ConsentFailure.NOTE_SIGNATURE_INVALID == caught.value.failure


def test_sixteen_signatures_are_read_whichever_is_ours(signer: NoteSigner) -> None:
    """
    TLOG-5: a note with many cosigners opens, with our line first or last.
    """
    others = [
        NoteSigner(f"example.com/w{n}", SoftwareSigner.generate(Algorithm.ED25519))
        for n in range(15)
    ]
    lines = [one.sign("text\n").partition("\n\n")[2] for one in (signer, *others)]

    for order in (lines, lines[::-1]):
        opened = open_note("text\n\n" + "".join(order), known=[signer.verifier_key])
        assert (signer.verifier_key,) == opened.signed_by


@pytest.mark.parametrize(
    "note",
    [
        "",
        "text\n",
        "text\n\n",
        "\n\n— name AAAAAAAA\n",
        "text\n\n— name AAAAAAAA",
        "text\n\n- name AAAAAAAA\n",
        "text\n\n—  AAAAAAAA\n",
        "text\n\n— na+me AAAAAAAA\n",
        "text\n\n— na\u00a0me AAAAAAAA\n",
        "te\ud800xt\n\n— name AAAAAAAA\n",
        "text\n\n— name AAAAAA==\n",
        "text\n\n— name A\n",
        "text\n\n— name\n",
        "te\txt\n\n— name AAAAAAAA\n",
        "te\x7fxt\n\n— name AAAAAAAA\n",
        "text\n\n" + "— name AAAAAAAA\n" * 65,
        "x" * 131_073,
    ],
)
def test_what_is_no_note_is_refused_h97(signer: NoteSigner, note: str) -> None:
    """
    H97: malformed signature lines, control characters, floods.
    """
    with pytest.raises(ConsentError) as caught:
        open_note(note, known=[signer.verifier_key])

    assert ConsentFailure.MALFORMED == caught.value.failure


@pytest.mark.parametrize(
    "line",
    [
        "",
        "name",
        "name+00000000",
        "name+00000000+AQ==",
        "+00000000+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "\ud800+00000000+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "na me+00000000+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903a+BOkyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903a+AQ" + "AA" * 15,
    ],
)
def test_what_is_no_verifier_key_is_refused_h97(line: str) -> None:
    """
    H97: a key of another name, id, kind or length.
    """
    with pytest.raises(ConsentError) as caught:
        VerifierKey.parse(line)

    assert ConsentFailure.MALFORMED == caught.value.failure


def test_signing_what_cannot_be_a_note_is_the_callers_bug(signer: NoteSigner) -> None:
    """
    A text without its newline, with a control character, or a key of another kind.
    """
    for text in ("text", "te\rxt\n"):
        with pytest.raises(ValueError, match="ends with a newline"):
            signer.sign(text)
    with pytest.raises(ValueError, match="Ed25519"):
        NoteSigner(ORIGIN, SoftwareSigner.generate(Algorithm.ES256))


def test_base64_has_one_spelling() -> None:
    """
    Left-over bits would give one signature two texts.
    """
    with pytest.raises(ConsentError, match="one spelling"):
        decode_base64("AB==", "it")
