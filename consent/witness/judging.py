"""What a witness decides about a checkpoint, as C2SP tlog-witness says (add-checkpoint); pure.

    old 20852014
    PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
    <empty line>
    <the checkpoint, a signed note>

The checks run in the order of the document, so that a request wrong in two ways has one answer:
is it a request (400), is the log known (404), has the log signed (403), is the old size possible
(400), is it the one last cosigned (409), does the new tree continue the old one (409, 422).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from consent.errors import ConsentError, ConsentFailure
from consent.tlog.checkpoint import Checkpoint
from consent.tlog.merkle import EMPTY_ROOT, HASH_SIZE, SIZE_LIMIT, verify_consistency
from consent.tlog.signed_note import NOTE_LIMIT, open_note, read_note
from consent.tlog.verifier_key import VerifierKey, decode_base64
from consent.witness.errors import Refusal, WitnessError

# C2SP tlog-witness: "the client MUST NOT send more than 63 consistency proof lines".
PROOF_LIMIT: Final = 63
# A hash in base64 with its newline is 45 octets; the old size line is shorter.
REQUEST_LIMIT: Final = NOTE_LIMIT + (PROOF_LIMIT + 1) * 48

_OLD: Final = re.compile("old (0|[1-9][0-9]{0,18})")

KnownLogs: TypeAlias = Mapping[str, Sequence[VerifierKey]]
"""The keys of each log that is witnessed, by its origin."""


@dataclass(frozen=True, slots=True)
class Submitted:
    """A checkpoint that its log has signed, and how it is said to continue tree ``old_size``.

    Only `open_request` makes one; whether it does continue it, `judge` decides.
    """

    checkpoint: Checkpoint
    old_size: int
    proof: tuple[bytes, ...]
    note: str


def open_request(octets: bytes, *, known: KnownLogs) -> Submitted:
    """Return what was submitted, or raise `WitnessError`: malformed, unknown_log, unsigned.

    Signatures of unknown keys are ignored; a known key's that does not verify is as good as none.
    """
    old_size, proof, note = _split(octets)
    try:
        checkpoint = Checkpoint.parse(read_note(note).text)
        keys = known.get(checkpoint.origin)
        if keys is None:
            raise WitnessError(Refusal.UNKNOWN_LOG, "this log is not witnessed here")
        open_note(note, known=keys)
    except ConsentError as error:
        raise WitnessError(_of_note(error), error.detail) from None
    return Submitted(checkpoint, old_size, proof, note)


def judge(submitted: Submitted, *, stored: Checkpoint | None) -> Checkpoint:
    """Return what is to be kept and cosigned, or raise `WitnessError`.

    ``stored`` is what was cosigned last of this log, None before the first time. Judging and
    keeping must be one atomic step: of two requests judged beside each other the smaller would
    otherwise be kept last.
    """
    checkpoint, old_size = submitted.checkpoint, submitted.old_size
    if old_size > checkpoint.size:
        raise WitnessError(Refusal.OLD_SIZE_BEYOND, "the old size is beyond the checkpoint's")
    latest = stored.size if stored is not None else 0
    if old_size != latest:
        raise WitnessError(
            Refusal.OTHER_SIZE, f"{latest} entries were cosigned last", stored=latest
        )
    if stored is None or latest == 0:
        _check_from_nothing(submitted)
        return checkpoint
    if checkpoint.size == latest and checkpoint.root != stored.root:
        raise WitnessError(Refusal.OTHER_ROOT, f"another tree of {latest} entries was cosigned")
    try:
        verify_consistency(
            latest,
            checkpoint.size,
            submitted.proof,
            expected_old_root=stored.root,
            expected_root=checkpoint.root,
        )
    except ConsentError as error:
        raise WitnessError(Refusal.PROOF_INVALID, error.detail) from None
    return checkpoint


def _check_from_nothing(submitted: Submitted) -> None:
    """Check what starts from size 0: every tree continues the empty one, so nothing is proven."""
    if submitted.proof:
        raise WitnessError(Refusal.PROOF_INVALID, "from size 0 the proof is empty")
    if submitted.checkpoint.size == 0 and submitted.checkpoint.root != EMPTY_ROOT:
        raise WitnessError(Refusal.PROOF_INVALID, "a tree without entries has one root")


def _split(octets: bytes) -> tuple[int, tuple[bytes, ...], str]:
    """Return old size, proof and note of a request."""
    try:
        head, empty, note = octets.decode("utf-8").partition("\n\n")
    except UnicodeDecodeError:
        raise _malformed("a request is text") from None
    first, *lines = head.split("\n")
    old = _OLD.fullmatch(first)
    if not empty or old is None or int(old[1]) >= SIZE_LIMIT:
        raise _malformed("a request is an old size, a proof, an empty line and a checkpoint")
    if len(lines) > PROOF_LIMIT:
        raise _malformed(f"a proof has at most {PROOF_LIMIT} hashes")
    return int(old[1]), tuple(map(_hash, lines)), note


def _hash(line: str) -> bytes:
    try:
        octets = decode_base64(line, "a hash")
    except ConsentError as error:
        raise _malformed(error.detail) from None
    if len(octets) != HASH_SIZE:
        raise _malformed(f"a hash has {HASH_SIZE} octets")
    return octets


def _of_note(error: ConsentError) -> Refusal:
    match error.failure:
        case ConsentFailure.NOTE_UNSIGNED | ConsentFailure.NOTE_SIGNATURE_INVALID:
            return Refusal.UNSIGNED
        case _:
            return Refusal.MALFORMED


def _malformed(detail: str) -> WitnessError:
    return WitnessError(Refusal.MALFORMED, detail)
