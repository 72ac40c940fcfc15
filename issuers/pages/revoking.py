"""Everything one citizen was issued here is revoked in one act: somebody lost a device."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from issuers.pages.citizens import CITIZENS, found_citizen
from issuers.pages.orders import line
from issuers.pages.problems import back_to
from issuers.pages.rooms import Rooms, Values


def revoking_pages(rooms: Rooms, router: APIRouter) -> APIRouter:
    """Return the page that asks for the reason, and its act."""
    revocations, pages = rooms.issuers.revocations, rooms.pages

    @router.get(CITIZENS + "/{citizen}/revoke")
    async def confirm(request: Request, citizen: str) -> Response:
        visitor, clerk = await rooms.officer(request)
        found = await found_citizen(rooms, citizen, clerk)
        values: Values = {"citizen": found}
        return pages.page(request, "issuers/revoke_all.html", visitor, **values)

    @router.post(CITIZENS + "/{citizen}/revoke")
    async def revoke(request: Request, citizen: str) -> Response:
        visitor, clerk = await rooms.officer(request)
        form = await pages.form(request, visitor)

        async def do() -> str:
            revoked = await revocations.revoke_all(citizen, line(form, "reason"), clerk)
            return f"{CITIZENS}/{citizen}?revoked={revoked}"

        with back_to(f"{CITIZENS}/{citizen}"):
            return await pages.once(form, do)

    return router
