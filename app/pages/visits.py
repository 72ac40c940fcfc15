"""Pages and forms for whoever looks at the demo, signed in or not."""

from http import HTTPStatus

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.errors import CommandError
from web.cookies import language_of, see_other
from web.errors import Party
from web.form import Form
from web.kit import PageProblem, RoomPages

__all__ = ["Visits", "language_of", "see_other"]


class Visits:
    """The kit for pages that ask nobody to sign in."""

    def __init__(self, room: RoomPages) -> None:
        self._room = room

    def page(
        self, request: Request, template: str, *, status: int = 200, **values: object
    ) -> Response:
        """Return a page."""
        return self._room.page(request, template, None, status=status, **values)

    async def form(self, request: Request) -> Form:
        """Return a form of this browser's own page, or raise ``ForbiddenError``."""
        return await self._room.form(request, None)

    def router(self) -> APIRouter:
        """Return a router whose refusals are pages."""
        return self._room.router(_problem)


def _problem(error: Exception) -> PageProblem | None:
    if not isinstance(error, CommandError):
        return None
    told = error.problem
    return PageProblem(told.error, Party(told.party), HTTPStatus.BAD_REQUEST)
