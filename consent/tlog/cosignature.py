"""Cosignatures: what a witness says about a checkpoint, and when (C2SP tlog-cosignature).

    — witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2…

After the key id come eight octets of POSIX time and a signature, by Ed25519 over

    cosignature/v1
    time 1679315147
    <the checkpoint's three lines>

or by ML-DSA-44 over a structure with the cosigner's name too. It says: at that time this was the
largest tree of the log I had seen, and it continued every one before it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, assert_never

from consent.errors import ConsentError, ConsentFailure
from consent.tlog.checkpoint import Checkpoint
from consent.tlog.signed_note import (
    UnverifiedNote,
    lines_by,
    read_note,
    signature_line,
    unsigned,
)
from consent.tlog.verifier_key import KeyKind, VerifierKey, malformed
from keys.jwk import Algorithm
from keys.jwt_time import seconds
from keys.signer import Signer

_TIME_SIZE: Final = 8
# tlog-cosignature: more is no time. Zero says nothing of the time: enough of a log about its own
# tree, and not of a witness, who vouches that it is the newest.
_TIME_LIMIT: Final = 2**63 - 1
_ORIGIN_LIMIT: Final = 255
_LABEL: Final = b"subtree/v1\n\x00"
_KINDS: Final = {
    Algorithm.ED25519: KeyKind.COSIGNATURE,
    Algorithm.ML_DSA_44: KeyKind.ML_DSA_44,
}


@dataclass(frozen=True, slots=True)
class Cosignature:
    """That the holder of ``key`` saw a checkpoint as the log's newest, ``at`` that second."""

    key: VerifierKey
    at: datetime


@dataclass(frozen=True, slots=True)
class CosignedCheckpoint:
    """A checkpoint its log signed, and who else did; only the functions here make one.

    ``cosignatures`` are of known witnesses, one for each key; there may be none, and whether they
    are enough is for a policy (`tlog_policy`).
    """

    checkpoint: Checkpoint
    cosignatures: tuple[Cosignature, ...]


class Cosigner:
    """Cosigns checkpoints under one name, with an Ed25519 or an ML-DSA-44 key.

    An Ed25519 cosignature does not cover the name: two cosigners never share such a key.
    """

    __slots__ = ("_signer", "verifier_key")

    def __init__(self, name: str, signer: Signer) -> None:
        if signer.algorithm not in _KINDS:
            raise ValueError("checkpoints are cosigned with Ed25519 or ML-DSA-44")
        self.verifier_key = VerifierKey.of(name, signer.public, _KINDS[signer.algorithm])
        self._signer = signer

    def line(self, checkpoint_text: str, at: datetime) -> str:
        """Return the line to append to the checkpoint's note; fractions of a second are dropped.

        The caller has made sure that it continues what was cosigned before. Raises `ConsentError`
        (malformed) for a text that is no checkpoint.
        """
        time = seconds(at)
        if time <= 0:
            raise ValueError("a checkpoint is cosigned at a time after 1970")
        checkpoint = Checkpoint.parse(checkpoint_text)
        signature = self._signer.sign(_message(self.verifier_key, time, checkpoint))
        return signature_line(self.verifier_key, time.to_bytes(_TIME_SIZE, "big") + signature)


def open_cosigned(
    note: str, *, log_key: VerifierKey, witnesses: Iterable[VerifierKey]
) -> CosignedCheckpoint:
    """Return what the log and known witnesses signed, or raise `ConsentError`.

    malformed: no checkpoint, or extension lines; note_unsigned: the log has not signed;
    wrong_origin: its key signed for another log; note_signature_invalid: a line of the log or of
    a known witness does not verify, or says an impossible time. Unknown lines are ignored.
    """
    return open_of_any_log(note, log_keys=log_key.history, witnesses=witnesses)


def open_of_any_log(
    note: str, *, log_keys: Sequence[VerifierKey], witnesses: Iterable[VerifierKey]
) -> CosignedCheckpoint:
    """Return what one of several logs signed, as `open_cosigned` does for one.

    Two keys of one log (while it changes keys) are two of ``log_keys`` with one name.
    """
    unverified = read_note(note)
    signed_by = [key for key in log_keys if lines_by(key, unverified)]
    if not signed_by:
        raise unsigned()
    checkpoint = Checkpoint.parse(unverified.text)
    for key in signed_by:
        _check_log(key, unverified, checkpoint)
        if checkpoint.origin != key.name:
            raise ConsentError(
                ConsentFailure.WRONG_ORIGIN, f"the checkpoint of {key.name} was expected"
            )
    found = (_newest(key, unverified, checkpoint) for key in witnesses)
    return CosignedCheckpoint(checkpoint, tuple(one for one in found if one is not None))


def subtree_message(cosigner: str, time: int, origin: str, end: int, root: bytes) -> bytes:
    """Return what ML-DSA-44 signs for the tree of the first ``end`` entries.

    ``cosigned_message`` of tlog-cosignature, with ``start`` 0: a checkpoint, and not a part of a
    tree.
    """
    return b"".join(
        (
            _LABEL,
            _short_text(cosigner, "a cosigner's name"),
            time.to_bytes(8, "big"),
            _short_text(origin, "the origin"),
            bytes(8),
            end.to_bytes(8, "big"),
            root,
        )
    )


def _check_log(key: VerifierKey, note: UnverifiedNote, checkpoint: Checkpoint) -> None:
    for line in lines_by(key, note):
        if key.kind is KeyKind.ED25519:
            key.verify(line.signature, note.text.encode())
        else:
            _time(key, line.signature, checkpoint)


def _newest(key: VerifierKey, note: UnverifiedNote, checkpoint: Checkpoint) -> Cosignature | None:
    """Verify every line of the cosigner, and return its latest; None where it has not signed."""
    times = [_time(key, line.signature, checkpoint) for line in lines_by(key, note)]
    if not times:
        return None
    try:
        at = datetime.fromtimestamp(max(times), UTC)
    except (ValueError, OverflowError, OSError):
        # tlog-cosignature lets a verifier refuse the future; beyond the calendar is one.
        raise _no_time(key) from None
    if not min(times):
        raise _no_time(key)
    return Cosignature(key, at)


def _time(key: VerifierKey, octets: bytes, checkpoint: Checkpoint) -> int:
    time = int.from_bytes(octets[:_TIME_SIZE], "big")
    message = _message(key, time, checkpoint)
    if time > _TIME_LIMIT:
        raise _no_time(key)
    key.verify(octets[_TIME_SIZE:], message)
    return time


def _message(key: VerifierKey, time: int, checkpoint: Checkpoint) -> bytes:
    match key.kind:
        case KeyKind.COSIGNATURE:
            return f"cosignature/v1\ntime {time}\n{checkpoint.text()}".encode()
        case KeyKind.ML_DSA_44:
            return subtree_message(
                key.name, time, checkpoint.origin, checkpoint.size, checkpoint.root
            )
        case KeyKind.ED25519:
            raise ValueError("a log's key says no time: a cosigner's was expected")
        case _:
            assert_never(key.kind)


def _short_text(text: str, what: str) -> bytes:
    octets = text.encode()
    if not 0 < len(octets) <= _ORIGIN_LIMIT:
        raise malformed(f"{what} has 1 to {_ORIGIN_LIMIT} octets")
    return bytes([len(octets)]) + octets


def _no_time(key: VerifierKey) -> ConsentError:
    return ConsentError(
        ConsentFailure.NOTE_SIGNATURE_INVALID, f"{key.name} cosigned at no possible time"
    )
