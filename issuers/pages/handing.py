"""Hand out a certificate at the desk: choose, preview what would be signed, offer."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from consent.statutory import rule_of
from issuers.catalogue import AnyKind, Catalogue
from issuers.clerks import Clerk
from issuers.offers import Order
from issuers.pages.apart import masked, unmasked
from issuers.pages.citizens import CITIZENS, found_citizen
from issuers.pages.offered import id_of, offered
from issuers.pages.orders import about_whom, order_of
from issuers.pages.preview import blocks_of
from issuers.pages.problems import DESK, back_to
from issuers.pages.rooms import Rooms, Values
from issuers.statutory import views_of
from web.form import Form

ISSUE = CITIZENS + "/{citizen}/issue/{kind}"
# What a preview hands on to the order, field by field.
_FIELDS = ("purpose", "purpose_detail", "payer", "about", "view", "tx_code")


def handing_pages(rooms: Rooms, router: APIRouter) -> APIRouter:
    """Return the three steps from a citizen's page to an offer."""
    desk, pages = rooms.issuers.desk, rooms.pages

    @router.get(ISSUE)
    async def choose(request: Request, citizen: str, kind: str) -> Response:
        visitor, clerk = await rooms.officer(request)
        values = await _asked(rooms, citizen, kind, clerk)
        return pages.page(request, "issuers/issue.html", visitor, **values)

    @router.post(ISSUE + "/preview")
    async def preview(request: Request, citizen: str, kind: str) -> Response:
        """Show what would be signed.

        Answered at once and not led on: it changes nothing, and what stands in the form has no
        place in an address.
        """
        visitor, clerk = await rooms.officer(request)
        form = await pages.form(request, visitor)
        values = await _asked(rooms, citizen, kind, clerk)
        with back_to(values["action"]):
            order = await _ordered(rooms, form, values["kind"], citizen, clerk)
            shown = await desk.preview(order, clerk)
        values |= {
            "preview": shown,
            "blocks": blocks_of(shown, values["kind"]),
            "order": order,
            "fields": _handed_on(form),
        }
        return pages.page(request, "issuers/preview.html", visitor, **values)

    @router.post(ISSUE)
    async def offer(request: Request, citizen: str, kind: str) -> Response:
        visitor, clerk = await rooms.officer(request)
        form = await pages.form(request, visitor)
        wanted = _kind(rooms, kind, clerk)

        async def make() -> str:
            order = await _ordered(rooms, form, wanted, citizen, clerk)
            handed = await desk.offer(order, clerk)
            offer_id = id_of(handed)
            path = f"{DESK}/offers/{offer_id}?to={citizen}"
            if handed.tx_code is None:
                return path
            session, secret = visitor.session, rooms.secret
            code = masked(handed.tx_code, offer_id=offer_id, session=session, secret=secret)
            return f"{path}&apart={code}"

        with back_to(ISSUE.format(citizen=citizen, kind=kind)):
            return await pages.once(form, make)

    @router.get(DESK + "/offers/{offer_id}")
    async def handed(request: Request, offer_id: str) -> Response:
        visitor, clerk = await rooms.officer(request)
        offer = await offered(rooms.issuers, offer_id, *filter(None, [clerk.authority]))
        values: Values = {
            "offer": offer,
            "citizen": request.query_params.get("to", ""),
            "tx_code": unmasked(
                request.query_params.get("apart", ""),
                offer_id=offer_id,
                session=visitor.session,
                secret=rooms.secret,
            ),
        }
        return pages.page(request, "issuers/handed.html", visitor, **values)

    return router


async def _asked(rooms: Rooms, citizen: str, kind: str, clerk: Clerk) -> Values:
    """Return what the pages of an order are about."""
    found = _kind(rooms, kind, clerk)
    usual = found.purpose.name
    return {
        "kind": found,
        "citizen": await found_citizen(rooms, citizen, clerk),
        "purposes": sorted(found.purposes, key=lambda name: (name != usual, name)),
        "views": [rule_of(view) for view in views_of(found.name)],
        "action": ISSUE.format(citizen=citizen, kind=kind),
    }


async def _ordered(rooms: Rooms, form: Form, kind: AnyKind, citizen: str, clerk: Clerk) -> Order:
    """Return the order in a form, with whom it is about looked up."""
    about = await about_whom(form, rooms.issuers.desk, clerk)
    return order_of(form, kind, citizen, about=about)


def _kind(rooms: Rooms, name: str, clerk: Clerk) -> AnyKind:
    """Return a kind of the clerk's authority; another's is as unknown as none (H90)."""
    return Catalogue(rooms.issuers.desk.kinds(clerk)).kind(name)


def _handed_on(form: Form) -> list[tuple[str, str]]:
    options = [pair for pair in form.pairs if pair[0].startswith("option-")]
    return [(name, form.one(name)) for name in _FIELDS if form.one(name)] + options
