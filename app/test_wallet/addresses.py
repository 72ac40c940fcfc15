"""The test wallet's addresses: the links a desk scans, and the sheet that lists them."""

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.test_wallet.case import LINKS, PLACE, Case, case_of
from app.test_wallet.wallet import CaseWallet
from wallet.endpoints.answers import WalletRoute
from wallet.endpoints.bodies import text_of
from wallet.errors import WalletError, WalletFailure
from web.body import read_json_object
from web.replies import json_reply

_LINK_LIMIT: Final = 20 * 1024


def case_routes(wallet: CaseWallet, base: str) -> APIRouter:
    """Return what a desk posts its request to, and ``/test-wallet/codes`` for programs."""
    router = APIRouter(route_class=WalletRoute, include_in_schema=False)

    @router.post(f"{LINKS}/{{code}}")
    async def hand_over(code: str, request: Request) -> Response:
        body = await read_json_object(request, limit=_LINK_LIMIT)
        case = case_of(code)
        if case is None:
            raise WalletError(WalletFailure.DESK_LINK_CLOSED)
        await wallet.hand_over(case, text_of(body, "request_uri"))
        return json_reply({"state": "pending"})

    @router.get(f"{PLACE}/codes")
    async def codes() -> Response:
        return json_reply({"codes": [case.as_dict(base) for case in Case]})

    return router
