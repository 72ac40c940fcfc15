"""Cosignatures, byte for byte as C2SP tlog-cosignature says."""

import base64
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from consent.errors import ConsentError, ConsentFailure
from consent.tlog import cosignature
from consent.tlog.checkpoint import Checkpoint
from consent.tlog.cosignature import Cosigner, open_cosigned, open_of_any_log
from consent.tlog.signed_note import open_note, read_note
from consent.tlog.verifier_key import KeyKind, VerifierKey
from keys.jwk import Algorithm
from keys.signer import SoftwareSigner
from tests.consent.tlog.worlds import NOW, ORIGIN, PUBLISHED, cosigner, log, seen

ALGORITHMS = [Algorithm.ED25519, Algorithm.ML_DSA_44]


def published(name: str) -> str:
    return (PUBLISHED / name).read_text()


@pytest.mark.parametrize("name", ["mirror", "witness"])
def test_the_cosignatures_of_another_implementation_verify(name: str) -> None:
    """
    Two checkpoints that Sunlight's witness cosigned, with its published keys.
    """
    note = read_note(published(f"{name}.checkpoint"))
    key = VerifierKey.parse(published(f"{name}.vkey"))

    found = cosignature._newest(key, note, Checkpoint.parse(note.text))

    assert found is not None
    assert datetime.fromtimestamp(1767139200, UTC) == found.at


def test_a_log_that_signs_with_ml_dsa_44_opens() -> None:
    """
    A checkpoint by torchwood; the log says nothing of the time, and for a log that is enough.
    """
    key = VerifierKey.parse(published("ml-dsa-log.vkey"))

    opened = open_cosigned(published("ml-dsa-log.checkpoint"), log_key=key, witnesses=())

    assert ("example.com/mldsa-log", 1) == (opened.checkpoint.origin, opened.checkpoint.size)
    assert () == opened.cosignatures


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_known_witness_is_named_with_its_time(algorithm: Algorithm) -> None:
    """
    What a witness cosigned opens with its key and second; witnesses nobody knows are ignored.
    """
    made, witness, stranger = seen(), cosigner("w1", algorithm), cosigner("w2")
    note = made.note(stranger, witness, at=NOW + timedelta(milliseconds=999))

    opened = open_cosigned(note, log_key=made.log.verifier_key, witnesses=[witness.verifier_key])

    assert made.checkpoint == opened.checkpoint
    assert [(witness.verifier_key, NOW)] == [(one.key, one.at) for one in opened.cosignatures]


