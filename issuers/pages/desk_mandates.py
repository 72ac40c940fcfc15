"""Mandates at the counter, for people without a phone: taken from paper, shown, withdrawn."""

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from issuers.catalogue import Catalogue
from issuers.issuance.mandates import LONGEST, MOST_USES, MandateState, article_for
from issuers.pages.citizens import CITIZENS, found_citizen
from issuers.pages.everyday import purposes_of, usual_first
from issuers.pages.mandates import wanted
from issuers.pages.problems import back_to
from issuers.pages.rooms import Rooms, Values

_MANDATES: Final = CITIZENS + "/{citizen}/mandates"
_GIVE: Final = _MANDATES + "/give/{kind}"


def desk_mandate_pages(rooms: Rooms, router: APIRouter) -> APIRouter:
    """Return the pages of a citizen's mandates at one authority's desk (form 별지 제9호서식)."""
    _listing(rooms, router)
    _taking(rooms, router)
    return router


def _listing(rooms: Rooms, router: APIRouter) -> None:
    desk, pages = rooms.issuers.desk, rooms.pages

    @router.get(_MANDATES)
    async def mandates(request: Request, citizen: str) -> Response:
        visitor, clerk = await rooms.officer(request)
        found = await found_citizen(rooms, citizen, clerk)
        given = await desk.mandates.given_by(found.citizen)
        received = await desk.mandates.given_to(found.citizen)
        values: Values = {
            "citizen": found,
            "given": [one for one in given if clerk.covers(one.mandate.authority)],
            "received": [one for one in received if clerk.covers(one.mandate.authority)],
            "kinds": usual_first(desk.kinds(clerk)),
            "catalogue": rooms.issuers.catalogue.kinds,
            "open": MandateState.OPEN,
            "done": request.query_params.get("done", ""),
        }
        return pages.page(request, "issuers/desk_mandates.html", visitor, **values)

    @router.post(_MANDATES + "/{mandate}/withdraw")
    async def withdraw(request: Request, citizen: str, mandate: str) -> Response:
        visitor, clerk = await rooms.officer(request)
        form = await pages.form(request, visitor)

        async def do() -> str:
            await found_citizen(rooms, citizen, clerk)
            await desk.mandates.withdraw(mandate, citizen)
            return f"{_MANDATES.format(citizen=citizen)}?done=withdrawn"

        with back_to(_MANDATES.format(citizen=citizen)):
            return await pages.once(form, do)


def _taking(rooms: Rooms, router: APIRouter) -> None:
    desk, pages = rooms.issuers.desk, rooms.pages

    @router.get(_GIVE)
    async def write(request: Request, citizen: str, kind: str) -> Response:
        visitor, clerk = await rooms.officer(request)
        found = Catalogue(desk.kinds(clerk)).kind(kind)
        values: Values = {
            "citizen": await found_citizen(rooms, citizen, clerk),
            "kind": found,
            "purposes": purposes_of(found),
            "law": article_for(found.authority.name),
            "most": MOST_USES,
            "days": LONGEST.days,
            "action": _GIVE.format(citizen=citizen, kind=kind),
            "back": _MANDATES.format(citizen=citizen),
        }
        return pages.page(request, "issuers/desk_mandate.html", visitor, **values)

    @router.post(_GIVE)
    async def give(request: Request, citizen: str, kind: str) -> Response:
        visitor, clerk = await rooms.officer(request)
        form = await pages.form(request, visitor)
        found = Catalogue(desk.kinds(clerk)).kind(kind)

        async def do() -> str:
            principal = await found_citizen(rooms, citizen, clerk)
            await desk.mandates.give(wanted(form, found, principal.citizen), clerk)
            return f"{_MANDATES.format(citizen=citizen)}?done=given"

        with back_to(_GIVE.format(citizen=citizen, kind=kind)):
            return await pages.once(form, do)
