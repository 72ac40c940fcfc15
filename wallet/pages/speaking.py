"""Reading a code out at a counter: eight letters, and what the desk asks once it typed them."""

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from standards.spoken_code.letters import in_groups
from wallet.errors import WalletError
from wallet.pages.codes import ask_page
from wallet.pages.room import SCRIPT, Room, back_to
from web.replies import json_reply
from web.static_files import address_of

_SEE_OTHER: Final = 303
_PAGE: Final = "/wallet/show/spoken"


def add_speaking_pages(router: APIRouter, room: Room) -> None:
    """Add ``/wallet/show/spoken``: draw a code, read it out, see what is asked."""

    @router.post(_PAGE)
    async def open_spoken(request: Request) -> Response:
        visitor = await room.citizen(request)
        form = await room.pages.form(request, visitor)

        async def act() -> str:
            return f"{_PAGE}/{(await room.wallets.open_spoken(visitor.person.subject)).name}"

        return await room.pages.once(form, act)

    @router.get(_PAGE + "/{name}")
    async def read_out(request: Request, name: str) -> Response:
        visitor = await room.citizen(request)
        with back_to("/wallet/show"):
            request_uri = await room.wallets.spoken_request(visitor.person.subject, name)
            spoken = await room.wallets.spoken_code(visitor.person.subject, name)
        if request_uri is not None:
            return RedirectResponse(ask_page(request_uri), _SEE_OTHER)
        left = (spoken.expires_at - room.wallets.ports.clock()).total_seconds()
        return room.pages.page(
            request,
            "wallet/spoken.html",
            visitor,
            name=name,
            spoken=in_groups(spoken.code),
            left=max(0, int(left)),
            script=address_of(SCRIPT),
        )

    @router.get(_PAGE + "/{name}/waiting")
    async def waiting(request: Request, name: str) -> Response:
        """Say whether a desk has asked yet, for the script that looks every few seconds."""
        visitor = await room.citizen(request)
        try:
            request_uri = await room.wallets.spoken_request(visitor.person.subject, name)
        except WalletError:
            return json_reply({"state": "closed"})
        return json_reply({"state": "waiting" if request_uri is None else "asked"})
