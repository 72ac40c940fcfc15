"""The desk: find a citizen or a certificate, and the citizen's page."""

import re
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from issuers.certificate.authority import RESIDENT_REGISTRY
from issuers.clerks import Clerk
from issuers.errors import IssuerError
from issuers.issuance.book import BookFilter
from issuers.pages.everyday import usual_first
from issuers.pages.problems import DESK
from issuers.pages.rooms import Rooms, Values
from issuers.register.citizens import FOUND_LIMIT, FoundCitizen, check_handle, unknown_citizen
from web.cookies import see_other
from web.form import Form

CITIZENS: Final = f"{DESK}/citizens"
CERTIFICATES: Final = f"{DESK}/certificates"
# What a counter looks back on; the rest stands in the book.
LATEST: Final = 10
# An issue number as it is printed; anything else is a name or a handle.
_NUMBER: Final = re.compile(r"[0-9][0-9-]{5,31}")


def citizen_pages(rooms: Rooms, router: APIRouter) -> APIRouter:
    """Return ``/issuers/desk`` and the page of a citizen."""
    desk, pages = rooms.issuers.desk, rooms.pages

    @router.get(DESK)
    async def start(request: Request) -> Response:
        visitor, clerk = await rooms.officer(request)
        handles = request.query_params.getlist("found")[:FOUND_LIMIT]
        found = [await found_citizen(rooms, handle, clerk) for handle in handles if handle]
        values: Values = {"found": found, "looked": "found" in request.query_params}
        return pages.page(request, "issuers/desk.html", visitor, **values)

    @router.post(f"{DESK}/find")
    async def find(request: Request) -> Response:
        """Lead to what was found by numbers: a name has no place in an address.

        Not `once`: looking changes nothing, and the same form is sent again with another name.
        """
        visitor, clerk = await rooms.officer(request)
        form = await pages.form(request, visitor)
        return see_other(await _found(rooms, form, clerk))

    @router.get(CITIZENS + "/{citizen}")
    async def citizen(request: Request, citizen: str) -> Response:
        visitor, clerk = await rooms.officer(request)
        found = await found_citizen(rooms, citizen, clerk)
        book = await desk.book(clerk, BookFilter(text=found.citizen), limit=LATEST)
        values: Values = {
            "citizen": found,
            "entries": book.entries,
            "more": book.earlier is not None,
            "kinds": usual_first(desk.kinds(clerk)),
            "catalogue": rooms.issuers.catalogue.kinds,
            "keeps_register": clerk.covers(RESIDENT_REGISTRY.name),
            "moved": request.query_params.get("moved", ""),
            "restricted": request.query_params.get("restricted", ""),
            "shown": request.query_params.get("shown", ""),
            "refused": request.query_params.get("refused", ""),
            "revoked": request.query_params.get("revoked", ""),
        }
        return pages.page(request, "issuers/citizen.html", visitor, **values)

    return router


async def found_citizen(rooms: Rooms, handle: str, clerk: Clerk) -> FoundCitizen:
    """Return the citizen of a handle, or raise `IssuerError` (unknown_citizen)."""
    for each in await rooms.issuers.desk.find_citizens(check_handle(handle), clerk):
        if each.citizen == handle:
            return each
    raise unknown_citizen()


async def _found(rooms: Rooms, form: Form, clerk: Clerk) -> str:
    """Return the address of what was looked for."""
    typed = form.one("query").strip()
    if _NUMBER.fullmatch(typed):
        try:
            kept = await rooms.issuers.desk.certificate(typed, clerk)
        except IssuerError:
            return f"{DESK}?found="
        return f"{CERTIFICATES}/{kept.certificate.number}"
    born_on = form.one("born_on").strip()
    found = await rooms.issuers.desk.find_citizens(f"{typed} {born_on}".strip(), clerk)
    if len(found) == 1:
        return f"{CITIZENS}/{found[0].citizen}"
    handles = [each.citizen for each in found] or [""]
    return f"{DESK}?" + "&".join(f"found={handle}" for handle in handles)
