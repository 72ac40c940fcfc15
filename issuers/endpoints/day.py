"""The operator's day: what was issued and the fees for it; and the book for other programs."""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Request, Response
from starlette.responses import StreamingResponse

from issuers.clerks import OPERATOR
from issuers.desk.export import MEDIA_TYPE, book_csv
from issuers.endpoints.answers import on_other_addresses
from issuers.endpoints.described import desk
from issuers.endpoints.desk_input import (
    BODY_LIMIT,
    day,
    parse_clerk,
    parse_filter,
    parse_order,
    reader_of,
)
from issuers.endpoints.desk_output import taken_as_dict
from issuers.endpoints.desk_schemas import BOOK, DAY, ORDER
from issuers.issuer import Issuers
from issuers.offers.fees import total
from web.body import read_json_object
from web.replies import json_reply

Endpoint = Callable[..., Awaitable[Response]]
Authorize = Callable[[Request, str], str]


def routes(issuers: Issuers, authorize: Authorize) -> APIRouter:
    """Return the addresses of the day and of the book as CSV; each asks ``authorize`` first."""
    router = APIRouter(prefix="/issuers/operator", tags=["operator"])
    router.post("/day", **desk("on", "taken", "won", body=DAY))(_day(issuers, authorize))
    router.post("/views", **desk("at", "fee", body=ORDER, refuses=(404, 409)))(
        _show(issuers, authorize)
    )
    router.post("/book.csv", **desk(body=BOOK, told={MEDIA_TYPE: {"type": "string"}}))(
        _export(issuers, authorize)
    )
    return router


def _day(issuers: Issuers, authorize: Authorize) -> Endpoint:
    @on_other_addresses
    async def the_day(request: Request) -> Response:
        """Return papers and fees of a day in Korea, by kind and officer: ``{"on"}``."""
        authorize(request, OPERATOR.name)
        reader = reader_of(await read_json_object(request, limit=BODY_LIMIT))
        on = day(reader, "on")
        taken = await issuers.desk.till.taken(OPERATOR, on)
        rows = [taken_as_dict(one) for one in taken]
        return json_reply({"on": on.isoformat(), "taken": [*rows], "won": total(taken)})

    return the_day


def _show(issuers: Issuers, authorize: Authorize) -> Endpoint:
    @on_other_addresses
    async def show(request: Request) -> Response:
        """Write down that an applicant was shown the register: an order, as for an offer."""
        authorize(request, OPERATOR.name)
        body = await read_json_object(request, limit=BODY_LIMIT)
        viewing = await issuers.desk.show(parse_order(body), parse_clerk(body))
        return json_reply({"at": viewing.at.isoformat(), "fee": viewing.fee})

    return show


def _export(issuers: Issuers, authorize: Authorize) -> Endpoint:
    @on_other_addresses
    async def export(request: Request) -> Response:
        """Return the whole book that fits the filters of ``/issuers/operator/book`` as CSV."""
        authorize(request, OPERATOR.name)
        filters, _, _ = parse_filter(await read_json_object(request, limit=BODY_LIMIT))
        return StreamingResponse(
            book_csv(issuers.desk, OPERATOR, filters),
            media_type=MEDIA_TYPE,
            headers={"Cache-Control": "no-store"},
        )

    return export
