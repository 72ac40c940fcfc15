"""Mandates as the operator gives, lists and withdraws them. Only with an operator's token."""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Request, Response

from issuers.clerks import OPERATOR
from issuers.endpoints.answers import on_other_addresses
from issuers.endpoints.described import desk
from issuers.endpoints.desk_input import BODY_LIMIT, day, line, reader_of
from issuers.endpoints.desk_output import mandate_as_dict
from issuers.endpoints.desk_schemas import BY_CITIZEN, MANDATE, WITHDRAWAL
from issuers.issuance.mandates import MandateState, ShownMandate, Wanted
from issuers.issuer import Issuers
from keys.strict_json import JsonValue
from web.body import read_json_object
from web.replies import json_reply

Endpoint = Callable[..., Awaitable[Response]]
Authorize = Callable[[Request, str], str]


def routes(issuers: Issuers, authorize: Authorize) -> APIRouter:
    """Return the addresses of mandates; each asks ``authorize`` first."""
    router = APIRouter(prefix="/issuers/operator", tags=["operator"])
    router.post("/mandates", **desk("mandate", body=MANDATE, refuses=(404, 409, 429)))(
        _give(issuers, authorize)
    )
    router.get("/mandates", **desk("given", "received", refuses=(404,), parameters=(BY_CITIZEN,)))(
        _list(issuers, authorize)
    )
    router.post(
        "/mandates/{mandate_id}/withdraw", **desk("withdrawn", body=WITHDRAWAL, refuses=(404,))
    )(_withdraw(issuers, authorize))
    return router


def _give(issuers: Issuers, authorize: Authorize) -> Endpoint:
    @on_other_addresses
    async def give(request: Request) -> Response:
        """Write a mandate down: ``{"from", "to", "kind", "purpose", "until", "uses"}``."""
        authorize(request, OPERATOR.name)
        reader = reader_of(await read_json_object(request, limit=BODY_LIMIT))
        kind = issuers.catalogue.kind(reader.text("kind"))
        wanted = Wanted(
            principal=reader.text("from"),
            proxy=line(reader, "to"),
            kind=kind.name,
            purpose=line(reader, "purpose") if reader.has("purpose") else kind.purpose.name,
            until=day(reader, "until"),
            uses=_uses(reader.optional_count("uses")),
        )
        given = await issuers.desk.mandates.give(wanted, OPERATOR)
        return json_reply(mandate_as_dict(given, MandateState.OPEN))

    return give


def _list(issuers: Issuers, authorize: Authorize) -> Endpoint:
    @on_other_addresses
    async def mandates(request: Request) -> Response:
        """Return what the citizen ``?of=`` gave, and was given; the latest first."""
        authorize(request, OPERATOR.name)
        citizen = request.query_params.get("of", "")
        desk = issuers.desk.mandates
        given, received = await desk.given_by(citizen), await desk.given_to(citizen)

        return json_reply({"given": _listed(given), "received": _listed(received)})

    return mandates


def _withdraw(issuers: Issuers, authorize: Authorize) -> Endpoint:
    @on_other_addresses
    async def withdraw(mandate_id: str, request: Request) -> Response:
        """End a mandate of the principal ``{"from"}``; another's is not there (H90)."""
        authorize(request, OPERATOR.name)
        reader = reader_of(await read_json_object(request, limit=BODY_LIMIT))
        await issuers.desk.mandates.withdraw(mandate_id, reader.text("from"))
        return json_reply({"mandate": mandate_id, "withdrawn": True})

    return withdraw


def _uses(asked: int | None) -> int:
    return 1 if asked is None else asked


def _listed(found: tuple[ShownMandate, ...]) -> list[JsonValue]:
    return [mandate_as_dict(one.mandate, one.state) for one in found]
