"""What this room refuses, as a page tells it: each reason has its own words and its next step."""

from http import HTTPStatus
from typing import Final

from verifiers.endpoints.answers import status_of
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from web.errors import Party
from web.page_problem import PageProblem
from web.qr_reading import PictureError

START: Final = "/verifiers"
SCAN: Final = "/verifiers/scan"


class NothingToReadError(Exception):
    """A form to read a code came without picture and without text."""


def problem_of(error: Exception) -> PageProblem | None:
    """Return the problem of an error of this room, None for any other."""
    match error:
        case VerifierError(failure=failure):
            return _problem(failure)
        case PictureError(failure=reason):
            return PageProblem(reason.value, Party.CALLER, HTTPStatus.BAD_REQUEST, back=SCAN)
        case NothingToReadError():
            return PageProblem("nothing_given", Party.CALLER, HTTPStatus.BAD_REQUEST, back=SCAN)
        case _:
            return None


def _problem(failure: Failure) -> PageProblem:
    """Return the problem of a failure; where it happened inside a message helps nobody here."""
    back = SCAN if failure.code.startswith("code_") else START
    return PageProblem(failure.code, failure.party, status_of(failure.kind), back=back)
