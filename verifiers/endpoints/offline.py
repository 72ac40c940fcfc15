"""What a desk's own computer takes along for hours without network, and brings home afterwards."""

from datetime import UTC, datetime
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from verifiers.endpoints.answers import Authorize, ProblemRoute
from verifiers.endpoints.described import operator
from verifiers.endpoints.operator import ROLE
from verifiers.endpoints.operator_schemas import USE
from verifiers.endpoints.scans import SCAN_LIMIT
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.offline.supplies import Supplies
from verifiers.verifier import Verifiers
from verifiers.verifying.settling import BroughtHome
from web.body import read_json_object
from web.replies import json_reply

_ID_LIMIT: Final = 64
# Until the year 2286.
_SECONDS_LIMIT: Final = 10**10


def offline_routes(verifiers: Verifiers, supplies: Supplies, authorize: Authorize) -> APIRouter:
    """Return ``GET /operator/supplies/{profile}`` and ``POST /operator/uses``.

    A use is ``{"id", "profile", "text", "read_at"}``; brought again it is the same use.
    """
    router = APIRouter(prefix="/operator", route_class=ProblemRoute)

    @router.get("/supplies/{profile}", **operator("supplies", refuses=(400, 404, 503)))
    async def take_along(profile: str, request: Request) -> Response:
        """Return what a desk takes along for hours without network."""
        authorize(request, ROLE)
        return json_reply(await supplies.of(verifiers.catalogue.profile(profile).party))

    @router.post("/uses", **operator("bring_home", body=USE, refuses=(404, 503)))
    async def bring_home(request: Request) -> Response:
        """Settle a code that was read without network; once, however often it is brought."""
        authorize(request, ROLE)
        match await read_json_object(request, limit=SCAN_LIMIT):
            case {
                "id": str(use_id),
                "profile": str(profile),
                "text": str(text),
                "read_at": int(seconds),
            } if 0 < len(use_id) <= _ID_LIMIT and 0 < seconds < _SECONDS_LIMIT:
                read_at = datetime.fromtimestamp(seconds, UTC)
            case _:
                raise VerifierError(Failure.REQUEST_INVALID, "id, profile, text and read_at")
        party = verifiers.catalogue.profile(profile).party
        brought = BroughtHome(use_id, party, profile, text, read_at)
        settled = await verifiers.counter.settling.settle(brought)
        code = None if settled.failure is None else settled.failure.code
        return json_reply(
            {
                "state": settled.settlement.value,
                "transaction_id": settled.transaction_id,
                "code": code,
            }
        )

    return router
