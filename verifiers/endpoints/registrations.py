"""What the operator registers: who may ask for what; and the list of all that ever was."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from keys import base64url
from keys.errors import KeysError
from keys.json_value import JsonObject
from verifiers.endpoints.answers import Authorize, ProblemRoute
from verifiers.endpoints.described import operator
from verifiers.endpoints.operator_schemas import DEFINITION
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.services.registering import MAX_DEFINITION, Published
from verifiers.verifier import Verifiers
from web.body import read_json_object
from web.replies import json_reply

ROLE = "operator"


def registration_routes(verifiers: Verifiers, authorize: Authorize) -> APIRouter:
    """Return ``/operator/registrations``: register a definition, and list what is registered."""
    router = APIRouter(prefix="/operator/registrations", route_class=ProblemRoute)

    @router.get("", **operator("registrations"))
    async def registered(request: Request) -> Response:
        """Return every registration that ever counted."""
        authorize(request, ROLE)
        listed = [_published_form(verifiers, one) for one in await verifiers.registering.history()]
        return json_reply({"registrations": [*listed]})

    @router.post("", **operator("register", body=DEFINITION, refuses=(503,)))
    async def register(request: Request) -> Response:
        """Register a relying party, or what changed of it."""
        authorize(request, ROLE)
        body = await read_json_object(request, limit=MAX_DEFINITION)
        definition = await verifiers.registering.register(body)
        return json_reply(
            {
                "party": definition.party.id,
                "purposes": [purpose.code for purpose in definition.party.purposes],
                "profiles": [profile.name for profile in definition.profiles],
            }
        )

    return router


def hash_in(text: str) -> bytes:
    """Return a registration's hash as requests carry it; what is none is of no registration."""
    try:
        return base64url.decode(text)
    except KeysError:
        raise VerifierError(Failure.PROFILE_UNKNOWN, "registration") from None


def _published_form(verifiers: Verifiers, one: Published) -> JsonObject:
    current = verifiers.registering.is_current(one)
    return {
        "party": one.party,
        "purpose": one.purpose,
        "sha256": base64url.encode(one.sha256),
        "since": one.since.isoformat(),
        "current": current,
    }
