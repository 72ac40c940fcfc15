"""What no room answered itself: a page where a person reads it, JSON for programs."""

from functools import partial
from http import HTTPStatus
from typing import Final

from fastapi import FastAPI
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from app.errors import CommandError
from web.errors import Party, Problem, WebError
from web.kit import PageProblem, RoomPages
from web.replies import problem_reply
from web.security_headers import HEADERS

_HTML: Final = "text/html"
_KINDS: Final = (WebError, CommandError, HTTPException, Exception)


def answer_problems(app: FastAPI, room: RoomPages) -> None:
    """Register the answer to every kind of error that leaves a route."""
    for kind in _KINDS:
        app.add_exception_handler(kind, partial(answer_problem, room))


async def answer_problem(room: RoomPages, request: Request, error: Exception) -> Response:
    """Answer an error; a bug of ours tells nothing of itself, the log has the rest."""
    status, problem = _told(error)
    # Programs ask for JSON or for anything; only a browser asks for a page.
    if _HTML in request.headers.get("accept", ""):
        reply = await _page(room, request, status, problem)
    else:
        reply = problem_reply(status, problem)
    if isinstance(error, HTTPException):
        reply.headers.update(error.headers or {})
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        # This answer is made outside every middleware.
        reply.raw_headers.extend(HEADERS)
    return reply


def _told(error: Exception) -> tuple[HTTPStatus, Problem]:
    match error:
        case WebError(status=status, problem=problem):
            return status, problem
        case CommandError(problem=problem):
            # What this installation lacks at the moment, such as a usable trust list.
            return HTTPStatus.SERVICE_UNAVAILABLE, problem
        case HTTPException(status_code=code):
            found = HTTPStatus(code)
            name = found.phrase.lower().replace(" ", "_")
            return found, Problem(name, Party.CALLER, "there is nothing at this address")
        case _:
            detail = "something failed here; try again later"
            return HTTPStatus.INTERNAL_SERVER_ERROR, Problem(
                "internal_error", Party.NETWORK, detail
            )


async def _page(
    room: RoomPages, request: Request, status: HTTPStatus, problem: Problem
) -> Response:
    shown = PageProblem(problem.error, Party(problem.party), status)
    try:
        return await room.problem_page(request, shown)
    except SQLAlchemyError:
        # Not even the session can be looked up; the page can do without.
        request.state.visitor = None
        return await room.problem_page(request, shown)
