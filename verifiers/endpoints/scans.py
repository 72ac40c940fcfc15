"""What the operator's scanner calls: one text in, one result out; or a challenge first."""

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from verifiers.endpoints.answers import Authorize, ProblemRoute
from verifiers.endpoints.described import operator
from verifiers.endpoints.operator import ROLE
from verifiers.endpoints.operator_schemas import CHALLENGE, SCAN
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.verifier import Verifiers
from web.body import read_json_object
from web.replies import json_reply

# The text of the largest code there is, and a profile's name.
SCAN_LIMIT: Final = 16 * 1024


def scan_routes(verifiers: Verifiers, authorize: Authorize) -> APIRouter:
    """Return what reads a code, and what shows a desk's challenge.

    ``POST /operator/scans``: ``{"text", "profile"?}`` gives a result and its number; ``POST
    /operator/challenges``: ``{"profile"}`` gives ``{"challenge", "expires_at"}``.
    """
    router = APIRouter(prefix="/operator", route_class=ProblemRoute)

    @router.post("/scans", **operator("scan", body=SCAN, refuses=(404, 429, 503)))
    async def scan(request: Request) -> Response:
        """Verify a code that was held up to a desk."""
        authorize(request, ROLE)
        body = await read_json_object(request, limit=SCAN_LIMIT)
        match body:
            case {"text": str(text), "profile": str(profile)}:
                transaction_id = await verifiers.scan(text, profile)
            case {"text": str(text)} if "profile" not in body:
                transaction_id = await verifiers.scan(text)
            case _:
                raise VerifierError(Failure.REQUEST_INVALID, "text, and perhaps profile")
        result = await verifiers.result(transaction_id)
        return json_reply({"transaction_id": transaction_id, **result.as_dict()})

    @router.post("/challenges", **operator("challenge", body=CHALLENGE, refuses=(404, 429, 503)))
    async def challenge(request: Request) -> Response:
        """Return a desk's challenge, which the next code answers."""
        authorize(request, ROLE)
        match await read_json_object(request, limit=SCAN_LIMIT):
            case {"profile": str(profile), **rest} if not rest:
                shown = await verifiers.counter.challenge(profile)
            case _:
                raise VerifierError(Failure.REQUEST_INVALID, "profile")
        until = shown.expires_at.strftime("%Y-%m-%dT%H:%M:%SZ")
        return json_reply({"challenge": shown.text, "expires_at": until})

    return router
