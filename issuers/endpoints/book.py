"""The operator's issue book: entries, changes, notices. Only with an operator's token."""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Request, Response

from issuers.clerks import OPERATOR
from issuers.endpoints.answers import on_other_addresses
from issuers.endpoints.described import desk
from issuers.endpoints.desk_input import BODY_LIMIT, line, parse_filter, reader_of
from issuers.endpoints.desk_output import (
    certificate_as_dict,
    history_as_list,
    notice_as_dict,
)
from issuers.endpoints.desk_schemas import BOOK, OF_CITIZEN, REASON
from issuers.issuer import Issuers
from issuers.ports import Change
from issuers.status.standing import BY_CLERKS, Action
from keys.strict_json import JsonObject
from web.body import read_json_object
from web.replies import json_reply

Endpoint = Callable[..., Awaitable[Response]]
Authorize = Callable[[Request, str], str]


def routes(issuers: Issuers, authorize: Authorize) -> APIRouter:
    """Return the addresses of the book; each asks ``authorize`` first."""
    router = APIRouter(prefix="/issuers/operator", tags=["operator"])
    router.post("/book", **desk("entries", body=BOOK))(_book(issuers, authorize))
    router.get("/notices", **desk("notices", refuses=(404,), parameters=(OF_CITIZEN,)))(
        _notices(issuers, authorize)
    )
    router.get("/credentials", **desk("credentials", refuses=(404,), parameters=(OF_CITIZEN,)))(
        _certificates(issuers, authorize)
    )
    router.get("/credentials/{number}", **desk("id", "history", refuses=(404,)))(
        _certificate(issuers, authorize)
    )
    for action in BY_CLERKS:
        described = desk("id", "status", body=REASON, refuses=(404, 409))
        router.post(f"/credentials/{{number}}/{action}", **described)(
            _change(issuers, authorize, action)
        )
    return router


def _book(issuers: Issuers, authorize: Authorize) -> Endpoint:
    @on_other_addresses
    async def book(request: Request) -> Response:
        """Return a page of the issue book: ``{"kind", "status", "since", "until", "text", …}``."""
        authorize(request, OPERATOR.name)
        body = await read_json_object(request, limit=BODY_LIMIT)
        wanted, before, limit = parse_filter(body)
        page = await issuers.desk.book(OPERATOR, wanted, before, limit)
        earlier: JsonObject = {} if page.earlier is None else {"earlier": str(page.earlier)}
        return json_reply(
            {"entries": [certificate_as_dict(one) for one in page.entries], **earlier}
        )

    return book


def _notices(issuers: Issuers, authorize: Authorize) -> Endpoint:
    @on_other_addresses
    async def notices(request: Request) -> Response:
        """Return the notices of issue to the citizen ``?to=``, the latest first."""
        authorize(request, OPERATOR.name)
        found = await issuers.desk.notices_of(request.query_params.get("to", ""))
        return json_reply({"notices": [notice_as_dict(one) for one in found]})

    return notices


def _certificates(issuers: Issuers, authorize: Authorize) -> Endpoint:
    @on_other_addresses
    async def certificates(request: Request) -> Response:
        """Return the certificates issued to the citizen ``?to=``, the latest first."""
        authorize(request, OPERATOR.name)
        # Read by hand, so that a call without it is asked for its token first.
        kept = await issuers.desk.certificates_of(request.query_params.get("to", ""))
        return json_reply({"credentials": [certificate_as_dict(one) for one in kept]})

    return certificates


def _certificate(issuers: Issuers, authorize: Authorize) -> Endpoint:
    @on_other_addresses
    async def certificate(number: str, request: Request) -> Response:
        """Return a certificate with its history, by its issue number."""
        authorize(request, OPERATOR.name)
        kept = await issuers.desk.certificate(number, OPERATOR)
        history = history_as_list(kept.history)
        return json_reply({**certificate_as_dict(kept), "history": history})

    return certificate


def _change(issuers: Issuers, authorize: Authorize, action: Action) -> Endpoint:
    @on_other_addresses
    async def change(number: str, request: Request) -> Response:
        """Change the status of a certificate, by its issue number: ``{"reason"}``."""
        authorize(request, OPERATOR.name)
        reader = reader_of(await read_json_object(request, limit=BODY_LIMIT))
        wanted = Change(number, action, line(reader, "reason"), OPERATOR)
        return json_reply(certificate_as_dict(await issuers.desk.change(wanted)))

    change.__name__ = action.value
    return change
