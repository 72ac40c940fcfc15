"""What each of the twelve steps came to, and what it rested on: told with every result.

The steps are those of `verifiers.verifying.verification`. What was used are ages, seconds and
codes, never a value of a claim, so that the outcomes may be kept when the claims are erased.
"""

from collections.abc import Mapping
from enum import Enum, StrEnum, unique
from types import MappingProxyType
from typing import Final

from keys.json_value import JsonObject, JsonValue
from keys.strict_json import dumps, loads
from verifiers.failure import Failure
from verifiers.presented.skew import SkewUsed


@unique
class Step(Enum):
    """A step by its number; ``code`` is its name in results."""

    TRANSACTION_OPEN = 1
    PARSE = 2
    ISSUER_TRUSTED = 3
    SIGNATURE = 4
    VALIDITY = 5
    DIGESTS = 6
    KEY_BINDING = 7
    QUERY_SATISFIED = 8
    STATUS = 9
    POLICY = 10
    LEDGER = 11
    TRANSACTION_CLOSED = 12

    @property
    def code(self) -> str:
        """Its name, in lower case."""
        return self.name.lower()


class StepOutcome(StrEnum):
    """How a step ended; after one that failed none is reached."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_REACHED = "not_reached"


class Trail:
    """Notes what the steps of one verification rest on, while they are taken."""

    def __init__(self) -> None:
        self._used: dict[Step, JsonObject] = {}

    def note(self, step: Step, **used: JsonValue) -> None:
        """Note what a step rests on; a second note adds to the first."""
        self._used.setdefault(step, {}).update(used)

    def note_skew(self, step: Step, used: SkewUsed | None) -> None:
        """Note that a step needed the clocks' budget; the most of several counts."""
        noted = self._used.setdefault(step, {})
        before = noted.get("clock_skew_used", 0)
        now = 0 if used is None else used.seconds
        noted["clock_skew_used"] = max(now, before if isinstance(before, int) else 0)

    def passed(self) -> bytes:
        """Return the outcomes of a verification in which every step held, as JSON text."""
        return self._text(len(Step) + 1)

    def failed(self, failure: Failure) -> bytes:
        """Return the outcomes of one that this failure ended."""
        step = step_of(failure)
        return b"" if step is None else self._text(step.value)

    def _text(self, failed: int) -> bytes:
        return dumps(
            [
                {
                    "step": step.value,
                    "name": step.code,
                    "outcome": _outcome(step, failed).value,
                    "used": self._used.get(step, {}) if step.value <= failed else {},
                }
                for step in Step
            ]
        )


def read_steps(text: bytes) -> JsonValue:
    """Return the outcomes as results carry them, None where none were kept."""
    return loads(text) if text else None


def step_of(failure: Failure) -> Step | None:
    """Return the step a failure ends; None for what happens before or after a verification."""
    return _STEPS.get(failure)


def _outcome(step: Step, failed: int) -> StepOutcome:
    if step.value == failed:
        return StepOutcome.FAILED
    return StepOutcome.PASSED if step.value < failed else StepOutcome.NOT_REACHED


_STEPS: Final[Mapping[Failure, Step]] = MappingProxyType(
    {
        Failure.TRANSACTION_EXPIRED: Step.TRANSACTION_OPEN,
        Failure.TRANSACTION_CLOSED: Step.TRANSACTION_OPEN,
        Failure.RESPONSE_MALFORMED: Step.PARSE,
        Failure.STATE_MISMATCH: Step.PARSE,
        Failure.RESPONSE_NOT_ENCRYPTED: Step.PARSE,
        Failure.RESPONSE_NOT_READABLE: Step.PARSE,
        Failure.ORIGIN_WRONG: Step.PARSE,
        Failure.WALLET_ERROR: Step.PARSE,
        Failure.HOLDER_REFUSED: Step.PARSE,
        Failure.PRESENTATION_MALFORMED: Step.PARSE,
        Failure.QUERY_ID_UNKNOWN: Step.PARSE,
        Failure.CODE_USED: Step.TRANSACTION_OPEN,
        Failure.TRUST_LIST_UNUSABLE: Step.ISSUER_TRUSTED,
        Failure.ISSUER_CHAIN_INVALID: Step.ISSUER_TRUSTED,
        Failure.ISSUER_NOT_TRUSTED: Step.ISSUER_TRUSTED,
        Failure.ISSUER_OUT_OF_SCOPE: Step.ISSUER_TRUSTED,
        Failure.ISSUER_SIGNATURE_INVALID: Step.SIGNATURE,
        Failure.CREDENTIAL_MALFORMED: Step.SIGNATURE,
        Failure.CREDENTIAL_EXPIRED: Step.VALIDITY,
        Failure.CREDENTIAL_NOT_YET_VALID: Step.VALIDITY,
        Failure.DISCLOSURE_INVALID: Step.DIGESTS,
        Failure.HOLDER_KEY_MISSING: Step.KEY_BINDING,
        Failure.KEY_BINDING_MISSING: Step.KEY_BINDING,
        Failure.KEY_BINDING_INVALID: Step.KEY_BINDING,
        Failure.KEY_BINDING_SIGNATURE_INVALID: Step.KEY_BINDING,
        Failure.AUDIENCE_WRONG: Step.KEY_BINDING,
        Failure.NONCE_WRONG: Step.KEY_BINDING,
        Failure.SD_HASH_WRONG: Step.KEY_BINDING,
        Failure.KEY_BINDING_TIME: Step.KEY_BINDING,
        Failure.CONFIRMATION_MISSING: Step.KEY_BINDING,
        Failure.CONFIRMATION_WRONG: Step.KEY_BINDING,
        Failure.CONFIRMATION_UNEXPECTED: Step.KEY_BINDING,
        Failure.TOO_MANY_PRESENTATIONS: Step.QUERY_SATISFIED,
        Failure.QUERY_NOT_SATISFIED: Step.QUERY_SATISFIED,
        Failure.UNREQUESTED_CLAIM: Step.QUERY_SATISFIED,
        Failure.CREDENTIAL_REVOKED: Step.STATUS,
        Failure.CREDENTIAL_SUSPENDED: Step.STATUS,
        Failure.CREDENTIAL_OUTDATED: Step.STATUS,
        Failure.STATUS_UNKNOWN_VALUE: Step.STATUS,
        Failure.STATUS_UNREACHABLE: Step.STATUS,
        Failure.STATUS_INVALID: Step.STATUS,
        Failure.STATUS_EXPIRED: Step.STATUS,
        Failure.STATUS_OUT_OF_RANGE: Step.STATUS,
        Failure.POLICY_NOT_MET: Step.POLICY,
        Failure.SHOWN_BEYOND_LAW: Step.POLICY,
        Failure.ISSUED_FOR_ANOTHER_USE: Step.POLICY,
        Failure.ISSUED_FOR_ANOTHER_RECEIVER: Step.POLICY,
        Failure.CODE_USED_ELSEWHERE: Step.LEDGER,
        Failure.CONSENT_MISMATCH: Step.LEDGER,
        Failure.CONSENT_ENDED: Step.LEDGER,
        Failure.LEDGER_UNREACHABLE: Step.LEDGER,
        Failure.LEDGER_REFUSED: Step.LEDGER,
        Failure.LEDGER_PROOF_INVALID: Step.LEDGER,
        Failure.KEY_NOT_READY: Step.LEDGER,
    }
)
