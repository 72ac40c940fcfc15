"""Refuse an application on a ground, and look over what was refused."""

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from issuers.catalogue import Catalogue
from issuers.errors import IssuerError, IssuerFailure
from issuers.grounds import STATUTORY, Ground, every_rule, rule_of
from issuers.offers.offer import Order
from issuers.pages.citizens import CITIZENS, found_citizen
from issuers.pages.problems import DESK, back_to
from issuers.pages.rooms import Rooms, Values
from web.form import Form

_REFUSE: Final = CITIZENS + "/{citizen}/issue/{kind}/refuse"
REFUSALS: Final = f"{DESK}/refusals"


def refusing_pages(rooms: Rooms, router: APIRouter) -> APIRouter:
    """Return the page that refuses an application, and ``/issuers/desk/refusals``."""
    desk, pages = rooms.issuers.desk, rooms.pages

    @router.get(_REFUSE)
    async def choose(request: Request, citizen: str, kind: str) -> Response:
        visitor, clerk = await rooms.officer(request)
        rules = every_rule()
        values: Values = {
            "citizen": await found_citizen(rooms, citizen, clerk),
            "kind": Catalogue(desk.kinds(clerk)).kind(kind),
            # What a desk sees most often stands first; the decree's own order comes after.
            "rules": (*rules[len(STATUTORY) :], *rules[: len(STATUTORY)]),
        }
        return pages.page(request, "issuers/refuse.html", visitor, **values)

    @router.post(_REFUSE)
    async def refuse(request: Request, citizen: str, kind: str) -> Response:
        visitor, clerk = await rooms.officer(request)
        form = await pages.form(request, visitor)

        async def do() -> str:
            await desk.refuse(Order(kind, citizen), ground_in(form), clerk)
            return f"{CITIZENS}/{citizen}?refused=yes"

        with back_to(_REFUSE.format(citizen=citizen, kind=kind)):
            return await pages.once(form, do)

    @router.get(REFUSALS)
    async def refusals(request: Request) -> Response:
        visitor, clerk = await rooms.officer(request)
        latest = await desk.refusals.latest(clerk)
        values: Values = {
            "latest": [(each, rule_of(each.ground)) for each in latest],
            "catalogue": rooms.issuers.catalogue.kinds,
        }
        return pages.page(request, "issuers/refusals.html", visitor, **values)

    return router


def ground_in(form: Form) -> Ground:
    """Return the ground chosen in a form, or raise `IssuerError` (malformed)."""
    text = form.one("ground")
    if text not in set(Ground):
        raise IssuerError(IssuerFailure.MALFORMED, "choose a ground that is listed")
    return Ground(text)
