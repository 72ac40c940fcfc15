"""Why a query was refused, cannot be met, or was not answered: one closed list."""

from enum import StrEnum


class DcqlFailure(StrEnum):
    """Every reason this folder gives."""

    # the query itself
    MALFORMED = "malformed"
    LIMIT = "limit"

    # the wallet's side
    UNSATISFIABLE = "unsatisfiable"
    CLAIM_REQUIRED = "claim_required"

    # the verifier's side: what is wrong with an answer
    UNKNOWN_QUERY_ID = "unknown_query_id"
    NO_PRESENTATION = "no_presentation"
    TOO_MANY_PRESENTATIONS = "too_many_presentations"
    WRONG_TYPE = "wrong_type"
    NOT_HOLDER_BOUND = "not_holder_bound"
    WRONG_AUTHORITY = "wrong_authority"
    CLAIM_MISSING = "claim_missing"
    OVER_DISCLOSED = "over_disclosed"
    SET_NOT_ANSWERED = "set_not_answered"
    UNREQUESTED_CREDENTIAL = "unrequested_credential"


class DcqlError(Exception):
    """A query or an answer was refused; ``detail`` names queries and claims, never values."""

    def __init__(self, failure: DcqlFailure, detail: str) -> None:
        super().__init__(f"{failure.value}: {detail}")
        self.failure = failure
        self.detail = detail


class Unsatisfiable(DcqlError):  # noqa: N818 - it states a fact about the wallet, no mistake
    """The credentials at hand cannot answer all that is required (section 6.4.2).

    ``query_ids`` are the credential queries nothing matched, in the order of the query.
    """

    def __init__(self, query_ids: tuple[str, ...]) -> None:
        names = ", ".join(query_ids)
        super().__init__(DcqlFailure.UNSATISFIABLE, f"nothing matches: {names}")
        self.query_ids = query_ids


def malformed(detail: str) -> DcqlError:
    """Return the error for a query that breaks a rule of section 6 or 7."""
    return DcqlError(DcqlFailure.MALFORMED, detail)


def over_limit(detail: str) -> DcqlError:
    """Return the error for a query larger than anyone needs."""
    return DcqlError(DcqlFailure.LIMIT, detail)
