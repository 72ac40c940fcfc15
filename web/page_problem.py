"""What a person is told when something did not work: what happened, and what to do next."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import TypeAlias

from web.errors import Party, WebError
from web.language import Words


@dataclass(frozen=True, slots=True)
class PageProblem:
    """A refusal as a page tells it.

    The words are the room's texts ``problem_<code>`` (what happened) and ``problem_<code>_next``
    (what to do next), or else those of the party. ``detail`` is for whoever is asked for help;
    ``back`` is where the page leads on to.
    """

    code: str
    party: Party
    status: HTTPStatus
    detail: str = ""
    back: str = "/"


ProblemOf: TypeAlias = Callable[[Exception], PageProblem | None]
"""Return what a room's own error is on a page, None for an error that is not the room's."""


@dataclass(frozen=True, slots=True)
class ProblemWords:
    """The two sentences of a problem, in one language."""

    happened: str
    next_step: str


def problem_of(error: WebError, back: str) -> PageProblem:
    """Return what any refused request is on a page."""
    problem = error.problem
    return PageProblem(problem.error, Party(problem.party), error.status, problem.detail, back)


def words_of(problem: PageProblem, words: Words) -> ProblemWords:
    """Return the words for a code; where there are none, the ones for whose turn it is."""
    code, party = f"problem_{problem.code}", f"party_{problem.party.name.lower()}"
    happened = code if code in words else party
    next_step = f"{code}_next" if f"{code}_next" in words else f"{party}_next"
    return ProblemWords(words[happened], words[next_step])
