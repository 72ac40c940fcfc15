"""What a party calls inside a standing consent: the code in the address is its only right."""

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from wallet.consents import Consents
from wallet.endpoints.answers import WalletRoute
from wallet.endpoints.bodies import text_of
from web.body import read_json_object
from web.replies import json_reply

# The link to a request is at most 16 KiB (`standards.openid4vp.request_uri`).
_LINK_LIMIT: Final = 20 * 1024


def standing_routes(consents: Consents) -> APIRouter:
    """Return ``POST /wallet/standing/{code}``, which answers one request of the party."""
    router = APIRouter(route_class=WalletRoute)

    @router.post("/wallet/standing/{code}")
    async def answer(code: str, request: Request) -> Response:
        body = await read_json_object(request, limit=_LINK_LIMIT)
        await consents.answer_standing(code, text_of(body, "request_uri"))
        return json_reply({"state": "presented"})

    return router
