"""Ending what was given: the revocation endpoint of every authority, and the operator's own."""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Request, Response

from issuers.clerks import OPERATOR
from issuers.endpoints.answers import on_other_addresses, on_token_endpoint
from issuers.endpoints.authorization import with_challenge
from issuers.endpoints.described import desk, server
from issuers.endpoints.desk_input import BODY_LIMIT, line, reader_of
from issuers.endpoints.desk_schemas import ALL_OF_CITIZEN
from issuers.endpoints.nonce_route import nonce_route
from issuers.endpoints.presented import TOKEN_REQUEST_LIMIT, form_of, sender_in
from issuers.endpoints.wallet_schemas import REVOCATION
from issuers.issuer import Issuers
from standards.oauth.revocation import RevocationRequest
from web.body import read_json_object
from web.replies import json_reply

Endpoint = Callable[..., Awaitable[Response]]
Authorize = Callable[[Request, str], str]


def routes(issuers: Issuers) -> APIRouter:
    """Return the revocation endpoint below each issuer identifier."""
    router = APIRouter(
        prefix="/issuers/{authority}", tags=["wallets"], route_class=nonce_route(issuers)
    )
    router.post("/revoke", **server(form=REVOCATION))(_revoke(issuers))
    return router


def desk_routes(issuers: Issuers, authorize: Authorize) -> APIRouter:
    """Return the operator's address; it asks ``authorize`` first."""
    router = APIRouter(prefix="/issuers/operator", tags=["operator"])
    router.post("/revocations", **desk("to", "revoked", body=ALL_OF_CITIZEN, refuses=(404,)))(
        _revoke_all(issuers, authorize)
    )
    return router


def _revoke(issuers: Issuers) -> Endpoint:
    @on_token_endpoint
    async def revocation(authority: str, request: Request) -> Response:
        """End a token, and with a refresh token all it has led to (RFC 7009)."""
        issuers.catalogue.authority(authority)
        form = await form_of(request, limit=TOKEN_REQUEST_LIMIT)
        wanted = RevocationRequest.parse(form)
        await issuers.revocations.revoke(authority, wanted, sender_in(request, form, issuers.base))
        return json_reply({})

    return with_challenge(issuers, revocation)


def _revoke_all(issuers: Issuers, authorize: Authorize) -> Endpoint:
    @on_other_addresses
    async def revocations(request: Request) -> Response:
        """Revoke everything a citizen was issued: ``{"to", "reason"}``."""
        authorize(request, OPERATOR.name)
        reader = reader_of(await read_json_object(request, limit=BODY_LIMIT))
        citizen, reason = line(reader, "to"), line(reader, "reason")
        revoked = await issuers.revocations.revoke_all(citizen, reason, OPERATOR)
        return json_reply({"to": citizen, "revoked": revoked})

    return revocations
