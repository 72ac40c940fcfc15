"""The addresses of an authority's authorization server that a wallet calls without a browser."""

from collections.abc import Awaitable, Callable
from functools import wraps
from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from issuers.endpoints.answers import on_other_addresses, on_token_endpoint
from issuers.endpoints.described import published, server
from issuers.endpoints.nonce_route import nonce_route
from issuers.endpoints.presented import (
    TOKEN_REQUEST_LIMIT,
    address_of,
    form_of,
    invalid_request,
    sender_in,
)
from issuers.endpoints.wallet_schemas import PUSHED_REQUEST, TOKEN_REQUEST
from issuers.issuer import Issuers
from issuers.numbers.nonces import NonceUse
from standards.oauth.authorization import AuthorizationRequest
from standards.oauth.client_attestation import CHALLENGE_HEADER, POP_HEADER
from standards.oauth.form import parse_form
from standards.openid4vci.token import parse_token_request
from web.body import FORM_TYPE, read_body
from web.described import as_json, having
from web.replies import json_reply

# More than comes to a token endpoint: an address, a long state, details of several credentials.
PUSHED_REQUEST_LIMIT = 32 * 1024

Endpoint = Callable[..., Awaitable[Response]]


def routes(issuers: Issuers) -> APIRouter:
    """Return the addresses below each issuer identifier, all but the citizen's page."""
    router = APIRouter(
        prefix="/issuers/{authority}", tags=["wallets"], route_class=nonce_route(issuers)
    )
    pushed = server("request_uri", "expires_in", form=PUSHED_REQUEST, status=HTTPStatus.CREATED)
    router.post("/par", **pushed)(_par(issuers))
    router.post("/token", **server("access_token", "token_type", form=TOKEN_REQUEST))(
        _token(issuers)
    )
    router.post("/challenge", **published(as_json(having("attestation_challenge")), 429))(
        _challenge(issuers)
    )
    return router


def _par(issuers: Issuers) -> Endpoint:
    @on_token_endpoint
    async def pushed_authorization_request(authority: str, request: Request) -> Response:
        """Keep an authorization request until the citizen has decided about it (RFC 9126)."""
        issuers.catalogue.authority(authority)
        issuers.floods.ask(address_of(request), issuers.now)
        form = await form_of(request, limit=PUSHED_REQUEST_LIMIT)
        presented = sender_in(request, form, issuers.base)
        wanted = AuthorizationRequest.parse(form)
        answer = await issuers.server.push(authority, wanted, presented)
        return json_reply(answer.as_dict(), HTTPStatus.CREATED)

    return with_challenge(issuers, pushed_authorization_request)


def _token(issuers: Issuers) -> Endpoint:
    @on_token_endpoint
    async def token(authority: str, request: Request) -> Response:
        """Redeem a code or a refresh token (section 6)."""
        body = await read_body(request, expected_type=FORM_TYPE, limit=TOKEN_REQUEST_LIMIT)
        address, now = address_of(request), issuers.now
        with issuers.floods.from_address(address, now).counted():
            presented = sender_in(request, parse_form(body, invalid_request), issuers.base)
            wanted = parse_token_request(body)
            with issuers.floods.with_code(address, wanted, now).counted():
                answer = await issuers.tokens.token(authority, wanted, presented)
        return json_reply(answer.as_dict())

    return with_challenge(issuers, token)


def _challenge(issuers: Issuers) -> Endpoint:
    @on_other_addresses
    async def attestation_challenge(authority: str, request: Request) -> Response:
        """Return what an attested wallet signs, to show when it did (draft 07 section 8)."""
        issuers.floods.ask(address_of(request), issuers.now)
        challenge = issuers.server.fresh(authority, NonceUse.ATTESTATION)
        return json_reply({"attestation_challenge": challenge})

    return attestation_challenge


def with_challenge(issuers: Issuers, endpoint: Endpoint) -> Endpoint:
    """Give an attested wallet its next challenge with every answer (draft 07 section 8.1)."""

    @wraps(endpoint)
    async def answered(authority: str, request: Request) -> Response:
        answer = await endpoint(authority, request)
        if POP_HEADER in request.headers and authority in issuers.catalogue.authorities:
            fresh = issuers.server.fresh(authority, NonceUse.ATTESTATION)
            answer.headers[CHALLENGE_HEADER] = fresh
        return answer

    return answered
