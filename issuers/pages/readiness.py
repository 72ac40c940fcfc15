"""Whether the authority can sign now, and how long it will, looked at before citizens find out."""

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from issuers.pages.problems import DESK
from issuers.pages.rooms import Rooms

READINESS: Final = f"{DESK}/readiness"


def readiness_pages(rooms: Rooms, router: APIRouter) -> APIRouter:
    """Return ``/issuers/desk/readiness``; an officer sees the own authority alone (H90)."""

    @router.get(READINESS)
    async def readiness(request: Request) -> Response:
        visitor, clerk = await rooms.officer(request)
        issuers = rooms.issuers
        shown = [
            (authority.label, await issuers.guard.readiness(authority.name))
            for authority in issuers.catalogue.authorities.values()
            if clerk.covers(authority.name)
        ]
        return rooms.pages.page(request, "issuers/readiness.html", visitor, shown=shown)

    return router
