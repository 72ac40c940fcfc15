"""Refusals by the operator, and what a citizen was refused. Only with an operator's token."""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Request, Response

from issuers.clerks import OPERATOR
from issuers.endpoints.answers import on_other_addresses
from issuers.endpoints.described import desk
from issuers.endpoints.desk_input import BODY_LIMIT, parse_ground, parse_order
from issuers.endpoints.desk_output import refusal_as_dict
from issuers.endpoints.desk_schemas import OF_CITIZEN, REFUSAL
from issuers.issuer import Issuers
from web.body import read_json_object
from web.replies import json_reply

Endpoint = Callable[..., Awaitable[Response]]
Authorize = Callable[[Request, str], str]


def routes(issuers: Issuers, authorize: Authorize) -> APIRouter:
    """Return the addresses of refusals; each asks ``authorize`` first."""
    router = APIRouter(prefix="/issuers/operator", tags=["operator"])
    router.post("/refusals", **desk("at", "ground", body=REFUSAL, refuses=(404, 409)))(
        _refuse(issuers, authorize)
    )
    router.get("/refusals", **desk("refusals", refuses=(404,), parameters=(OF_CITIZEN,)))(
        _refusals(issuers, authorize)
    )
    return router


def _refuse(issuers: Issuers, authorize: Authorize) -> Endpoint:
    @on_other_addresses
    async def refuse(request: Request) -> Response:
        """Refuse an application on a ground: an order, and ``{"ground"}``."""
        authorize(request, OPERATOR.name)
        body = await read_json_object(request, limit=BODY_LIMIT)
        refused = await issuers.desk.refuse(parse_order(body), parse_ground(body), OPERATOR)
        return json_reply(refusal_as_dict(refused))

    return refuse


def _refusals(issuers: Issuers, authorize: Authorize) -> Endpoint:
    @on_other_addresses
    async def refusals(request: Request) -> Response:
        """Return what the citizen ``?to=`` was refused, the latest first."""
        authorize(request, OPERATOR.name)
        found = await issuers.desk.refusals.told(request.query_params.get("to", ""))
        return json_reply({"refusals": [refusal_as_dict(one) for one in found]})

    return refusals
