"""The codes an institution prints for its counters, opened, listed and closed by the operator."""

from http import HTTPStatus
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from keys.json_value import JsonObject
from verifiers.asking.desks import PrintedDesk, printed_link
from verifiers.endpoints.answers import Authorize, ProblemRoute
from verifiers.endpoints.described import operator
from verifiers.endpoints.operator import ROLE
from verifiers.endpoints.operator_schemas import DESK
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.verifier import Verifiers
from web.body import read_json_object
from web.replies import json_reply

# Two names.
_BODY_LIMIT: Final = 4 * 1024


def desk_routes(verifiers: Verifiers, authorize: Authorize) -> APIRouter:
    """Return ``/operator/desks``; whose counter it is, its check says."""
    router = APIRouter(prefix="/operator/desks", route_class=ProblemRoute)
    desks = verifiers.counter.desks

    @router.get("", **operator("desks"))
    async def every(request: Request) -> Response:
        """Return every counter whose printed code starts something."""
        authorize(request, ROLE)
        found = [
            desk
            for party in verifiers.catalogue.registrations.parties
            for desk in await desks.of(party.id)
        ]
        return json_reply({"desks": [_form(verifiers, desk) for desk in found]})

    @router.post("", **operator("open_desk", body=DESK, refuses=(404, 429)))
    async def open_one(request: Request) -> Response:
        """Open a counter: what its code leads to starts a question of this check."""
        authorize(request, ROLE)
        match await read_json_object(request, limit=_BODY_LIMIT):
            case {"profile": str(profile), "name": str(name), **others} if not others:
                party = verifiers.catalogue.profile(profile).party
            case _:
                raise VerifierError(Failure.REQUEST_INVALID, "profile and name, and nothing else")
        return json_reply(_form(verifiers, await desks.open(party, profile, name.strip())))

    @router.delete("/{desk_id}", **operator("close_desk", refuses=(404,)))
    async def close(desk_id: str, request: Request) -> Response:
        """Close a counter: its printed code starts nothing any more."""
        authorize(request, ROLE)
        desk = await desks.find(desk_id)
        await desks.close(desk.id, party=desk.party)
        return Response(status_code=HTTPStatus.NO_CONTENT)

    return router


def _form(verifiers: Verifiers, desk: PrintedDesk) -> JsonObject:
    return {
        "desk": desk.id,
        "party": desk.party,
        "profile": desk.profile,
        "name": desk.name,
        "link": printed_link(verifiers.base, desk.id),
        "opened_at": desk.opened_at.isoformat(),
    }
