"""What the registry's officers write into the register: a move, and a protection (§13의2)."""

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from issuers.certificate.authority import RESIDENT_REGISTRY
from issuers.clerks import Clerk
from issuers.pages.citizens import CITIZENS, found_citizen
from issuers.pages.orders import day, line
from issuers.pages.problems import back_to, desk_problem_of
from issuers.pages.rooms import Rooms
from issuers.register.citizens import FoundCitizen, unknown_citizen
from web.form import Form

_MOVE: Final = CITIZENS + "/{citizen}/move"
_PROTECTION: Final = CITIZENS + "/{citizen}/protection"


def register_pages(rooms: Rooms, router: APIRouter) -> APIRouter:
    """Return the pages for a move and for a protection, each with its effect said before."""
    router.include_router(_moving(rooms, rooms.pages.router(desk_problem_of)))
    router.include_router(_protecting(rooms, rooms.pages.router(desk_problem_of)))
    return router


def _moving(rooms: Rooms, router: APIRouter) -> APIRouter:
    @router.get(_MOVE)
    async def move(request: Request, citizen: str) -> Response:
        visitor, clerk = await rooms.officer(request)
        found = await _registered(rooms, citizen, clerk)
        return rooms.pages.page(request, "issuers/move.html", visitor, citizen=found)

    @router.post(_MOVE)
    async def report(request: Request, citizen: str) -> Response:
        visitor, clerk = await rooms.officer(request)
        form = await rooms.pages.form(request, visitor)

        async def do() -> str:
            address, on, reason = line(form, "address"), day(form, "on"), line(form, "reason")
            desk = rooms.issuers.desk
            outdated = await desk.registry.report_move(citizen, address, on, reason, clerk)
            return f"{CITIZENS}/{citizen}?moved={outdated}"

        with back_to(_MOVE.format(citizen=citizen)):
            return await rooms.pages.once(form, do)

    return router


def _protecting(rooms: Rooms, router: APIRouter) -> APIRouter:
    @router.get(_PROTECTION)
    async def protection(request: Request, citizen: str) -> Response:
        visitor, clerk = await rooms.officer(request)
        found = await _registered(rooms, citizen, clerk)
        return rooms.pages.page(request, "issuers/protection.html", visitor, citizen=found)

    @router.post(_PROTECTION)
    async def change(request: Request, citizen: str) -> Response:
        visitor, clerk = await rooms.officer(request)
        form = await rooms.pages.form(request, visitor)

        async def do() -> str:
            against = (await _from_whom(rooms, form, clerk)).citizen
            desk = rooms.issuers.desk
            if form.one("do") == "lift":
                await desk.registry.lift(citizen, against, clerk)
                return f"{CITIZENS}/{citizen}?restricted=lifted"
            await desk.registry.restrict(citizen, against, clerk)
            return f"{CITIZENS}/{citizen}?restricted=set"

        with back_to(_PROTECTION.format(citizen=citizen)):
            return await rooms.pages.once(form, do)

    return router


async def _registered(rooms: Rooms, citizen: str, clerk: Clerk) -> FoundCitizen:
    """Return a citizen whose register entry this clerk may change; else as unknown (H90)."""
    if not clerk.covers(RESIDENT_REGISTRY.name):
        raise unknown_citizen()
    return await found_citizen(rooms, citizen, clerk)


async def _from_whom(rooms: Rooms, form: Form, clerk: Clerk) -> FoundCitizen:
    """Return the one applicant who is to be kept away, by name and birth date or by number."""
    typed = f"{form.one('against')} {form.one('born_on')}".strip()
    found = await rooms.issuers.desk.find_citizens(typed, clerk)
    if len(found) != 1:
        raise unknown_citizen()
    return found[0]
