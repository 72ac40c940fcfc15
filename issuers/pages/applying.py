"""A citizen applies: choose by everyday words, say what for, and get an offer; and the notices."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from issuers.catalogue import AnyKind
from issuers.certificate.authority import RESIDENT_REGISTRY
from issuers.clerks import ONLINE
from issuers.grounds import rule_of
from issuers.issuance.years import YearOrder
from issuers.offers.fees import ARTICLE
from issuers.pages.everyday import fitting, purposes_of, usual_first
from issuers.pages.offered import id_of, offered
from issuers.pages.orders import order_of, whom, years_for
from issuers.pages.problems import back_to
from issuers.pages.rooms import Rooms, Values

OFFERS = "/issuers/offers"
ORDERS = "/issuers/orders"


def applying_pages(rooms: Rooms, router: APIRouter) -> APIRouter:
    """Return ``/issuers`` and what a citizen finds from there."""
    _cancelling(rooms, router)
    _choosing(rooms, router)
    _offering(rooms, router)
    _noticing(rooms, router)
    return router


def _choosing(rooms: Rooms, router: APIRouter) -> None:
    issuers, pages = rooms.issuers, rooms.pages

    @router.get("/issuers")
    async def choose(request: Request) -> Response:
        visitor = await rooms.citizen(request)
        typed = request.query_params.get("words", "")
        every = usual_first(issuers.catalogue.kinds.values())
        found = fitting(every, typed, pages.words(visitor.language))
        values: Values = {
            "kinds": found or every,
            "typed": typed,
            "nothing": bool(typed) and not found,
            "waiting": await _waiting(rooms, visitor.person.subject),
            "orders": await _orders(rooms, visitor.person.subject),
        }
        return pages.page(request, "issuers/choose.html", visitor, **values)

    @router.get("/issuers/apply/{kind}")
    async def apply(request: Request, kind: str) -> Response:
        visitor = await rooms.citizen(request)
        found = issuers.catalogue.kind(kind)
        values: Values = {
            "kind": found,
            "purposes": purposes_of(found),
            "years": years_for(rooms, found),
            "relatives": await issuers.desk.relatives(visitor.person.subject, found),
            "fee_law": ARTICLE if found.authority == RESIDENT_REGISTRY else "",
        }
        return pages.page(request, "issuers/apply.html", visitor, **values)


def _offering(rooms: Rooms, router: APIRouter) -> None:
    issuers, pages = rooms.issuers, rooms.pages

    @router.post("/issuers/apply/{kind}")
    async def offer(request: Request, kind: str) -> Response:
        visitor = await rooms.citizen(request)
        form = await pages.form(request, visitor)
        wanted = issuers.catalogue.kind(kind)

        async def make() -> str:
            citizen = visitor.person.subject
            about = whom(form, await issuers.desk.relatives(citizen, wanted))
            order = order_of(form, wanted, citizen, about=about)
            return f"{OFFERS}/{id_of(await issuers.desk.offer(order, ONLINE))}"

        with back_to(f"/issuers/apply/{kind}"):
            return await pages.once(form, make)

    @router.get(OFFERS + "/{offer_id}")
    async def ready(request: Request, offer_id: str) -> Response:
        visitor = await rooms.citizen(request)
        offer = await offered(issuers, offer_id)
        return pages.page(request, "issuers/ready.html", visitor, offer=offer)


def _noticing(rooms: Rooms, router: APIRouter) -> None:
    issuers, pages = rooms.issuers, rooms.pages

    @router.get("/issuers/notices")
    async def notices(request: Request) -> Response:
        visitor = await rooms.citizen(request)
        told = await issuers.desk.notices_of(visitor.person.subject)
        listed = [(notice, _kind(rooms, notice.kind)) for notice in told]
        refused = await issuers.desk.refusals.told(visitor.person.subject)
        values: Values = {
            "notices": listed,
            "authorities": issuers.catalogue.authorities,
            "refused": [(each, _kind(rooms, each.kind), rule_of(each.ground)) for each in refused],
        }
        return pages.page(request, "issuers/notices.html", visitor, **values)


def _cancelling(rooms: Rooms, router: APIRouter) -> None:
    """Add the way out of an order that waits."""
    pages = rooms.pages

    @router.post(ORDERS + "/{number}/cancel")
    async def cancel(request: Request, number: str) -> Response:
        visitor = await rooms.citizen(request)
        form = await pages.form(request, visitor)

        async def do() -> str:
            await rooms.issuers.desk.cancel_year_order(number, visitor.person.subject)
            return "/issuers"

        with back_to("/issuers"):
            return await pages.once(form, do)


async def _waiting(rooms: Rooms, citizen: str) -> list[tuple[AnyKind, int]]:
    """Return the kinds that were made ready for a citizen, each with its year."""
    papers = await rooms.issuers.desk.ready_for(citizen)
    known = [(_kind(rooms, paper.kind), paper.year) for paper in papers]
    return [(kind, year) for kind, year in known if kind is not None]


async def _orders(rooms: Rooms, citizen: str) -> list[tuple[YearOrder, AnyKind]]:
    """Return what a citizen has ordered that waits, each with its kind."""
    found = await rooms.issuers.desk.year_orders(citizen)
    known = [(order, _kind(rooms, order.kind)) for order in found]
    return [(order, kind) for order, kind in known if kind is not None]


def _kind(rooms: Rooms, name: str) -> AnyKind | None:
    """Return a kind, None for one that is not issued any more."""
    return rooms.issuers.catalogue.kinds.get(name)
