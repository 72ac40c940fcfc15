"""The access records of an authority, looked over by its officers; the rules say their numbers."""

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from issuers.pages.problems import DESK
from issuers.pages.rooms import Rooms, Values
from issuers.register.accesses import FORMULAS

ACCESSES: Final = f"{DESK}/accesses"


def access_pages(rooms: Rooms, router: APIRouter) -> APIRouter:
    """Return ``/issuers/desk/accesses``."""

    @router.get(ACCESSES)
    async def accesses(request: Request) -> Response:
        visitor, clerk = await rooms.officer(request)
        overview = await rooms.issuers.desk.accesses(clerk)
        values: Values = {
            "latest": overview.latest,
            "findings": overview.findings,
            "formulas": {rule.value: formula.as_dict() for rule, formula in FORMULAS.items()},
        }
        return rooms.pages.page(request, "issuers/accesses.html", visitor, **values)

    return router
