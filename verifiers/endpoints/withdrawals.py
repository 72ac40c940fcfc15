"""What holders send when consent is over: ``POST /verifiers/withdrawals``, as ``application/jwt``.

Nobody signs in: whose consent it is, the key that signed says.
"""

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from consent.forms.withdrawal_notice import NOTICE_LIMIT
from verifiers.endpoints.answers import ProblemRoute
from verifiers.owing.duties import Duties
from web.body import read_body
from web.replies import json_reply

NOTICE_TYPE: Final = "application/jwt"


def withdrawal_routes(duties: Duties) -> APIRouter:
    """Return the address the terms name for withdrawals."""
    router = APIRouter(route_class=ProblemRoute)

    @router.post("/withdrawals")
    async def withdraw(request: Request) -> Response:
        """Stop, and answer with the receipt of the acknowledgement: ``{"acknowledged"}``."""
        body = await read_body(request, expected_type=NOTICE_TYPE, limit=NOTICE_LIMIT)
        receipt = await duties.receive_notice(body.decode("ascii", "replace"))
        return json_reply({"acknowledged": receipt.as_dict()})

    return router