def test_the_message_is_the_one_of_the_document() -> None:
    """
    tlog-cosignature's example of what Ed25519 signs, and the octets of what ML-DSA-44 signs.
    """
    root = base64.b64decode("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=")
    checkpoint = Checkpoint("example.com/behind-the-sofa", 20852163, root)
    signer = SoftwareSigner.generate(Algorithm.ED25519)
    key = Cosigner("w", signer).verifier_key

    message = cosignature._message(key, 1679315147, checkpoint)

    assert message == (
        b"cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\n"
        b"CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    )
    assert b"".join(
        (
            b"subtree/v1\n\0",
            b"\x01w",
            bytes.fromhex("00000000641850cb"),
            b"\x1bexample.com/behind-the-sofa",
            bytes(8),
            bytes.fromhex("00000000013e2dc3"),
            root,
        )
    ) == cosignature.subtree_message("w", 1679315147, checkpoint.origin, 20852163, root)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_no_byte_of_a_cosigned_checkpoint_can_change_h97(algorithm: Algorithm) -> None:
    """
    H97: a bit of every octet of text, time, name, id and signatures flipped: refused, or the
    witness is gone.
    """
    made, witness = seen(), cosigner("w1", algorithm)
    note = made.note(witness).encode()
    step = 1 if algorithm is Algorithm.ED25519 else 7

    for at in range(0, len(note), step):
        flipped = bytearray(note)
        flipped[at] ^= 1 << at % 8
        try:
            opened = open_cosigned(
                flipped.decode("utf-8", "replace"),
                log_key=made.log.verifier_key,
                witnesses=[witness.verifier_key],
            )
        except ConsentError:
            continue
        # Only another name or key id, which are a stranger's.
        assert () == opened.cosignatures


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize(
    "time",
    [
        pytest.param(0, id="zero"),
        pytest.param(2**63, id="beyond the range"),
        pytest.param(2**63 - 1, id="beyond the calendar"),
        pytest.param(253402300800, id="year 10000"),
    ],
)
def test_an_impossible_time_is_refused_h97(algorithm: Algorithm, time: int) -> None:
    """
    H97: a witness says when, with a signature that is its own; zero and the far future are no
    time.
    """
    made, signer = seen(), SoftwareSigner.generate(algorithm)
    witness = Cosigner("w1", signer)
    octets = time.to_bytes(8, "big") + signer.sign(
        cosignature._message(witness.verifier_key, time, made.checkpoint)
    )
    encoded = base64.b64encode(witness.verifier_key.key_id + octets).decode()

    with pytest.raises(ConsentError) as caught:
        open_cosigned(
            made.note() + f"— w1 {encoded}\n",
            log_key=made.log.verifier_key,
            witnesses=[witness.verifier_key],
        )

    assert ConsentFailure.NOTE_SIGNATURE_INVALID == caught.value.failure


@pytest.mark.parametrize("cut", [4, 11, 12, 40])
def test_a_known_line_that_is_cut_short_is_refused_h97(cut: int) -> None:
    """
    H97: nothing, part of a time, a time alone, half a signature.
    """
    made, witness = seen(), cosigner("w1")
    octets = base64.b64decode(witness.line(made.checkpoint.text(), NOW).split(" ")[2])
    line = f"— w1 {base64.b64encode(octets[:cut]).decode()}\n"

    with pytest.raises(ConsentError):
        open_cosigned(
            made.note() + line,
            log_key=made.log.verifier_key,
            witnesses=[witness.verifier_key],
        )


def test_a_witness_that_signed_twice_counts_once_with_its_later_time() -> None:
    """
    Both lines verify; a forged second one refuses the note.
    """
    made, witness = seen(), cosigner("w1")
    later = witness.line(made.checkpoint.text(), NOW + timedelta(minutes=1))
    forged = witness.line(Checkpoint(ORIGIN, 6, bytes(32)).text(), NOW)
    opening = partial(
        open_cosigned, log_key=made.log.verifier_key, witnesses=[witness.verifier_key]
    )

    opened = opening(made.note(witness) + later)

    assert [NOW + timedelta(minutes=1)] == [one.at for one in opened.cosignatures]
    with pytest.raises(ConsentError):
        opening(made.note(witness) + forged)


def test_a_cosignature_is_no_signature_of_the_log_h97() -> None:
    """
    H97: the witnesses alone open nothing, and a plain reader takes no cosigner for a signer.
    """
    made, witness = seen(), cosigner(ORIGIN)
    text = made.checkpoint.text()
    note = f"{text}\n{witness.line(text, NOW)}"

    for attempt in (
        lambda: open_cosigned(note, log_key=made.log.verifier_key, witnesses=()),
        lambda: open_note(note, known=[witness.verifier_key]),
    ):
        with pytest.raises(ConsentError) as caught:
            attempt()
        assert ConsentFailure.NOTE_UNSIGNED == caught.value.failure


def test_a_signature_of_the_log_is_no_cosignature_h97() -> None:
    """
    H97: one public key under both kinds: the log's line does not count as its witness's.
    """
    made = seen()
    same = VerifierKey.of(ORIGIN, made.log.verifier_key.public, KeyKind.COSIGNATURE)

    opened = open_cosigned(made.note(), log_key=made.log.verifier_key, witnesses=[same])

    assert () == opened.cosignatures


def test_a_log_that_changes_its_key_opens_with_either() -> None:
    """
    While both keys sign, each reader finds the one it knows; and one forged line refuses.
    """
    made, new = seen(), log()
    note = made.note() + new.sign(made.checkpoint.text()).partition("\n\n")[2]
    forged = made.note() + new.sign("other\n").partition("\n\n")[2]
    keys = [made.log.verifier_key, new.verifier_key]

    for key in keys:
        assert made.checkpoint == open_cosigned(note, log_key=key, witnesses=()).checkpoint
    assert made.checkpoint == open_of_any_log(note, log_keys=keys, witnesses=()).checkpoint
    with pytest.raises(ConsentError):
        open_of_any_log(forged, log_keys=keys, witnesses=())


def test_a_log_signs_for_itself_only_h97() -> None:
    """
    H97: the log's key under the checkpoint of another log.
    """
    made = seen(origin="example.com/other")
    key = VerifierKey.of(ORIGIN, made.log.verifier_key.public)
    signature = made.log.sign(made.checkpoint.text())
    octets = base64.b64decode(signature.rstrip().rpartition(" ")[2])[4:]
    line = f"— {ORIGIN} {base64.b64encode(key.key_id + octets).decode()}\n"

    with pytest.raises(ConsentError) as caught:
        open_cosigned(f"{made.checkpoint.text()}\n{line}", log_key=key, witnesses=())

    assert ConsentFailure.WRONG_ORIGIN == caught.value.failure


@given(
    size=st.integers(0, 2**63 - 1),
    root=st.binary(min_size=32, max_size=32),
    at=st.datetimes(datetime(1970, 1, 2), timezones=st.just(UTC)),  # noqa: DTZ001 bounds are naive
)
@example(0, bytes(32), datetime(6326, 1, 1, microsecond=999_985, tzinfo=UTC))
def test_every_cosigned_checkpoint_opens(size: int, root: bytes, at: datetime) -> None:
    """
    Any size, any root, any second of the calendar.
    """
    made, witness = seen(), WITNESS
    checkpoint = Checkpoint(ORIGIN, size, root)
    note = made.log.sign(checkpoint.text()) + witness.line(checkpoint.text(), at)

    opened = open_cosigned(note, log_key=made.log.verifier_key, witnesses=[witness.verifier_key])

    assert checkpoint == opened.checkpoint
    assert at.replace(microsecond=0) == opened.cosignatures[0].at


WITNESS = cosigner("example.com/w")


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_log_that_signs_as_a_cosigner_must_sign_this_h97(algorithm: Algorithm) -> None:
    """
    H97: tlog-checkpoint lets a log sign with a cosignature: its line opens the checkpoint, a line
    over another one does not, and neither does an impossible time.
    """
    signer = SoftwareSigner.generate(algorithm)
    own, checkpoint = Cosigner(ORIGIN, signer), seen().checkpoint
    key = own.verifier_key
    time = (2**63).to_bytes(8, "big")
    late = time + signer.sign(cosignature._message(key, 2**63, checkpoint))
    other = own.line(Checkpoint(ORIGIN, 6, bytes(32)).text(), NOW)

    opened = open_cosigned(
        f"{checkpoint.text()}\n{own.line(checkpoint.text(), NOW)}", log_key=key, witnesses=()
    )

    assert checkpoint == opened.checkpoint
    for line in (other, f"— {ORIGIN} {base64.b64encode(key.key_id + late).decode()}\n"):
        with pytest.raises(ConsentError) as caught:
            open_cosigned(f"{checkpoint.text()}\n{line}", log_key=key, witnesses=())
        assert ConsentFailure.NOTE_SIGNATURE_INVALID == caught.value.failure


def test_what_cannot_be_cosigned() -> None:
    """
    No checkpoint, extension lines, an origin too long for ML-DSA-44: refused; a time before 1970
    or a P-256 key: the caller's bug.
    """
    text = seen().checkpoint.text()

    for wrong in ("text\n", f"{text}extension\n"):
        with pytest.raises(ConsentError):
            WITNESS.line(wrong, NOW)
    with pytest.raises(ConsentError, match="origin"):
        cosigner("w", Algorithm.ML_DSA_44).line(Checkpoint("o" * 256, 1, bytes(32)).text(), NOW)
    with pytest.raises(ValueError, match="1970"):
        WITNESS.line(text, datetime(1970, 1, 1, tzinfo=UTC))
    with pytest.raises(ValueError, match="Ed25519 or ML-DSA-44"):
        Cosigner("w", SoftwareSigner.generate())


def test_a_logs_key_is_no_witness() -> None:
    """
    A reader that lists a plain Ed25519 key as a witness has a bug, not a forged note.
    """
    made = seen()

    with pytest.raises(ValueError, match="cosigner"):
        open_cosigned(
            made.note(), log_key=made.log.verifier_key, witnesses=[made.log.verifier_key]
        )
