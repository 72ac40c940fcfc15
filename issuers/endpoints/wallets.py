"""The addresses a wallet calls: offer, token, nonce, credential, notification (OpenID4VCI)."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from issuers.endpoints.answers import (
    on_credential_endpoint,
    on_notification_endpoint,
    on_other_addresses,
    on_token_endpoint,
    unauthorised,
)
from issuers.issuer import Issuers
from standards.openid4vci.credential import CredentialRequest
from standards.openid4vci.notification import NotificationRequest
from standards.openid4vci.token import parse_token_request
from web.body import FORM_TYPE, read_body, read_json_object
from web.replies import NO_STORE, json_reply

# A grant type, a code, a transaction code, and parameters we do not know.
TOKEN_REQUEST_LIMIT = 8 * 1024
# A batch of proofs, each a key and four claims, and room for what later versions add.
CREDENTIAL_REQUEST_LIMIT = 128 * 1024

# An id, an event, a sentence.
NOTIFICATION_REQUEST_LIMIT = 4 * 1024

Endpoint = Callable[..., Awaitable[Response]]


def routes(issuers: Issuers) -> APIRouter:
    """Return the addresses below each Credential Issuer identifier."""
    router = APIRouter(prefix="/issuers/{authority}", tags=["wallets"])
    router.get("/offers/{offer_id}")(_offer(issuers))
    router.post("/token")(_token(issuers))
    router.post("/nonce")(_nonce(issuers))
    router.post("/credential")(_credential(issuers))
    router.post("/notification")(_notification(issuers))
    return router


def _offer(issuers: Issuers) -> Endpoint:
    @on_other_addresses
    async def offer(authority: str, offer_id: str) -> Response:
        """Return a Credential Offer handed out by reference (section 4.1.3)."""
        return json_reply((await issuers.credential_offer(authority, offer_id)).as_dict())

    return offer


def _token(issuers: Issuers) -> Endpoint:
    @on_token_endpoint
    async def token(authority: str, request: Request) -> Response:
        """Redeem a pre-authorized code (section 6)."""
        body = await read_body(request, expected_type=FORM_TYPE, limit=TOKEN_REQUEST_LIMIT)
        answer = await issuers.token(authority, parse_token_request(body))
        return json_reply(answer.as_dict())

    return token


def _nonce(issuers: Issuers) -> Endpoint:
    @on_other_addresses
    async def nonce(authority: str) -> Response:
        """Return a fresh c_nonce (section 7)."""
        return json_reply(issuers.nonce(authority).as_dict())

    return nonce


def _credential(issuers: Issuers) -> Endpoint:
    @on_credential_endpoint
    async def credential(authority: str, request: Request) -> Response:
        """Issue one copy of the certificate for each key proved (section 8)."""
        access_token = bearer_token(request)
        if access_token is None:
            return unauthorised()
        body = await read_json_object(request, limit=CREDENTIAL_REQUEST_LIMIT)
        answer = await issuers.credential(authority, access_token, CredentialRequest.parse(body))
        return json_reply(answer.as_dict())

    return credential


def _notification(issuers: Issuers) -> Endpoint:
    @on_notification_endpoint
    async def notification(authority: str, request: Request) -> Response:
        """Take note of what became of a certificate at the wallet (section 11)."""
        access_token = bearer_token(request)
        if access_token is None:
            return unauthorised()
        body = await read_json_object(request, limit=NOTIFICATION_REQUEST_LIMIT)
        await issuers.notify(authority, access_token, NotificationRequest.parse(body))
        return Response(status_code=HTTPStatus.NO_CONTENT, headers={"Cache-Control": NO_STORE})

    return notification


def bearer_token(request: Request) -> str | None:
    """Return the token of the one Authorization header, scheme Bearer (RFC 6750 section 2.1).

    A token in the query is none: addresses end up in logs (H76).
    """
    headers = request.headers.getlist("authorization")
    if len(headers) != 1 or "access_token" in request.query_params:
        return None
    scheme, _, token = headers[0].partition(" ")
    return token if scheme.lower() == "bearer" and token else None
