"""What a desk calls that scanned a holder's link: the code in the address is its only right."""

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from wallet.endpoints.answers import WalletRoute
from wallet.endpoints.bodies import text_of
from wallet.wallet import Wallets
from web.body import read_json_object
from web.replies import json_reply

# The link to a request is at most 16 KiB (`standards.openid4vp.request_uri`).
_LINK_LIMIT: Final = 20 * 1024


def desk_routes(wallets: Wallets) -> APIRouter:
    """Return ``POST /wallet/desk/{code}``, which takes one request for the holder to see."""
    router = APIRouter(route_class=WalletRoute)

    @router.post("/wallet/desk/{code}")
    async def hand_over(code: str, request: Request) -> Response:
        body = await read_json_object(request, limit=_LINK_LIMIT)
        await wallets.hand_over(code, text_of(body, "request_uri"))
        return json_reply({"state": "pending"})

    return router
