"""What this room refuses, as a page tells it: each reason has its own words and its next step."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Final

from issuers.endpoints.answers import WIRE
from issuers.errors import IssuerError
from web.errors import Party
from web.page_problem import PageProblem

DESK: Final = "/issuers/desk"
START: Final = "/issuers"


class RefusedFormError(Exception):
    """A form was refused; ``back`` is the page it stands on, to correct it there."""

    def __init__(self, error: IssuerError, back: str) -> None:
        super().__init__(str(error))
        self.error = error
        self.back = back


@contextmanager
def back_to(path: str) -> Iterator[None]:
    """Lead who is refused inside to the page at ``path``."""
    try:
        yield
    except IssuerError as error:
        raise RefusedFormError(error, path) from error


def problem_of(error: Exception) -> PageProblem | None:
    """Return the problem of an error on a citizen's page, None for another room's error."""
    return _problem(error, START)


def desk_problem_of(error: Exception) -> PageProblem | None:
    """Return the problem of an error on an officer's page, None for another room's error."""
    return _problem(error, DESK)


def _problem(error: Exception, start: str) -> PageProblem | None:
    match error:
        case RefusedFormError(error=refused, back=back):
            return _told(refused, back)
        case IssuerError():
            return _told(error, start)
        case _:
            return None


def _told(error: IssuerError, back: str) -> PageProblem:
    status = WIRE[error.failure].status
    party = Party.ISSUER if status is HTTPStatus.CONFLICT else Party.CALLER
    code = error.failure.value if error.ground is None else error.ground.value
    return PageProblem(code, party, status, back=back)
