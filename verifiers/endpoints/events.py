"""What an institution sets up and asks about its events: a webhook, and all after a number."""

from http import HTTPStatus
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from keys.json_value import JsonObject
from verifiers.endpoints.answers import Authorize, ProblemRoute
from verifiers.endpoints.described import operator
from verifiers.endpoints.operator import ROLE
from verifiers.endpoints.operator_schemas import AFTER, WEBHOOK
from verifiers.errors import VerifierError
from verifiers.events.telling import Events, webhook_form
from verifiers.failure import Failure
from web.body import read_json_object
from web.replies import json_reply

_PARTY: Final = "/parties/{party}"
# An address and the braces around it.
_BODY_LIMIT: Final = 4 * 1024
# Numbers stay exact in every reader of JSON below this.
_LARGEST: Final = 2**53


def event_routes(events: Events, authorize: Authorize) -> APIRouter:
    """Return ``/operator/webhooks`` and the addresses under ``/operator/parties/{party}``."""
    router = APIRouter(prefix="/operator", route_class=ProblemRoute)

    @router.get("/webhooks", **operator("webhooks"))
    async def webhooks(request: Request) -> Response:
        """Return where every party is told, how far, and why the last try failed."""
        authorize(request, ROLE)
        listed: list[JsonObject] = [{**webhook_form(each)} for each in await events.webhooks()]
        return json_reply({"webhooks": [*listed]})

    @router.post(f"{_PARTY}/webhook", **operator("tell_at", body=WEBHOOK, refuses=(400, 404)))
    async def register(party: str, request: Request) -> Response:
        """Have the events of a party posted to an address from now on."""
        authorize(request, ROLE)
        match await read_json_object(request, limit=_BODY_LIMIT):
            case {"address": str(address), **others} if not others:
                registered = await events.register(party, address)
            case _:
                raise VerifierError(Failure.REQUEST_INVALID, "address, and nothing else")
        return json_reply({**webhook_form(registered)})

    @router.get(f"{_PARTY}/webhook", **operator("webhook", refuses=(400, 404)))
    async def webhook(party: str, request: Request) -> Response:
        """Return where a party is told, how far, and why the last try failed."""
        authorize(request, ROLE)
        return json_reply({**webhook_form(await events.webhook(party))})

    @router.delete(f"{_PARTY}/webhook", **operator("remove_webhook", refuses=(400, 404)))
    async def remove(party: str, request: Request) -> Response:
        """Tell a party nothing any more."""
        authorize(request, ROLE)
        await events.remove(party)
        return Response(status_code=HTTPStatus.NO_CONTENT)

    @router.get(f"{_PARTY}/events", **operator("events", parameters=(AFTER,), refuses=(400, 404)))
    async def after(party: str, request: Request) -> Response:
        """Return what happened above a number, a hundred at the most."""
        authorize(request, ROLE)
        number = _number(request.query_params.get("after", "0"))
        listed: list[JsonObject] = [each.as_dict() for each in await events.after(party, number)]
        return json_reply({"events": [*listed]})

    return router


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > len(str(_LARGEST)):
        raise VerifierError(Failure.REQUEST_INVALID, "after is a number from 0")
    return min(int(text), _LARGEST)
