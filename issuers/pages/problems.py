"""What this room refuses, as a page tells it: each reason has its own words and its next step."""

from http import HTTPStatus
from typing import Final

from issuers.endpoints.answers import WIRE
from issuers.errors import IssuerError, IssuerFailure
from web.errors import Party
from web.page_problem import PageProblem

DESK: Final = "/issuers/desk"
START: Final = "/issuers"
# What an officer alone comes upon; a citizen is led back to the list of certificates.
_AT_THE_DESK: Final = frozenset(
    {
        IssuerFailure.UNKNOWN_CITIZEN,
        IssuerFailure.UNKNOWN_CERTIFICATE,
        IssuerFailure.STATUS_FINAL,
        IssuerFailure.STATUS_UNCHANGED,
        IssuerFailure.HOUSEHOLD_DIVIDED,
        IssuerFailure.UNKNOWN_VIEW,
    }
)


def problem_of(error: Exception) -> PageProblem | None:
    """Return the problem of an error of this room, None for any other."""
    if not isinstance(error, IssuerError):
        return None
    status = WIRE[error.failure].status
    party = Party.ISSUER if status is HTTPStatus.CONFLICT else Party.CALLER
    back = DESK if error.failure in _AT_THE_DESK else START
    return PageProblem(error.failure.value, party, status, back=back)
