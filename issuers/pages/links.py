"""The page behind an offer's picture, for whoever scans it: what it is, and how to take it."""

from http import HTTPStatus

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from issuers.errors import IssuerError
from issuers.pages.offered import OPEN, offered
from issuers.pages.rooms import Rooms


def link_pages(rooms: Rooms, router: APIRouter) -> APIRouter:
    """Return ``/issuers/open/{offer_id}``, open to everybody who holds the link."""

    @router.get(OPEN + "/{offer_id}")
    async def opened(request: Request, offer_id: str) -> Response:
        visitor = await rooms.pages.guest(request)
        try:
            offer = await offered(rooms.issuers, offer_id)
        except IssuerError:
            # Used, expired and never made answer alike: a guesser learns nothing.
            gone = HTTPStatus.GONE
            return rooms.pages.page(request, "issuers/ended.html", visitor, status=gone)
        return rooms.pages.page(request, "issuers/open.html", visitor, offer=offer)

    return router
