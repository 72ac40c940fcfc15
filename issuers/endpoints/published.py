"""What everybody may read: metadata, type metadata, status lists. Cacheable, the same for all."""

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Final

from fastapi import APIRouter, Request, Response

from issuers.endpoints import published_keys
from issuers.endpoints.accepting import prefers
from issuers.endpoints.answers import on_other_addresses
from issuers.endpoints.described import published
from issuers.errors import IssuerError, IssuerFailure
from issuers.issuer import Issuers
from issuers.published.server_metadata import server_metadata
from issuers.published.type_metadata import type_metadata
from issuers.status import standing
from keys.json_value import JsonObject
from standards.oauth.metadata import WELL_KNOWN as SERVER_METADATA
from standards.openid4vci.metadata import WELL_KNOWN as ISSUER_METADATA
from standards.openid4vci.signed_metadata import MEDIA_TYPE as SIGNED_METADATA
from standards.status_list import cwt
from standards.status_list.aggregation import aggregation
from standards.status_list.token import MEDIA_TYPE
from web.body import JSON_TYPE
from web.described import as_json, asked_for, having
from web.replies import json_reply

# Metadata changes with a release; wallets ask before each issuance anyway.
METADATA_CACHE = "public, max-age=300"
# Below the list's own ttl, so that a copy is never older than it says.
STATUS_CACHE = f"public, max-age={int(standing.TTL.total_seconds()) - 5}"
# What was signed then does not change any more.
KEPT_CACHE = "public, max-age=86400"
# The last second that a calendar of four digits has.
TIME_LIMIT = 253_402_300_799
_SECONDS = re.compile(r"[0-9]{1,12}")
# Far more lists than there will be, and within what a database's integer holds.
LIST_LIMIT = 1_000_000

_TOKEN: Final[JsonObject] = {"type": "string", "description": "a compact JWS"}
ISSUER: Final = {**as_json(having("credential_issuer")), SIGNED_METADATA: _TOKEN}
SERVER: Final = as_json(having("issuer", "token_endpoint"))
TYPE: Final = as_json(having("vct"))
STATUS_LISTS: Final = as_json(having("status_lists"))
_CWT: Final[JsonObject] = {
    "type": "string",
    "format": "binary",
    "description": "a tagged COSE_Sign1",
}
STATUS_LIST: Final = {MEDIA_TYPE: _TOKEN, cwt.MEDIA_TYPE: _CWT}
TIME: Final = asked_for("time", {"type": "integer", "minimum": 0, "maximum": TIME_LIMIT})

Endpoint = Callable[..., Awaitable[Response]]


def routes(issuers: Issuers) -> APIRouter:
    """Return the well-known addresses (section 12.2.2) and those that credentials point at."""
    router = APIRouter(tags=["published"])
    router.get(f"/.well-known/{ISSUER_METADATA}/issuers/{{authority}}", **published(ISSUER))(
        _issuer(issuers)
    )
    router.get(f"/.well-known/{SERVER_METADATA}/issuers/{{authority}}", **published(SERVER))(
        _server(issuers)
    )
    router.get("/issuers/{authority}/types/{kind}/{edition:int}", **published(TYPE))(
        _type(issuers)
    )
    router.get("/issuers/{authority}/status", **published(STATUS_LISTS))(_status_lists(issuers))
    of_time = published(STATUS_LIST, 400, 406, parameters=(TIME,))
    router.get("/issuers/{authority}/status/{number:int}", **of_time)(_status(issuers))
    router.include_router(published_keys.routes(issuers))
    return router


def _issuer(issuers: Issuers) -> Endpoint:
    @on_other_addresses
    async def credential_issuer_metadata(authority: str, request: Request) -> Response:
        """Return the Credential Issuer Metadata of an authority, signed when asked for so."""
        headers = {"Cache-Control": METADATA_CACHE, "Vary": "Accept"}
        if prefers(request.headers.get("accept", ""), SIGNED_METADATA, JSON_TYPE):
            token = issuers.described.signed(authority)
            return Response(token, media_type=SIGNED_METADATA, headers=headers)
        metadata = issuers.described.metadata(authority).as_dict()
        return json_reply(metadata, cache_control=METADATA_CACHE, headers=headers)

    return credential_issuer_metadata


def _server(issuers: Issuers) -> Endpoint:
    @on_other_addresses
    async def authorization_server_metadata(authority: str) -> Response:
        """Return the authorization server metadata of an authority."""
        found = issuers.catalogue.authority(authority)
        metadata = server_metadata(found, issuers.catalogue.of(found), issuers.base)
        return json_reply(metadata.as_dict(), cache_control=METADATA_CACHE)

    return authorization_server_metadata


def _type(issuers: Issuers) -> Endpoint:
    @on_other_addresses
    async def credential_type_metadata(authority: str, kind: str, edition: int) -> Response:
        """Return the type metadata of a kind, at the address its certificates name as vct."""
        found = issuers.catalogue.kind(kind)
        if found.vct("") != f"/issuers/{authority}/types/{kind}/{edition}":
            raise IssuerError(IssuerFailure.UNKNOWN_KIND, "no such type here")
        metadata = type_metadata(found, issuers.base)
        return json_reply(metadata.as_dict(), cache_control=METADATA_CACHE)

    return credential_type_metadata


def _status_lists(issuers: Issuers) -> Endpoint:
    @on_other_addresses
    async def status_list_aggregation(authority: str) -> Response:
        """Return the addresses of an authority's status lists (Token Status List section 9)."""
        issuers.catalogue.authority(authority)
        uris = await issuers.status_lists.uris(authority)
        return json_reply(aggregation(uris), cache_control=METADATA_CACHE)

    return status_list_aggregation


def _status(issuers: Issuers) -> Endpoint:
    @on_other_addresses
    async def status_list(authority: str, number: int, request: Request) -> Response:
        """Return a signed status list (Token Status List section 8), of ``time`` on request.

        As a JWT, or as a CWT for whoever would rather have that; lists of then are kept as JWTs.
        """
        at, number = _time(request.query_params.get("time")), min(number, LIST_LIMIT)
        headers = {"Cache-Control": STATUS_CACHE if at is None else KEPT_CACHE, "Vary": "Accept"}
        accept = request.headers.get("accept", "")
        if at is None and prefers(accept, cwt.MEDIA_TYPE, MEDIA_TYPE):
            signed = await issuers.status_cwt(authority, number)
            return Response(signed, media_type=cwt.MEDIA_TYPE, headers=headers)
        token = await issuers.status_token(authority, number, at=at)
        return Response(token, media_type=MEDIA_TYPE, headers=headers)

    return status_list


def _time(asked: str | None) -> datetime | None:
    """Return the time that is asked for, in seconds since 1970, or raise `IssuerError`."""
    if asked is None:
        return None
    if _SECONDS.fullmatch(asked) is None or int(asked) > TIME_LIMIT:
        raise IssuerError(IssuerFailure.MALFORMED, f"time is a number from 0 to {TIME_LIMIT}")
    return datetime.fromtimestamp(int(asked), UTC)
