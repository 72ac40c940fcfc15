"""One place for any code: a picture or a pasted link leads to the page it is for."""

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from standards.shown_code.code import PREFIX
from wallet.pages.codes import link_in, page_for
from wallet.pages.room import Room
from web.qr_reading import OCTETS_LIMIT, read_picture

# A picture at its own limit, and what a form puts around it.
UPLOAD_LIMIT: Final = OCTETS_LIMIT + 64 * 1024
_SEE_OTHER: Final = 303


def add_scanning_pages(router: APIRouter, room: Room) -> None:
    """Add ``/wallet/scan`` and ``/wallet/open``."""

    @router.get("/wallet/scan")
    async def scan(request: Request) -> Response:
        visitor = await room.citizen(request)
        return room.pages.page(request, "wallet/scan.html", visitor)

    @router.post("/wallet/scan")
    async def read(request: Request) -> Response:
        visitor = await room.citizen(request)
        form = await room.pages.form(request, visitor, limit=UPLOAD_LIMIT)
        picture = form.file("picture")
        text = form.one("link") if picture is None else await read_picture(picture)
        # Reading changes nothing, so the same form may be sent again with another code.
        path = page_for(text, base=room.base, shown_code_prefix=PREFIX)
        return RedirectResponse(path, _SEE_OTHER)

    @router.get("/wallet/open")
    async def open_link(request: Request) -> Response:
        await room.citizen(request)
        link = link_in(request.url.query)
        path = "/wallet/scan"
        if link is not None:
            path = page_for(link, base=room.base, shown_code_prefix=PREFIX)
        return RedirectResponse(path, _SEE_OTHER)
