"""From what came of a check to the one word a person reads first (UX 1.3).

Word, colour and sign say the same. Only what was verified is green; what could not be checked is
amber; everything else that failed is red.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, assert_never

from verifiers.delivering.result import EXPIRED
from verifiers.failure import Failure
from verifiers.recording.recorded import Recorded
from verifiers.transaction import Progress


class Word(StrEnum):
    """The word of a verdict; the room's texts have it as ``word_<value>``."""

    WAITING = "waiting"
    VERIFIED = "verified"
    VERIFIED_LATE = "verified_late"
    INVALID = "invalid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    OUTDATED = "outdated"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    TIMED_OUT = "timed_out"


class Tone(StrEnum):
    """The colour of a verdict."""

    YES = "yes"
    NO = "no"
    WAIT = "wait"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One word with its colour and its sign."""

    word: Word

    @property
    def tone(self) -> Tone:
        """The colour: green for one word only."""
        match self.word:
            case Word.VERIFIED:
                return Tone.YES
            case Word.WAITING | Word.UNKNOWN | Word.TIMED_OUT | Word.VERIFIED_LATE:
                return Tone.WAIT
            case Word.INVALID | Word.EXPIRED | Word.REVOKED | Word.OUTDATED | Word.REFUSED:
                return Tone.NO
            case _:
                assert_never(self.word)

    @property
    def sign(self) -> str:
        """The mark beside the word, for whoever does not see the colour."""
        match self.word:
            case Word.VERIFIED:
                return "✓"
            case Word.UNKNOWN:
                return "?"
            case Word.WAITING | Word.TIMED_OUT | Word.VERIFIED_LATE:
                return "…"
            case Word.INVALID | Word.EXPIRED | Word.REVOKED | Word.OUTDATED | Word.REFUSED:
                return "✕"
            case _:
                assert_never(self.word)

    @property
    def text(self) -> str:
        """The name of the word in the room's texts."""
        return f"word_{self.word.value}"


_BY_STATE: Final = {
    Progress.PENDING.value: Word.WAITING,
    Progress.VERIFIED.value: Word.VERIFIED,
    Progress.REFUSED.value: Word.REFUSED,
    EXPIRED: Word.TIMED_OUT,
}


def verdict_of(state: str, failure: Failure | None, recorded: Recorded = Recorded.DONE) -> Verdict:
    """Return the verdict of a transaction; a failure nobody has a word for is "not valid".

    What was verified and is not on the ledger yet is amber: nobody has counted it.
    """
    if state == Progress.VERIFIED.value and recorded is not Recorded.DONE:
        return Verdict(Word.VERIFIED_LATE)
    if state in _BY_STATE:
        return Verdict(_BY_STATE[state])
    return Verdict(Word.INVALID if failure is None else _BY_FAILURE.get(failure, Word.INVALID))


# Amber is for what was not proven wrong: somebody could not be asked, or what came was not about
# this check at all.
_BY_FAILURE: Final = {
    Failure.CREDENTIAL_EXPIRED: Word.EXPIRED,
    Failure.CREDENTIAL_REVOKED: Word.REVOKED,
    Failure.CREDENTIAL_OUTDATED: Word.OUTDATED,
    Failure.HOLDER_REFUSED: Word.REFUSED,
    Failure.TRANSACTION_EXPIRED: Word.TIMED_OUT,
    Failure.REDEMPTION_MISSING: Word.TIMED_OUT,
    Failure.REDEMPTION_REFUSED: Word.UNKNOWN,
    Failure.WALLET_ERROR: Word.UNKNOWN,
    Failure.WALLET_UNFIT: Word.UNKNOWN,
    Failure.TRUST_LIST_UNUSABLE: Word.UNKNOWN,
    Failure.STATUS_UNKNOWN_VALUE: Word.UNKNOWN,
    Failure.STATUS_UNREACHABLE: Word.UNKNOWN,
    Failure.STATUS_INVALID: Word.UNKNOWN,
    Failure.STATUS_EXPIRED: Word.UNKNOWN,
    Failure.STATUS_OUT_OF_RANGE: Word.UNKNOWN,
    Failure.LEDGER_UNREACHABLE: Word.UNKNOWN,
    Failure.LEDGER_REFUSED: Word.UNKNOWN,
    Failure.LEDGER_PROOF_INVALID: Word.UNKNOWN,
    Failure.KEY_NOT_READY: Word.UNKNOWN,
    Failure.TOO_MANY_OPEN: Word.UNKNOWN,
    Failure.CODE_UNKNOWN_AUTHORITY: Word.UNKNOWN,
    Failure.CODE_UNREACHABLE: Word.UNKNOWN,
    Failure.STANDING_REFUSED: Word.REFUSED,
    Failure.WALLET_UNREACHABLE: Word.UNKNOWN,
}
