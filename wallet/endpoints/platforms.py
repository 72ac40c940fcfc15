"""What the holder's browser or system calls when a page asks it for a certificate.

The holder's own token says whose platform it is; the origin is the one the platform knows.
"""

from typing import Final
from urllib.parse import quote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from keys.strict_json import JsonObject
from wallet.endpoints.answers import WalletRoute
from wallet.endpoints.bodies import text_of
from wallet.endpoints.callers import Authorize, Caller
from wallet.wallet import Wallets
from web.body import read_json_object
from web.replies import json_reply

# A request with terms, signed a few times, as `wallet.presenting.fetching` allows one signature.
_HANDED_LIMIT: Final = 512 * 1024


def platform_routes(wallets: Wallets, authorize: Authorize) -> APIRouter:
    """Return ``/wallet/holders/{holder}/handed-requests``: hand over, and take the answer back."""
    caller = Caller(authorize)
    router = APIRouter(prefix="/wallet/holders/{holder}", route_class=WalletRoute)

    @router.post("/handed-requests")
    async def hand_over(request: Request) -> Response:
        """Take ``{"protocol", "data", "origin"}``; say by what it is known and where it is shown.

        The holder answers on that page; a request that is refused is answered already.
        """
        holder = caller.holder(request)
        body = await read_json_object(request, limit=_HANDED_LIMIT)
        request_uri = await wallets.take_over(holder, body, text_of(body, "origin"))
        page = f"{wallets.ports.base}/wallet/ask?request_uri={quote(request_uri, safe='')}"
        return json_reply({"request_uri": request_uri, "page": page})

    @router.get("/handed-requests/{request_uri}")
    async def answer(request_uri: str, request: Request) -> Response:
        """Give ``{"state": "waiting"}``, or the answer: ``{"state", "protocol", "data"}``."""
        holder = caller.holder(request)
        answered = await wallets.handed_answer(holder, request_uri)
        state: JsonObject = {"state": "waiting" if answered is None else "answered"}
        return json_reply(state | (answered or {}))

    return router
