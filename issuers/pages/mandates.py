"""A citizen lets another apply (위임장), sees who may, withdraws it; and applies for somebody."""

from datetime import date
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from issuers.catalogue import AnyKind
from issuers.clerks import ONLINE
from issuers.errors import IssuerError, IssuerFailure
from issuers.issuance.mandates import LONGEST, MOST_USES, MandateState, Wanted, article_for
from issuers.offers.offer import By, Order
from issuers.pages.applying import OFFERS
from issuers.pages.everyday import purposes_of, usual_first
from issuers.pages.offered import id_of
from issuers.pages.orders import day, line
from issuers.pages.problems import back_to
from issuers.pages.rooms import Rooms, Values
from web.form import Form

MANDATES: Final = "/issuers/mandates"


def mandate_pages(rooms: Rooms, router: APIRouter) -> APIRouter:
    """Return ``/issuers/mandates``: what one gave, what one was given, giving and using."""
    _giving(rooms, router)
    _ending(rooms, router)
    return router


def _giving(rooms: Rooms, router: APIRouter) -> None:
    issuers, pages = rooms.issuers, rooms.pages

    @router.get(MANDATES)
    async def mandates(request: Request) -> Response:
        visitor = await rooms.citizen(request)
        desk, citizen = issuers.desk.mandates, visitor.person.subject
        values: Values = {
            "given": await desk.given_by(citizen),
            "received": await desk.given_to(citizen),
            "kinds": usual_first(issuers.catalogue.kinds.values()),
            "catalogue": issuers.catalogue.kinds,
            "open": MandateState.OPEN,
            "done": request.query_params.get("done", ""),
        }
        return pages.page(request, "issuers/mandates.html", visitor, **values)

    @router.get(MANDATES + "/give/{kind}")
    async def write(request: Request, kind: str) -> Response:
        visitor = await rooms.citizen(request)
        found = issuers.catalogue.kind(kind)
        values: Values = {
            "kind": found,
            "purposes": purposes_of(found),
            "law": article_for(found.authority.name),
            "most": MOST_USES,
            "days": LONGEST.days,
        }
        return pages.page(request, "issuers/mandate.html", visitor, **values)

    @router.post(MANDATES + "/give/{kind}")
    async def give(request: Request, kind: str) -> Response:
        visitor = await rooms.citizen(request)
        form = await pages.form(request, visitor)
        found = issuers.catalogue.kind(kind)

        async def do() -> str:
            await issuers.desk.mandates.give(wanted(form, found, visitor.person.subject), ONLINE)
            return f"{MANDATES}?done=given"

        with back_to(f"{MANDATES}/give/{kind}"):
            return await pages.once(form, do)


def _ending(rooms: Rooms, router: APIRouter) -> None:
    issuers, pages = rooms.issuers, rooms.pages

    @router.post(MANDATES + "/{mandate}/withdraw")
    async def withdraw(request: Request, mandate: str) -> Response:
        visitor = await rooms.citizen(request)
        form = await pages.form(request, visitor)

        async def do() -> str:
            await issuers.desk.mandates.withdraw(mandate, visitor.person.subject)
            return f"{MANDATES}?done=withdrawn"

        with back_to(MANDATES):
            return await pages.once(form, do)

    @router.post(MANDATES + "/{mandate}/apply")
    async def apply(request: Request, mandate: str) -> Response:
        """Apply under a mandate with what stands in it; the offer is the proxy's to take."""
        visitor = await rooms.citizen(request)
        form = await pages.form(request, visitor)
        citizen = visitor.person.subject

        async def make() -> str:
            shown = await issuers.desk.mandates.to_use(mandate, citizen)
            kind = shown.mandate.kind
            order = Order(kind, citizen, by=By.REFERENCE, mandate=shown.mandate.mandate_id)
            return f"{OFFERS}/{id_of(await issuers.desk.offer(order, ONLINE))}"

        with back_to(MANDATES):
            return await pages.once(form, make)


def wanted(form: Form, kind: AnyKind, principal: str) -> Wanted:
    """Return the mandate in a form of `issuers/mandate.html`, or raise `IssuerError` (malformed).

    The proxy is named as on paper: whole name and birth date.
    """
    return Wanted(
        principal=principal,
        proxy=f"{line(form, 'proxy')} {_born_on(form)}",
        kind=kind.name,
        purpose=line(form, "purpose"),
        until=day(form, "until"),
        uses=_uses(form.one("uses")),
    )


def _born_on(form: Form) -> str:
    born_on: date = day(form, "born_on")
    return born_on.isoformat()


def _uses(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(MOST_USES))):
        raise IssuerError(IssuerFailure.MALFORMED, "uses is a number")
    return int(text)
