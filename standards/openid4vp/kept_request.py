"""A request object as it was kept: what it says, and what answers of it are bound to.

Nothing here is proven: `request_object` and `dc_api_reading` do that, with who was trusted then.
"""

from keys import jws
from keys.json_value import JsonObject
from keys.strict_json import loads_object
from standards.formats.binding import Request
from standards.members import members
from standards.openid4vp.client_metadata import NO_METADATA, ClientMetadata
from standards.openid4vp.dc_api import OF_EACH_SIGNATURE
from standards.openid4vp.errors import malformed_request
from standards.openid4vp.origin import PREFIX
from standards.openid4vp.request import ResponseMode

# Only a request that came by the browser's API says this (OpenID4VP A.2).
ORIGINS = "expected_origins"


def said_by(token: str) -> JsonObject:
    """Return what a request says, with what stands beside one of several signatures.

    Raises `KeysError` for what is no token.
    """
    unverified = jws.parse(token)
    beside = {
        name: unverified.header[name] for name in OF_EACH_SIGNATURE if name in unverified.header
    }
    return loads_object(unverified.payload) | beside


def bound_to(said: JsonObject) -> tuple[Request, ...]:
    """Return what an answer may be bound to: the client, or a page it asked on (OpenID4VP A.4).

    One for each page that the request names. Raises `RequestError` for what is no request.
    """
    reader = members(said, "request", malformed_request)
    mode = reader.text("response_mode")
    encrypted_to = None
    if mode in (ResponseMode.DIRECT_POST_JWT, ResponseMode.DC_API_JWT):
        metadata = reader.part("client_metadata", ClientMetadata.parse) or NO_METADATA
        encrypted_to, _ = metadata.encryption()
    nonce = reader.text("nonce")
    if reader.has(ORIGINS):
        pages = (f"{PREFIX}{origin}" for origin in reader.texts(ORIGINS))
        return tuple(Request(page, nonce, None, encrypted_to) for page in pages)
    response_uri = reader.optional_text("response_uri")
    return (Request(reader.text("client_id"), nonce, response_uri, encrypted_to),)
