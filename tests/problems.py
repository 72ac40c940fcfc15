"""How a room's refusals reach a program when the room is tested without the application."""

from starlette.requests import Request
from starlette.responses import Response

from web.errors import WebError
from web.replies import problem_reply


async def answer_web_error(_request: Request, error: Exception) -> Response:
    """Answer as the application answers programs."""
    assert isinstance(error, WebError)
    return problem_reply(error.status, error.problem)
