"""The sheet for people: a picture a case, and beside it what a desk must find."""

from pathlib import Path

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.test_wallet.case import LINKS, PLACE, Case
from web.kit import Kit


def sheet_pages(kit: Kit, base: str) -> APIRouter:
    """Return ``/test-wallet``, open to all: nothing of a person is on it."""
    room = kit.room(Path(__file__).parent)
    router = room.router()

    @router.get(PLACE)
    async def sheet(request: Request) -> Response:
        visitor = await room.guest(request)
        return room.page(
            request, "test_codes.html", visitor, cases=tuple(Case), base=base, links=LINKS
        )

    return router
