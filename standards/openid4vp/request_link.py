"""The link or picture that starts a presentation, in each of its forms (section 5, RFC 9101).

It says where the request is, or holds it: as one signed token, or as unsigned parameters. What
stands beside an address or a token is not used (VP-28).
"""

from dataclasses import dataclass
from typing import Final, TypeAlias

from keys.errors import KeysError
from keys.strict_json import JsonObject, JsonValue, loads
from standards.openid4vp.client_id import ClientId, ClientIdPrefix
from standards.openid4vp.errors import RequestError, RequestFailure, malformed_request
from standards.openid4vp.request_uri import RequestUri, link_parameters

# Section 5.1: the parameters that are JSON, written as text in a query.
_JSON_PARAMETERS: Final = frozenset(
    {"dcql_query", "client_metadata", "verifier_info", "transaction_data"}
)
# Requests of these may be unsigned: the first always are, the second where no key is registered.
_MAY_BE_UNSIGNED: Final = frozenset({ClientIdPrefix.REDIRECT_URI, None})


@dataclass(frozen=True, slots=True)
class RequestByValue:
    """A signed request object in the link itself (``request``), and whose it must be."""

    client_id: str
    token: str


@dataclass(frozen=True, slots=True)
class RequestParameters:
    """An unsigned request: its parameters as claims, which anybody may have written."""

    client_id: str
    claims: JsonObject


RequestLink: TypeAlias = RequestUri | RequestByValue | RequestParameters


def read_request_link(uri: str) -> RequestLink:
    """Return what a link says, whatever its scheme, or raise `RequestError`.

    Refused at once: two forms in one link, and an unsigned request of a client whose prefix
    says that it signs.
    """
    parameters = link_parameters(uri)
    if "request_uri" in parameters or "request_uri_method" in parameters:
        return RequestUri.of(parameters)
    if not {"request", "response_type"} & parameters.keys():
        raise RequestError(RequestFailure.UNSIGNED, "no request is in this link")
    name = parameters.get("client_id", "")
    client_id = ClientId.parse(name)
    if "request" in parameters:
        return RequestByValue(name, parameters["request"])
    if client_id.prefix not in _MAY_BE_UNSIGNED:
        raise RequestError(RequestFailure.UNSIGNED, "a request of this client is signed")
    return RequestParameters(name, {key: _value(key, text) for key, text in parameters.items()})


def _value(name: str, text: str) -> JsonValue:
    if name not in _JSON_PARAMETERS:
        return text
    try:
        return loads(text)
    except KeysError as error:
        raise malformed_request(f"{name}: {error.detail}") from None
