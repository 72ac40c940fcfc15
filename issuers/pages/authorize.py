"""The citizen's page of the authorization server: what a wallet asks for, to allow or to refuse.

A request that is not in order is told here and leads nowhere: whoever made it up would choose
where (RFC 9700 section 4.11, H59).
"""

from dataclasses import replace
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from issuers.errors import IssuerError, IssuerFailure
from issuers.label import Label
from issuers.offers.offer import GrantType, Order
from issuers.pages.everyday import purposes_of
from issuers.pages.orders import order_of, years_for
from issuers.pages.problems import back_to
from issuers.pages.rooms import Rooms, Values
from issuers.serving.authorization_server import Asked
from standards.oauth.par import front_channel
from web.cookies import see_other
from web.form import Form
from web.security_headers import leading_to
from web.visitor import Visitor

AUTHORIZE: Final = "/issuers/{authority}/authorize"


def authorize_pages(rooms: Rooms, router: APIRouter) -> APIRouter:
    """Return the page, and what becomes of its two buttons."""
    server, pages = rooms.issuers.server, rooms.pages

    @router.get(AUTHORIZE)
    async def ask(request: Request, authority: str) -> Response:
        """Show what is asked for; whatever stands beside the two parameters is ignored (H71)."""
        asked_for = request.query_params
        client_id, uri = asked_for.get("client_id", ""), asked_for.get("request_uri", "")
        asked = await server.look(authority, client_id, uri)
        visitor = await rooms.citizen(request)
        server.check_theirs(asked, visitor.person.subject)
        page = pages.page(
            request, "issuers/authorize.html", visitor, **await _shown(rooms, asked, uri)
        )
        # The form's answer leads to the wallet, and browsers hold that against the form's page.
        page.headers["Content-Security-Policy"] = leading_to(asked.request.redirect_uri)
        return page

    @router.post(AUTHORIZE)
    async def decide(request: Request, authority: str) -> Response:
        visitor = await rooms.citizen(request)
        form = await pages.form(request, visitor)
        client_id, uri = form.one("client_id"), form.one("request_uri")
        asked = await server.named(authority, client_id, uri)
        with back_to(front_channel(AUTHORIZE.format(authority=authority), client_id, uri)):
            reply = see_other(await _led_to(rooms, asked, form, visitor))
        reply.headers["Cache-Control"] = "no-store"
        return reply

    return router


async def _led_to(rooms: Rooms, asked: Asked, form: Form, visitor: Visitor) -> str:
    server, citizen, uri = rooms.issuers.server, visitor.person.subject, form.one("request_uri")
    match form.one("decision"):
        case "allow":
            return await server.allow(asked, uri, citizen, _order(asked, form, citizen))
        case "refuse":
            return await server.refuse(asked, uri, citizen)
        case _:
            raise IssuerError(IssuerFailure.MALFORMED, "decide: allow or refuse")


def _order(asked: Asked, form: Form, citizen: str) -> Order | None:
    """Return what the citizen filled in; nothing where the desk did, or it was sent before."""
    if asked.request.offer is not None or not asked.is_undecided:
        return None
    return replace(order_of(form, asked.kind, citizen), grant=GrantType.AUTHORIZATION_CODE)


async def _shown(rooms: Rooms, asked: Asked, request_uri: str) -> Values:
    kind, order = asked.kind, None if asked.order is None else asked.order.entitlement
    options: tuple[tuple[Label, Label], ...] = ()
    if order is not None:
        options = tuple(
            (option.label, option.among(order.options).label) for option in kind.options
        )
    return {
        "kind": kind,
        "purposes": purposes_of(kind),
        "years": years_for(rooms, kind),
        "order": order,
        "options": options,
        "about": await rooms.issuers.server.about(asked),
        "wallet": asked.wallet,
        "is_own_wallet": asked.request.redirect_uri.startswith(f"{rooms.issuers.base}/"),
        "action": AUTHORIZE.format(authority=asked.request.authority),
        "client_id": asked.request.client_id,
        "request_uri": request_uri,
    }
