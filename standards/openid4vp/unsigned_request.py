"""Requests that nobody signed (OpenID4VP 1.0 sections 5.9.2, 5.9.3, RFC 9101 section 4).

Anybody may have written one. What holds is where its answer goes: to the address that is the
client identifier (``redirect_uri:``), or to an address registered for the client. So nothing it
says of the party is believed.
"""

from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from keys import base64url
from keys.errors import KeysError, KeysFailure
from keys.jwt_time import check_times
from keys.strict_json import JsonObject, canonical, loads_object
from standards.openid4vp.client_id import ClientId, ClientIdPrefix
from standards.openid4vp.errors import (
    RequestError,
    RequestFailure,
    malformed_request,
    not_authentic,
)
from standards.openid4vp.known_by import ByAddress, ByRegistration, KnownBy
from standards.openid4vp.request_link import RequestParameters
from standards.openid4vp.signer import TYP, Grounds, client_of

# RFC 7518 section 3.6. It is read here and nowhere else, and what comes of it is unsigned.
_NONE: Final = "none"
_LIMIT: Final = 256 * 1024


def is_unsecured(token: str) -> bool:
    """Tell whether a token has no signature: an unsigned request fetched from an address."""
    return token.endswith(".")


def read_unsecured(token: str, *, expected_client_id: str) -> RequestParameters:
    """Return the parameters in a request object of ``alg`` none, or raise `RequestError`."""
    header, _, rest = token.partition(".")
    payload, _, signature = rest.partition(".")
    if len(token) > _LIMIT or signature:
        raise malformed_request("a request object without signature was expected")
    try:
        head = loads_object(base64url.decode(header))
        claims = loads_object(base64url.decode(payload))
    except KeysError as error:
        raise not_authentic(error) from error
    if head.get("alg") != _NONE or head.get("typ") != TYP or "crit" in head:
        raise RequestError(RequestFailure.NOT_AUTHENTIC, f"alg none and typ {TYP} were expected")
    return RequestParameters(expected_client_id, claims)


def check_unsigned(
    asked: RequestParameters, client_id: ClientId, *, grounds: Grounds, now: datetime
) -> KnownBy:
    """Return how the client of an unsigned request is known, or raise `RequestError`.

    VP-20: a client of any other prefix signs, and so does a registered one with a key.
    """
    known = _known(client_id, grounds)
    try:
        check_times(asked.claims, now=now)
    except KeysError as error:
        failure = RequestFailure.OUTDATED
        if error.failure is KeysFailure.MALFORMED:
            failure = RequestFailure.MALFORMED
        raise RequestError(failure, error.detail) from None
    return known


def hashed_part(claims: JsonObject) -> bytes:
    """Return what a receipt's hash of an unsigned request is taken over: its canonical JSON."""
    return canonical(claims)


def _known(client_id: ClientId, grounds: Grounds) -> KnownBy:
    match client_id.prefix:
        case ClientIdPrefix.REDIRECT_URI:
            return ByAddress(urlsplit(client_id.value).netloc)
        case None:
            client = client_of(client_id, grounds.clients)
            if not client.keys:
                return ByRegistration(client)
            raise _unsigned()
        case _:
            raise _unsigned()


def _unsigned() -> RequestError:
    return RequestError(RequestFailure.UNSIGNED, "a request of this client is signed")
