"""What a desk calls: with the link it scanned, its only right, or the code it was told.

Who was told a code signs for it (`standards.spoken_code.entry`): eight letters alone are no right.
"""

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from standards.spoken_code.entry import MAX_ENTRY, MEDIA_TYPE
from wallet.endpoints.answers import WalletRoute
from wallet.endpoints.bodies import text_of
from wallet.wallet import Wallets
from web.body import read_body, read_json_object
from web.replies import json_reply

# The link to a request is at most 16 KiB (`standards.openid4vp.request_uri`).
_LINK_LIMIT: Final = 20 * 1024


def desk_routes(wallets: Wallets) -> APIRouter:
    """Return what takes one request for the holder to see: by a link, or by a spoken code."""
    router = APIRouter(route_class=WalletRoute)

    @router.post("/wallet/desk/{code}")
    async def hand_over(code: str, request: Request) -> Response:
        body = await read_json_object(request, limit=_LINK_LIMIT)
        await wallets.hand_over(code, text_of(body, "request_uri"))
        return json_reply({"state": "pending"})

    @router.post("/wallet/spoken")
    async def enter(request: Request) -> Response:
        body = await read_body(request, expected_type=MEDIA_TYPE, limit=MAX_ENTRY)
        await wallets.enter_spoken(body.decode("ascii", "replace"))
        return json_reply({"state": "pending"})

    return router
