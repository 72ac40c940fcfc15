"""What the operator sees of originals that a law has kept: that they are, and who has read them.

None is handed out here: the operator of a service is nobody of the institution.
"""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from keys.json_value import JsonObject
from verifiers.endpoints.answers import Authorize, ProblemRoute
from verifiers.endpoints.described import operator
from verifiers.originals.original import Reading, SealedOriginal
from verifiers.verifier import Verifiers
from web.replies import json_reply

ROLE = "operator"


def original_routes(verifiers: Verifiers, authorize: Authorize) -> APIRouter:
    """Return ``/operator/originals``."""
    router = APIRouter(prefix="/operator", route_class=ProblemRoute)

    @router.get("/originals", **operator("originals"))
    async def originals(request: Request) -> Response:
        """Return which originals are kept, until when, and each reading of one."""
        authorize(request, ROLE)
        readings = await verifiers.originals.readings()
        kept = [_original_form(each, readings) for each in await verifiers.originals.listed()]
        return json_reply({"originals": [*kept]})

    return router


def _original_form(kept: SealedOriginal, readings: tuple[Reading, ...]) -> JsonObject:
    return {
        "transaction_id": kept.transaction_id,
        "party": kept.party,
        "purpose": kept.purpose,
        "kept_at": kept.kept_at.isoformat(),
        "kept_until": kept.kept_until.isoformat(),
        "readings": [
            {"person": each.person, "at": each.read_at.isoformat()}
            for each in readings
            if each.transaction_id == kept.transaction_id
        ],
    }
