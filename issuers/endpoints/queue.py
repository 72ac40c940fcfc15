"""What waits for a decision, and the decision. Only with an operator's token."""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Request, Response

from issuers.clerks import OPERATOR
from issuers.endpoints.answers import on_other_addresses
from issuers.endpoints.described import desk
from issuers.endpoints.desk_input import BODY_LIMIT, parse_ground
from issuers.endpoints.desk_output import waiting_as_dict
from issuers.endpoints.desk_schemas import GROUND
from issuers.issuer import Issuers
from web.body import read_json_object
from web.replies import json_reply

Endpoint = Callable[..., Awaitable[Response]]
Authorize = Callable[[Request, str], str]


def routes(issuers: Issuers, authorize: Authorize) -> APIRouter:
    """Return the addresses of the queue; each asks ``authorize`` first."""
    router = APIRouter(prefix="/issuers/operator/queue", tags=["operator"])
    router.get("", **desk("orders"))(_queue(issuers, authorize))
    router.post("/{number}/approve", **desk("id", "decision", refuses=(404,)))(
        _approve(issuers, authorize)
    )
    router.post("/{number}/deny", **desk("id", "decision", body=GROUND, refuses=(404,)))(
        _deny(issuers, authorize)
    )
    return router


def _queue(issuers: Issuers, authorize: Authorize) -> Endpoint:
    @on_other_addresses
    async def queue(request: Request) -> Response:
        """Return the orders that wait, the oldest first."""
        authorize(request, OPERATOR.name)
        waiting = await issuers.desk.decisions.queue(OPERATOR)
        return json_reply({"orders": [waiting_as_dict(order) for order in waiting]})

    return queue


def _approve(issuers: Issuers, authorize: Authorize) -> Endpoint:
    @on_other_addresses
    async def approve(number: str, request: Request) -> Response:
        """Let a wallet fetch what was ordered under this number."""
        authorize(request, OPERATOR.name)
        order = await issuers.desk.decisions.approve(number, OPERATOR)
        return json_reply({**waiting_as_dict(order), "decision": "approved"})

    return approve


def _deny(issuers: Issuers, authorize: Authorize) -> Endpoint:
    @on_other_addresses
    async def deny(number: str, request: Request) -> Response:
        """Refuse what was ordered under this number: ``{"ground"}``."""
        authorize(request, OPERATOR.name)
        ground = parse_ground(await read_json_object(request, limit=BODY_LIMIT))
        order = await issuers.desk.decisions.refuse(number, ground, OPERATOR)
        return json_reply({**waiting_as_dict(order), "decision": "refused"})

    return deny
