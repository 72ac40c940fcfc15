"""A link that says where the request is (OpenID4VP 1.0 sections 5, 5.10, RFC 9101).

Whatever else stands in it is not used (VP-28).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Self
from urllib.parse import urlsplit

from standards.oauth.form import encode_form, parse_form
from standards.openid4vp.client_id import ClientId
from standards.openid4vp.errors import RequestError, RequestFailure, malformed_request
from standards.web_address import check_web_address

SCHEME = "openid4vp://"
# A client id, an address, and room for parameters of others.
URI_LIMIT = 16 * 1024


class RequestUriMethod(StrEnum):
    """How the request object is fetched; ``post`` carries the wallet's nonce (section 5.10)."""

    GET = "get"
    POST = "post"


@dataclass(frozen=True, slots=True)
class RequestUri:
    """Where the request is, and whose it must be."""

    client_id: str
    request_uri: str
    request_uri_method: RequestUriMethod = RequestUriMethod.GET

    @classmethod
    def parse(cls, uri: str) -> Self:
        """Return what a link says, whatever its scheme, or raise `RequestError`.

        Parameters nobody knows are ignored.
        """
        return cls.of(link_parameters(uri))

    @classmethod
    def of(cls, parameters: Mapping[str, str]) -> Self:
        """Return the link of these parameters, or raise `RequestError`."""
        address = parameters.get("request_uri")
        method = _method(parameters.get("request_uri_method"), address)
        if address is None:
            raise RequestError(RequestFailure.UNSIGNED, "request_uri is missing")
        if "request" in parameters:
            raise malformed_request("request and request_uri never come together")
        check_web_address(address, "request_uri", malformed_request)
        client_id = parameters.get("client_id", "")
        ClientId.parse(client_id)
        return cls(client_id, address, method)

    def __str__(self) -> str:
        is_usual = self.request_uri_method is RequestUriMethod.GET
        parameters = {
            "client_id": self.client_id,
            "request_uri": self.request_uri,
            "request_uri_method": None if is_usual else self.request_uri_method.value,
        }
        return f"{SCHEME}?{encode_form(parameters).decode()}"


def link_parameters(uri: str) -> dict[str, str]:
    """Return the parameters in a link's query, or raise `RequestError` (malformed)."""
    if len(uri) > URI_LIMIT:
        raise malformed_request(f"a link has at most {URI_LIMIT} characters")
    try:
        query = urlsplit(uri.strip()).query
    except ValueError:
        raise malformed_request("a link was expected") from None
    return parse_form(query, malformed_request)


def _method(name: str | None, address: str | None) -> RequestUriMethod:
    """VP-9: exactly ``get`` or ``post``, and only beside a request_uri."""
    if name is None:
        return RequestUriMethod.GET
    if address is None:
        raise malformed_request("request_uri_method never comes without request_uri")
    if name not in set(RequestUriMethod):
        raise RequestError(RequestFailure.REQUEST_URI_METHOD, "request_uri_method is get or post")
    return RequestUriMethod(name)
