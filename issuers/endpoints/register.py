"""What the operator changes in the resident register. Only with an operator's token."""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Request, Response

from issuers.clerks import OPERATOR
from issuers.endpoints.answers import on_other_addresses
from issuers.endpoints.described import desk
from issuers.endpoints.desk_input import BODY_LIMIT, day, line, reader_of
from issuers.endpoints.desk_schemas import MOVE, RESTRICTION
from issuers.issuer import Issuers
from web.body import read_json_object
from web.replies import json_reply

Endpoint = Callable[..., Awaitable[Response]]
Authorize = Callable[[Request, str], str]


def routes(issuers: Issuers, authorize: Authorize) -> APIRouter:
    """Return the addresses that change the register; each asks ``authorize`` first."""
    router = APIRouter(prefix="/issuers/operator", tags=["operator"])
    router.post("/moves", **desk("outdated", body=MOVE, refuses=(404, 409)))(
        _moves(issuers, authorize)
    )
    router.post("/restrictions", **desk("restricted", body=RESTRICTION, refuses=(404, 409)))(
        _restrict(issuers, authorize)
    )
    router.post("/restrictions/lift", **desk("restricted", body=RESTRICTION, refuses=(404,)))(
        _lift(issuers, authorize)
    )
    return router


def _moves(issuers: Issuers, authorize: Authorize) -> Endpoint:
    @on_other_addresses
    async def moves(request: Request) -> Response:
        """Report a household's move: ``{"citizen", "address", "on", "reason"}``."""
        authorize(request, OPERATOR.name)
        reader = reader_of(await read_json_object(request, limit=BODY_LIMIT))
        outdated = await issuers.desk.registry.report_move(
            reader.text("citizen"),
            line(reader, "address"),
            day(reader, "on"),
            line(reader, "reason"),
            OPERATOR,
        )
        return json_reply({"outdated": outdated})

    return moves


def _restrict(issuers: Issuers, authorize: Authorize) -> Endpoint:
    @on_other_addresses
    async def restrict(request: Request) -> Response:
        """Keep an applicant away from a citizen's household: ``{"protected", "against"}``."""
        authorize(request, OPERATOR.name)
        reader = reader_of(await read_json_object(request, limit=BODY_LIMIT))
        protected, against = reader.text("protected"), reader.text("against")
        await issuers.desk.registry.restrict(protected, against, OPERATOR)
        return json_reply({"protected": protected, "against": against, "restricted": True})

    return restrict


def _lift(issuers: Issuers, authorize: Authorize) -> Endpoint:
    @on_other_addresses
    async def lift(request: Request) -> Response:
        """End such a restriction: ``{"protected", "against"}``."""
        authorize(request, OPERATOR.name)
        reader = reader_of(await read_json_object(request, limit=BODY_LIMIT))
        protected, against = reader.text("protected"), reader.text("against")
        await issuers.desk.registry.lift(protected, against, OPERATOR)
        return json_reply({"protected": protected, "against": against, "restricted": False})

    return lift
