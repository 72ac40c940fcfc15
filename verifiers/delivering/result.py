"""What is told of a transaction, to the desk and to the store (DESIGN 6).

{"state": "pending|verified|refused|failed|expired",
 "credentials": [{"vct", "issuer", "claims", "status"}], "match_number"?: "07",
 "confirmed"?: [{"type", "members"?, "confirmed_by"}],
 "failure"?: {"code", "party", "detail"}, "receipt"?, "recorded"?: "late|refused",
 "steps"?: [{"step", "name", "outcome": "passed|failed|not_reached", "used"}]}

``match_number`` stands there while somebody before the desk may compare it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, assert_never

from keys.json_value import JsonObject, JsonValue
from verifiers.delivering.redemption import may_see
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.presented.steps import read_steps
from verifiers.presented.verified import VerifiedCredential
from verifiers.recording.recorded import Recorded
from verifiers.transaction import Outcome, Progress, Transaction

EXPIRED: Final = "expired"


@dataclass(frozen=True, slots=True)
class Result:
    """A transaction as its desk sees it; ``credentials`` is empty once they were erased.

    ``confirmed`` are the transactions the holder confirmed; their members go with the claims.
    ``recorded`` tells whether the ledger has the use already: only shown codes may be late.
    """

    state: str
    credentials: tuple[JsonValue, ...] = ()
    failure: VerifierError | None = None
    receipt: JsonValue = None
    recorded: Recorded = Recorded.DONE
    match_number: str | None = None
    steps: JsonValue = None
    confirmed: tuple[JsonValue, ...] = ()

    def as_dict(self) -> JsonObject:
        """Return the result form."""
        result: JsonObject = {"state": self.state, "credentials": list(self.credentials)}
        if self.match_number is not None:
            result["match_number"] = self.match_number
        if self.confirmed:
            result["confirmed"] = [*self.confirmed]
        if self.failure is not None:
            result["failure"] = failure_form(self.failure)
        if self.receipt is not None:
            result["receipt"] = self.receipt
        if self.recorded is not Recorded.DONE:
            result["recorded"] = self.recorded.value
        if self.steps is not None:
            result["steps"] = self.steps
        return result


@dataclass(frozen=True, slots=True)
class Look:
    """A transaction without anything about the person; ``state`` as in `Result`."""

    transaction: Transaction
    state: str
    failure: Failure | None = None


def look_at(transaction: Transaction, outcome: Outcome, now: datetime) -> Look:
    """Return how far a transaction got, for lists and for a page that waits.

    What nobody has come back for is not told as verified, not even that it is.
    """
    if outcome.progress is Progress.VERIFIED and not may_see(transaction, outcome):
        outcome = Outcome(Progress.PENDING)
    told = unverified_result(transaction, outcome, now)
    return Look(transaction, told.state, told.failure.failure if told.failure else None)


def failure_form(error: VerifierError) -> JsonObject:
    """Return a failure as people read it: code, party, and what to do next."""
    failure = error.failure
    return {"code": failure.code, "party": failure.party.value, "detail": error.detail}


def credential_form(credential: VerifiedCredential) -> JsonObject:
    """Return one certificate of a result."""
    return {
        "vct": credential.vct,
        "issuer": credential.issuer,
        "claims": credential.claims,
        "status": credential.status.value,
    }


def unverified_result(transaction: Transaction, outcome: Outcome, now: datetime) -> Result:
    """Return the result of a transaction that is not, or not yet, verified."""
    match outcome.progress:
        case Progress.PENDING | Progress.CHECKING:
            if transaction.expires_at <= now:
                return Result(EXPIRED)
            return Result(Progress.PENDING.value, match_number=transaction.match_number)
        case Progress.REFUSED | Progress.FAILED | Progress.VERIFIED:
            failure = outcome.failure
            told = VerifierError(failure, outcome.where) if failure is not None else None
            return Result(outcome.progress.value, failure=told, steps=read_steps(outcome.steps))
        case _:
            assert_never(outcome.progress)
