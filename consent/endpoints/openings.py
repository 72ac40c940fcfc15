"""What a wallet calls when its holder opens receipts: fetch the request, post the response."""

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from consent.endpoints.refusals import refusal
from consent.errors import ConsentError
from consent.opening.openings import Openings
from standards.openid4vp.request_object import MEDIA_TYPE
from web.body import FORM_TYPE, read_body
from web.replies import NO_STORE, json_reply

# One presentation without a claim.
RESPONSE_LIMIT: Final = 128 * 1024


def opening_routes(openings: Openings) -> APIRouter:
    """Return the public addresses; whoever holds a question's number may use them."""
    router = APIRouter(prefix="/openings")

    @router.get("/{opening_id}/request")
    async def request_object(opening_id: str) -> Response:
        """Return the signed request (OpenID4VP section 5.10)."""
        try:
            token = await openings.request_object(opening_id)
        except ConsentError as refused:
            return refusal(refused)
        return Response(token, media_type=MEDIA_TYPE, headers={"Cache-Control": NO_STORE})

    @router.post("/{opening_id}/response")
    async def response(opening_id: str, request: Request) -> Response:
        """Take the wallet's answer; it is led back with a code (OpenID4VP section 8.2)."""
        body = await read_body(request, expected_type=FORM_TYPE, limit=RESPONSE_LIMIT)
        try:
            redirect_uri = await openings.receive(opening_id, body)
        except ConsentError as refused:
            return refusal(refused)
        return json_reply({"redirect_uri": redirect_uri})

    return router
