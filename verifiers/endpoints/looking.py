"""The self-check for institutions, for scripts: a request in, a report out."""

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from verifiers.endpoints.answers import Authorize, ProblemRoute
from verifiers.endpoints.described import operator
from verifiers.endpoints.operator import ROLE
from verifiers.endpoints.operator_schemas import PASTED
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.onboarding.pasted import PASTED_LIMIT
from verifiers.verifier import Verifiers
from web.body import read_json_object
from web.replies import json_reply

# The text, written in JSON: a character is six octets at the most.
LOOK_LIMIT: Final = 6 * PASTED_LIMIT


def looking_routes(verifiers: Verifiers, authorize: Authorize) -> APIRouter:
    """Return ``POST /operator/checks``: ``{"text"}`` gives the report on a request."""
    router = APIRouter(prefix="/operator", route_class=ProblemRoute)

    @router.post("/checks", **operator("look_over", body=PASTED))
    async def look(request: Request) -> Response:
        """Look a request over by every rule a wallet has."""
        authorize(request, ROLE)
        body = await read_json_object(request, limit=LOOK_LIMIT)
        match body:
            case {"text": str(text)} if len(body) == 1:
                return json_reply(verifiers.look_over(text).as_dict())
            case _:
                raise VerifierError(Failure.REQUEST_INVALID, "text, and nothing else")

    return router
