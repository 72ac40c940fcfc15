"""Hand out a certificate at the desk: choose, preview what would be signed, offer."""

import hashlib

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from consent.forms.statutory import rule_of
from issuers.catalogue import AnyKind, Catalogue
from issuers.certificate.authority import RESIDENT_REGISTRY
from issuers.certificate.statutory import views_of
from issuers.clerks import Clerk
from issuers.issuance.mandates import article_for, unknown_mandate
from issuers.offers.fees import Service, fee_of
from issuers.offers.offer import Order, entitlement_for
from issuers.pages.citizens import CITIZENS, found_citizen
from issuers.pages.everyday import purposes_of
from issuers.pages.offered import id_of, offered
from issuers.pages.orders import about_whom, order_of
from issuers.pages.preview import blocks_of
from issuers.pages.problems import DESK, back_to, desk_problem_of
from issuers.pages.rooms import Rooms, Values
from keys import base64url
from keys.json_value import JsonObject, JsonValue
from keys.strict_json import dumps
from web.cookies import see_other
from web.form import Form
from web.visitor import Visitor

ISSUE = CITIZENS + "/{citizen}/issue/{kind}"
# What a preview hands on to the order, field by field.
_FIELDS = (
    *("purpose", "purpose_detail", "payer", "about", "view", "mandate"),
    *("tx_code", "grant", "decision"),
)


def handing_pages(rooms: Rooms, router: APIRouter) -> APIRouter:
    """Return the three steps from a citizen's page to an offer."""
    router.include_router(_choosing(rooms, rooms.pages.router(desk_problem_of)))
    router.include_router(_offering(rooms, rooms.pages.router(desk_problem_of)))
    router.include_router(_showing(rooms, rooms.pages.router(desk_problem_of)))
    return router


def _choosing(rooms: Rooms, router: APIRouter) -> APIRouter:
    """Return the form, and the preview of what would be signed."""
    desk, pages = rooms.issuers.desk, rooms.pages

    @router.get(ISSUE)
    async def choose(request: Request, citizen: str, kind: str) -> Response:
        visitor, clerk = await rooms.officer(request)
        values = await _asked(rooms, citizen, kind, clerk)
        values |= await _under(rooms, request.query_params.get("mandate", ""), citizen, clerk)
        return pages.page(request, "issuers/issue.html", visitor, **values)

    @router.post(ISSUE + "/preview")
    async def look(request: Request, citizen: str, kind: str) -> Response:
        """Lead to the preview of what was typed, or say here what is wrong with it.

        Not `once`: looking changes nothing, and the same form is sent again with another purpose.
        """
        visitor, clerk = await rooms.officer(request)
        form = await pages.form(request, visitor)
        page = ISSUE.format(citizen=citizen, kind=kind)
        with back_to(page):
            wanted = _kind(rooms, kind, clerk)
            await desk.preview(await _ordered(rooms, form, wanted, citizen, clerk), clerk)
        sealed = rooms.seal.seal(handed_on(form), use=page, session=visitor.session)
        return see_other(f"{page}/preview?order={sealed}")

    @router.get(ISSUE + "/preview")
    async def preview(request: Request, citizen: str, kind: str) -> Response:
        visitor, clerk = await rooms.officer(request)
        values = await _asked(rooms, citizen, kind, clerk)
        sealed = request.query_params.get("order", "")
        form = _typed(rooms, sealed, values["action"], visitor)
        if form is None:
            return see_other(values["action"])
        order = await _ordered(rooms, form, values["kind"], citizen, clerk)
        shown = await desk.preview(order, clerk)
        values |= {
            "preview": shown,
            "blocks": blocks_of(shown, values["kind"]),
            "view": order.view,
            "view_fee": fee_to_look(values["kind"], order, clerk),
            "sealed": sealed,
            "once": form.one("once"),
        }
        return pages.page(request, "issuers/preview.html", visitor, **values)

    return router


