"""What waits for an officer: the queue, one order, and the two ways out of it."""

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from consent.forms.statutory import rule_of as law_of
from issuers.clerks import Clerk
from issuers.grounds import every_rule
from issuers.pages.citizens import found_citizen
from issuers.pages.problems import DESK, back_to
from issuers.pages.refusing import ground_in
from issuers.pages.rooms import Rooms, Values

QUEUE: Final = f"{DESK}/queue"


def queue_pages(rooms: Rooms, router: APIRouter) -> APIRouter:
    """Return ``/issuers/desk/queue``, the page of an order, and the page that refuses it."""
    decisions, pages = rooms.issuers.desk.decisions, rooms.pages

    @router.get(QUEUE)
    async def queue(request: Request) -> Response:
        visitor, clerk = await rooms.officer(request)
        values: Values = {
            "orders": await decisions.queue(clerk),
            "catalogue": rooms.issuers.catalogue.kinds,
            "decided": request.query_params.get("decided", ""),
        }
        return pages.page(request, "issuers/queue.html", visitor, **values)

    @router.get(QUEUE + "/{number}")
    async def waiting(request: Request, number: str) -> Response:
        visitor, clerk = await rooms.officer(request)
        values = await _order(rooms, number, clerk)
        return pages.page(request, "issuers/waiting.html", visitor, **values)

    @router.post(QUEUE + "/{number}/approve")
    async def approve(request: Request, number: str) -> Response:
        visitor, clerk = await rooms.officer(request)
        form = await pages.form(request, visitor)

        async def do() -> str:
            await decisions.approve(number, clerk)
            return f"{QUEUE}?decided=approved"

        with back_to(QUEUE):
            return await pages.once(form, do)

    @router.get(QUEUE + "/{number}/deny")
    async def choose(request: Request, number: str) -> Response:
        visitor, clerk = await rooms.officer(request)
        values = await _order(rooms, number, clerk)
        return pages.page(request, "issuers/deny.html", visitor, rules=every_rule(), **values)

    @router.post(QUEUE + "/{number}/deny")
    async def deny(request: Request, number: str) -> Response:
        visitor, clerk = await rooms.officer(request)
        form = await pages.form(request, visitor)

        async def do() -> str:
            await decisions.refuse(number, ground_in(form), clerk)
            return f"{QUEUE}?decided=refused"

        with back_to(f"{QUEUE}/{number}/deny"):
            return await pages.once(form, do)

    return router


async def _order(rooms: Rooms, number: str, clerk: Clerk) -> Values:
    """Return what the pages of an order that waits are about."""
    order = await rooms.issuers.desk.decisions.order(number, clerk)
    entitlement = order.entitlement
    return {
        "order": order,
        "kind": rooms.issuers.catalogue.kind(entitlement.kind),
        "law": None if entitlement.view is None else law_of(entitlement.view),
        "applicant": await found_citizen(rooms, entitlement.citizen, clerk),
        "about": await found_citizen(rooms, entitlement.subject, clerk),
    }
