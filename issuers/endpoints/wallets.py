"""The addresses a wallet calls beside tokens and credentials: offer, nonce, notification."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from issuers.endpoints.answers import (
    on_notification_endpoint,
    on_other_addresses,
    unauthorised,
)
from issuers.endpoints.described import notification as notifications
from issuers.endpoints.described import published
from issuers.endpoints.nonce_route import nonce_route
from issuers.endpoints.presented import address_of, token_in
from issuers.endpoints.wallet_schemas import NOTIFICATION
from issuers.issuer import Issuers
from standards.openid4vci.notification import NotificationRequest
from web.body import read_json_object
from web.described import as_json, having
from web.replies import NO_STORE, json_reply

# An id, an event, a sentence.
NOTIFICATION_REQUEST_LIMIT = 4 * 1024

Endpoint = Callable[..., Awaitable[Response]]


def routes(issuers: Issuers) -> APIRouter:
    """Return the addresses below each Credential Issuer identifier."""
    router = APIRouter(
        prefix="/issuers/{authority}", tags=["wallets"], route_class=nonce_route(issuers)
    )
    router.get("/offers/{offer_id}", **published(as_json(having("credential_issuer", "grants"))))(
        _offer(issuers)
    )
    router.post("/nonce", **published(as_json(having("c_nonce")), 429))(_nonce(issuers))
    router.post("/notification", **notifications(NOTIFICATION))(_notification(issuers))
    return router


def _offer(issuers: Issuers) -> Endpoint:
    @on_other_addresses
    async def offer(authority: str, offer_id: str) -> Response:
        """Return a Credential Offer handed out by reference (section 4.1.3)."""
        return json_reply((await issuers.credential_offer(authority, offer_id)).as_dict())

    return offer


def _nonce(issuers: Issuers) -> Endpoint:
    @on_other_addresses
    async def nonce(authority: str, request: Request) -> Response:
        """Return a fresh c_nonce (section 7)."""
        issuers.floods.ask(address_of(request), issuers.now)
        return json_reply(issuers.nonce(authority).as_dict())

    return nonce


def _notification(issuers: Issuers) -> Endpoint:
    @on_notification_endpoint
    async def notification(authority: str, request: Request) -> Response:
        """Take note of what became of a certificate at the wallet (section 11)."""
        presented = token_in(request, issuers.base)
        if presented is None:
            return unauthorised()
        body = await read_json_object(request, limit=NOTIFICATION_REQUEST_LIMIT)
        await issuers.notify(authority, presented, NotificationRequest.parse(body))
        return Response(status_code=HTTPStatus.NO_CONTENT, headers={"Cache-Control": NO_STORE})

    return notification
