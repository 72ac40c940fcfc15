"""The keys an authority signs certificates with, for desks that read codes without a chain."""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Response

from issuers.endpoints.answers import on_other_addresses
from issuers.endpoints.described import published
from issuers.issuer import Issuers
from standards.sd_jwt_vc.issuer_keys import WELL_KNOWN, issuer_keys
from web.described import as_json, having
from web.replies import json_reply

# A key that was just rotated in is asked for again soon enough.
KEYS_CACHE = "public, max-age=60"
KEYS = as_json(having("issuer", "jwks"))


def routes(issuers: Issuers) -> APIRouter:
    """Return the well-known address of an authority's keys (SD-JWT VC draft-13 section 5)."""
    router = APIRouter(tags=["published"])
    router.get(f"/.well-known/{WELL_KNOWN}/issuers/{{authority}}", **published(KEYS))(
        _keys(issuers)
    )
    return router


def _keys(issuers: Issuers) -> Callable[[str], Awaitable[Response]]:
    @on_other_addresses
    async def credential_issuer_keys(authority: str) -> Response:
        """Return the key in use, with its certificates."""
        identifier, key = issuers.issuing_key(authority)
        document = issuer_keys(identifier, [(key.signer.public, key.x5c)])
        return json_reply(document, cache_control=KEYS_CACHE)

    return credential_issuer_keys
