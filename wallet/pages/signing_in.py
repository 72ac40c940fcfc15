"""Getting a certificate by signing in with its issuer: choose, go there, come back.

A form of ours may lead to our own pages only, so the way out is a page that leads on by itself.
"""

from urllib.parse import urlsplit

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from wallet.pages.codes import receive_page
from wallet.pages.offered import read_issuer_shown
from wallet.pages.receiving import received_page
from wallet.pages.room import Room, back_to
from web.page_route import come_back_to

_SEE_OTHER = 303
_BEGIN = "/wallet/receive"


def add_signing_in_pages(router: APIRouter, room: Room) -> None:
    """Add ``/wallet/request``, the way to an issuer and ``/wallet/authorized``."""

    @router.get("/wallet/request")
    async def issuer(request: Request) -> Response:
        visitor = await room.citizen(request)
        named = request.query_params.get("issuer", "").strip()
        shown = None
        if named:
            with back_to("/wallet/request"):
                ports = room.wallets.ports
                shown = await read_issuer_shown(named, ports, visitor.language)
        return room.pages.page(request, "wallet/issuer.html", visitor, issuer=shown, named=named)

    @router.post("/wallet/receive/sign-in")
    async def begin(request: Request) -> Response:
        visitor = await room.citizen(request)
        form = await room.pages.form(request, visitor)
        offer_uri = form.one("offer_uri")

        async def act() -> str:
            with back_to(receive_page(offer_uri)):
                needed = await room.wallets.begin(visitor.person.subject, offer_uri)
            return f"/wallet/authorizations/{needed.id}"

        return await room.pages.once(form, act)

    @router.get("/wallet/authorizations/{authorization_id}")
    async def go(request: Request, authorization_id: str) -> Response:
        visitor = await room.citizen(request)
        with back_to(_BEGIN):
            waiting = await room.wallets.signing_in(visitor.person.subject, authorization_id)
        host = urlsplit(waiting.url).netloc
        return room.pages.page(
            request, "wallet/leaving.html", visitor, host=host, address=waiting.url
        )

    @router.get("/wallet/authorized")
    async def authorized(request: Request) -> Response:
        visitor = await room.citizen(request)
        # What the issuer sent along is good for one answer, and belongs in no link.
        come_back_to(request, _BEGIN)
        with back_to(_BEGIN):
            accepted = await room.wallets.authorized(visitor.person.subject, request.url.query)
        # On to a page of its own: the code stays neither in the address bar nor in a reload.
        return RedirectResponse(received_page(accepted), _SEE_OTHER)
