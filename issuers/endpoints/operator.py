"""The operator's desk: kinds, citizens, previews, offers. Only with an operator's token.

The token is good for every authority; clerks of one authority work in the pages. What a search
looks for travels in the body: addresses end up in logs.
"""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Request, Response

from issuers.clerks import OPERATOR
from issuers.endpoints.answers import on_other_addresses
from issuers.endpoints.described import desk
from issuers.endpoints.desk_input import BODY_LIMIT, parse_clerk, parse_order, reader_of
from issuers.endpoints.desk_output import citizen_as_dict, kind_as_dict, preview_as_dict
from issuers.endpoints.desk_schemas import ORDER, SEARCH
from issuers.issuer import Issuers
from keys.strict_json import JsonObject
from web.body import read_json_object
from web.replies import json_reply

PREVIEW = ("kind", "authority", "applicant", "about", "fee", "until", "claims")

Endpoint = Callable[..., Awaitable[Response]]
Authorize = Callable[[Request, str], str]


def routes(issuers: Issuers, authorize: Authorize) -> APIRouter:
    """Return the addresses below ``/issuers/operator``; each asks ``authorize`` first."""
    router = APIRouter(prefix="/issuers/operator", tags=["operator"])
    router.get("/kinds", **desk("kinds"))(_kinds(issuers, authorize))
    router.post("/citizens", **desk("citizens", body=SEARCH))(_citizens(issuers, authorize))
    router.post("/previews", **desk(*PREVIEW, body=ORDER, refuses=(404, 409)))(
        _previews(issuers, authorize)
    )
    router.post("/offers", **desk("credential_offer_uri", body=ORDER, refuses=(404, 409, 429)))(
        _offers(issuers, authorize)
    )
    return router


def _kinds(issuers: Issuers, authorize: Authorize) -> Endpoint:
    @on_other_addresses
    async def kinds(request: Request) -> Response:
        """Return the kinds of certificate that can be offered, with options and views."""
        authorize(request, OPERATOR.name)
        kinds = [kind_as_dict(kind, issuers.base) for kind in issuers.desk.kinds(OPERATOR)]
        return json_reply({"kinds": [*kinds]})

    return kinds


def _citizens(issuers: Issuers, authorize: Authorize) -> Endpoint:
    @on_other_addresses
    async def citizens(request: Request) -> Response:
        """Return who has the handle or name in ``{"query"}``."""
        authorize(request, OPERATOR.name)
        reader = reader_of(await read_json_object(request, limit=BODY_LIMIT))
        found = await issuers.desk.find_citizens(reader.text("query"), OPERATOR)
        return json_reply({"citizens": [citizen_as_dict(one) for one in found]})

    return citizens


def _previews(issuers: Issuers, authorize: Authorize) -> Endpoint:
    @on_other_addresses
    async def previews(request: Request) -> Response:
        """Return what would be signed for an order; nothing is written."""
        authorize(request, OPERATOR.name)
        body = await read_json_object(request, limit=BODY_LIMIT)
        shown = await issuers.desk.preview(parse_order(body), parse_clerk(body))
        return json_reply(preview_as_dict(shown))

    return previews


def _offers(issuers: Issuers, authorize: Authorize) -> Endpoint:
    @on_other_addresses
    async def offers(request: Request) -> Response:
        """Make an offer: ``{"kind", "to", "about", "view", "options", "purpose", …}``."""
        authorize(request, OPERATOR.name)
        body = await read_json_object(request, limit=BODY_LIMIT)
        made = await issuers.desk.offer(parse_order(body), parse_clerk(body))
        tx_code: JsonObject = {} if made.tx_code is None else {"tx_code": made.tx_code}
        return json_reply({"credential_offer_uri": made.credential_offer_uri, **tx_code})

    return offers