def _offering(rooms: Rooms, router: APIRouter) -> APIRouter:
    """Return the act of offering, and the page that hands the offer over."""
    desk, pages = rooms.issuers.desk, rooms.pages

    @router.post(ISSUE)
    async def offer(request: Request, citizen: str, kind: str) -> Response:
        visitor, clerk = await rooms.officer(request)
        form = await pages.form(request, visitor)
        page = ISSUE.format(citizen=citizen, kind=kind)
        wanted = _kind(rooms, kind, clerk)

        async def make() -> str:
            typed = _typed(rooms, form.one("order"), page, visitor)
            if typed is None:
                return page
            order = await _ordered(rooms, typed, wanted, citizen, clerk)
            handed = await desk.offer(order, clerk)
            path = f"{DESK}/offers/{id_of(handed)}"
            if handed.tx_code is None:
                return f"{path}?to={citizen}"
            apart: JsonObject = {"tx_code": handed.tx_code}
            sealed = rooms.seal.seal(apart, use=path, session=visitor.session)
            return f"{path}?to={citizen}&apart={sealed}"

        with back_to(page):
            return await pages.once(form, make)

    @router.get(DESK + "/offers/{offer_id}")
    async def handed(request: Request, offer_id: str) -> Response:
        visitor, clerk = await rooms.officer(request)
        offer = await offered(rooms.issuers, offer_id, *filter(None, [clerk.authority]))
        use = f"{DESK}/offers/{offer_id}"
        sealed = request.query_params.get("apart", "")
        apart = rooms.seal.open(sealed, use=use, session=visitor.session) or {}
        return pages.page(
            request,
            "issuers/handed.html",
            visitor,
            offer=offer,
            citizen=request.query_params.get("to", ""),
            tx_code=apart.get("tx_code"),
        )

    return router


def _showing(rooms: Rooms, router: APIRouter) -> APIRouter:
    """Return the act of showing a preview instead of issuing it."""
    desk, pages = rooms.issuers.desk, rooms.pages

    @router.post(ISSUE + "/show")
    async def show(request: Request, citizen: str, kind: str) -> Response:
        """Write down that the applicant was shown what the preview holds (열람)."""
        visitor, clerk = await rooms.officer(request)
        form = await pages.form(request, visitor)
        page = ISSUE.format(citizen=citizen, kind=kind)
        wanted = _kind(rooms, kind, clerk)

        async def do() -> str:
            typed = _typed(rooms, form.one("order"), page, visitor)
            if typed is None:
                return page
            await desk.show(await _ordered(rooms, typed, wanted, citizen, clerk), clerk)
            return f"{CITIZENS}/{citizen}?shown=yes"

        with back_to(page):
            return await pages.once(form, do)

    return router


def fee_to_look(kind: AnyKind, order: Order, clerk: Clerk) -> int | None:
    """Return the fee for a view in won, None for what is not looked at without a paper."""
    if kind.authority != RESIDENT_REGISTRY:
        return None
    return fee_of(entitlement_for(kind, order, officer=clerk.name), Service.VIEW).won


def handed_on(form: Form) -> JsonObject:
    """Return what a preview hands on to the order.

    With it goes a name for the form: whoever comes back to the preview and presses again gets the
    same offer, and whoever changed a field before gets another.
    """
    fields: list[JsonValue] = [[name, text] for name, text in form.pairs if _is_order(name)]
    named = form.one("once").encode() + dumps(fields)
    return {"fields": fields, "once": base64url.encode(hashlib.sha256(named).digest()[:16])}


def _typed(rooms: Rooms, sealed: str, page: str, visitor: Visitor) -> Form | None:
    """Return the form that was sealed for this session and page, None for anything else."""
    match rooms.seal.open(sealed, use=page, session=visitor.session):
        case {"fields": list(fields), "once": str(once)}:
            pairs = [(str(each[0]), str(each[1])) for each in fields if isinstance(each, list)]
            return Form((*pairs, ("once", once)))
        case _:
            return None


def _is_order(name: str) -> bool:
    return name in _FIELDS or name.startswith("option-")


async def _asked(rooms: Rooms, citizen: str, kind: str, clerk: Clerk) -> Values:
    """Return what the pages of an order are about."""
    found = _kind(rooms, kind, clerk)
    return {
        "kind": found,
        "citizen": await found_citizen(rooms, citizen, clerk),
        "purposes": purposes_of(found),
        "views": [rule_of(view) for view in views_of(found.name)],
        "action": ISSUE.format(citizen=citizen, kind=kind),
    }


async def _under(rooms: Rooms, mandate: str, citizen: str, clerk: Clerk) -> Values:
    """Return the mandate an order is made under, None without one.

    Raises `IssuerError` (unknown_mandate), also for another proxy's or authority's (H90).
    """
    if not mandate:
        return {"mandate": None}
    shown = await rooms.issuers.desk.mandates.to_use(mandate, citizen)
    if not clerk.covers(shown.mandate.authority):
        raise unknown_mandate()
    return {"mandate": shown, "mandate_law": article_for(shown.mandate.authority)}


async def _ordered(rooms: Rooms, form: Form, kind: AnyKind, citizen: str, clerk: Clerk) -> Order:
    """Return the order in a form, with whom it is about looked up."""
    about = await about_whom(form, rooms.issuers.desk, clerk)
    return order_of(form, kind, citizen, about=about)


def _kind(rooms: Rooms, name: str, clerk: Clerk) -> AnyKind:
    """Return a kind of the clerk's authority; another's is as unknown as none (H90)."""
    return Catalogue(rooms.issuers.desk.kinds(clerk)).kind(name)
