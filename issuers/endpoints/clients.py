"""Which wallets may send citizens here: the operator's register of clients."""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Request, Response

from issuers.authorization.clients import Client, new_client
from issuers.clerks import OPERATOR
from issuers.endpoints.answers import on_other_addresses
from issuers.endpoints.described import desk
from issuers.endpoints.desk_input import malformed, reader_of
from issuers.endpoints.desk_schemas import CLIENT, CLIENT_ID
from issuers.issuer import Issuers
from keys.errors import KeysError
from keys.jwk import PublicJwk
from keys.strict_json import JsonObject
from standards.members import Members
from web.body import read_json_object
from web.replies import json_reply

# An id, twenty addresses, a few keys.
CLIENT_LIMIT = 32 * 1024

Endpoint = Callable[..., Awaitable[Response]]
Authorize = Callable[[Request, str], str]


def routes(issuers: Issuers, authorize: Authorize) -> APIRouter:
    """Return the addresses of the register; each asks ``authorize`` first."""
    router = APIRouter(prefix="/issuers/operator/clients", tags=["operator"])
    router.get("", **desk("clients"))(_list(issuers, authorize))
    router.post("", **desk("client_id", body=CLIENT))(_add(issuers, authorize))
    router.post("/remove", **desk("removed", body=CLIENT_ID, refuses=(404,)))(
        _remove(issuers, authorize)
    )
    return router


def _list(issuers: Issuers, authorize: Authorize) -> Endpoint:
    @on_other_addresses
    async def clients(request: Request) -> Response:
        """Return every registered client."""
        authorize(request, OPERATOR.name)
        found = await issuers.clients.all()
        return json_reply({"clients": [client_as_dict(client) for client in found]})

    return clients


def _add(issuers: Issuers, authorize: Authorize) -> Endpoint:
    @on_other_addresses
    async def add(request: Request) -> Response:
        """Register ``{"client_id", "redirect_uris", "jwks"}``; without keys it is attested."""
        authorize(request, OPERATOR.name)
        reader = reader_of(await read_json_object(request, limit=CLIENT_LIMIT))
        keys = reader.part("jwks", _keys) or ()
        client = new_client(reader.text("client_id"), reader.texts("redirect_uris"), keys)
        await issuers.clients.add(client)
        return json_reply(client_as_dict(client))

    return add


def _remove(issuers: Issuers, authorize: Authorize) -> Endpoint:
    @on_other_addresses
    async def remove(request: Request) -> Response:
        """Forget the client of ``{"client_id"}``, and end every token it was given."""
        authorize(request, OPERATOR.name)
        reader = reader_of(await read_json_object(request, limit=CLIENT_LIMIT))
        await issuers.clients.remove(reader.text("client_id"))
        return json_reply({"client_id": reader.text("client_id"), "removed": True})

    return remove


def client_as_dict(client: Client) -> JsonObject:
    """Return a client as the operator reads it."""
    return {
        "client_id": client.client_id,
        "redirect_uris": [*client.redirect_uris],
        "proves_by": "its keys" if client.keys else "attestation",
    }


def _keys(jwks: Members) -> tuple[PublicJwk, ...]:
    """Return the public keys of a JWK Set; one that is no signature key of ours is refused."""
    try:
        return tuple(PublicJwk.parse(key) for key in jwks.array("keys"))
    except KeysError as error:
        raise malformed(f"jwks: {error.detail}") from None
