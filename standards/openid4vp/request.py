"""The Authorization Request: who asks what, and where to answer (OpenID4VP 1.0 section 5)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Self

from keys.strict_json import JsonObject, JsonValue
from standards.dcql.errors import DcqlError
from standards.dcql.query import DcqlQuery, parse_query
from standards.formats.binding import Request
from standards.members import Members, members, present, written, written_all
from standards.openid4vp.client_id import ClientId, ClientIdPrefix
from standards.openid4vp.client_metadata import NO_METADATA, ClientMetadata
from standards.openid4vp.errors import RequestError, RequestFailure, malformed_request
from standards.openid4vp.request_uri import RequestUri, RequestUriMethod
from standards.openid4vp.transaction_data import TransactionData, read_transaction_data
from standards.web_address import check_web_address

__all__ = [
    "AuthorizationRequest",
    "RequestUri",
    "RequestUriMethod",
    "ResponseMode",
    "VerifierInfo",
]

RESPONSE_TYPE = "vp_token"
# Sections 5.2 and 5.3: URL-safe ASCII. The length is ours; 43 characters are 256 bits.
_URL_SAFE = re.compile(r"[A-Za-z0-9._~\-]{1,512}")
# RFC 9101 section 4: a request object holds no other.
_NESTED = frozenset({"request", "request_uri"})
MAX_VERIFIER_INFO = 16


class ResponseMode(StrEnum):
    """How the answer travels, in clear or as one encrypted token.

    As a form post (section 8.2), or through the browser the request came by (appendix A.2).
    """

    DIRECT_POST = "direct_post"
    DIRECT_POST_JWT = "direct_post.jwt"
    DC_API = "dc_api"
    DC_API_JWT = "dc_api.jwt"

    @property
    def is_encrypted(self) -> bool:
        """Whether presentations come encrypted (section 8.3); HAIP asks for nothing else."""
        return self in _ENCRYPTED

    @property
    def is_over_dc_api(self) -> bool:
        """Whether the browser carries request and answer (Digital Credentials API)."""
        return self in OVER_DC_API


_ENCRYPTED = frozenset({ResponseMode.DIRECT_POST_JWT, ResponseMode.DC_API_JWT})
OVER_DC_API = frozenset({ResponseMode.DC_API, ResponseMode.DC_API_JWT})
POSTED = frozenset(ResponseMode) - OVER_DC_API


@dataclass(frozen=True, slots=True)
class VerifierInfo:
    """Something attested about the verifier or its request (section 5.11), in a named format.

    ``data`` is text or an object of that format; ``credential_ids`` empty concerns all.
    """

    format: str
    data: JsonValue
    credential_ids: tuple[str, ...] = ()

    @classmethod
    def parse(cls, reader: Members) -> Self:
        """Return one element of ``verifier_info``, or raise `RequestError`."""
        data = reader.value.get("data")
        if not isinstance(data, str | dict):
            raise malformed_request("verifier_info: data is text or an object")
        return cls(reader.text("format"), data, reader.optional_texts("credential_ids"))

    def as_dict(self) -> JsonObject:
        """Return the JSON object `parse` reads."""
        entry: JsonObject = {"format": self.format, "data": self.data}
        return entry | present({"credential_ids": list(self.credential_ids)})


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """A request for presentations, answered by a post to ``response_uri``.

    Over the browser's API the answer goes back the way the request came: ``response_uri`` is
    empty then.
    """

    client_id: str
    response_uri: str
    nonce: str
    dcql_query: DcqlQuery
    response_mode: ResponseMode = ResponseMode.DIRECT_POST
    state: str | None = None
    client_metadata: ClientMetadata = NO_METADATA
    verifier_info: tuple[VerifierInfo, ...] = ()
    transaction_data: tuple[TransactionData, ...] = ()

    @classmethod
    def parse(
        cls,
        claims: JsonObject,
        *,
        expected_modes: frozenset[ResponseMode] = POSTED,
        scopes: Mapping[str, DcqlQuery] = MappingProxyType({}),
    ) -> Self:
        """Return the request in the claims of a request object, or raise `RequestError`.

        ``expected_modes`` are those of the way it came (`OVER_DC_API` by the browser's API).
        ``scopes`` are the names for queries that were agreed with this client (section 5.5).

        ``iss`` and members nobody knows are ignored (VP-2, VP-3). ``transaction_data`` is read;
        whoever answers must know each type of it, or refuse (VP-4, VP-10).
        """
        reader = members(claims, "request", malformed_request)
        _check_kind(reader)
        mode = _response_mode(reader, expected_modes)
        query = _query(reader, scopes)
        request = cls(
            client_id=reader.text("client_id"),
            response_uri="" if mode.is_over_dc_api else _response_uri(reader),
            nonce=_url_safe(reader.text("nonce"), "nonce"),
            dcql_query=query,
            response_mode=mode,
            state=_url_safe(reader.text("state"), "state") if reader.has("state") else None,
            client_metadata=reader.part("client_metadata", ClientMetadata.parse) or NO_METADATA,
            verifier_info=_verifier_info(reader),
            transaction_data=read_transaction_data(reader, query),
        )
        if mode.is_encrypted:
            request.client_metadata.encryption()
        return request

    def bound(self, audience: str) -> Request:
        """Return what a holder's signature ties an answer of this request to.

        ``audience`` is the client identifier, or the origin of the page the request came by.
        """
        encrypted_to = None
        if self.response_mode.is_encrypted:
            encrypted_to, _ = self.client_metadata.encryption()
        return Request(audience, self.nonce, self.response_uri or None, encrypted_to)

    def as_dict(self) -> JsonObject:
        """Return the claims `parse` reads."""
        required: JsonObject = {
            "client_id": self.client_id,
            "response_type": RESPONSE_TYPE,
            "response_mode": self.response_mode.value,
            "nonce": self.nonce,
            "dcql_query": self.dcql_query.as_dict(),
        }
        return required | present(
            {
                "response_uri": self.response_uri or None,
                "state": self.state,
                "client_metadata": written(self.client_metadata),
                "verifier_info": written_all(self.verifier_info),
                "transaction_data": [entry.encoded for entry in self.transaction_data],
            }
        )


def _check_kind(reader: Members) -> None:
    """Refuse what this is not: another kind of request, or one with an unknown condition."""
    if reader.text("response_type") != RESPONSE_TYPE:
        raise RequestError(RequestFailure.RESPONSE_TYPE, "response_type vp_token was expected")
    if not _NESTED.isdisjoint(reader.value):
        raise malformed_request("a request object holds no other request")


def _response_mode(reader: Members, expected: frozenset[ResponseMode]) -> ResponseMode:
    mode = reader.text("response_mode")
    if mode not in expected:
        named = " or ".join(sorted(expected))
        raise RequestError(RequestFailure.RESPONSE_MODE, f"{named} was expected")
    return ResponseMode(mode)


def _response_uri(reader: Members) -> str:
    if reader.has("redirect_uri"):
        raise RequestError(
            RequestFailure.REDIRECT_URI, "redirect_uri beside response_uri"
        )  # VP-46
    address = _own_address(reader) or reader.text("response_uri")
    check_web_address(address, "response_uri", malformed_request)
    return address


def _own_address(reader: Members) -> str | None:
    """Section 5.9.3: a ``redirect_uri:`` client may leave out the address, which is its name."""
    if reader.has("response_uri"):
        return None
    client_id = ClientId.parse(reader.text("client_id"))
    return client_id.value if client_id.prefix is ClientIdPrefix.REDIRECT_URI else None


def _query(reader: Members, scopes: Mapping[str, DcqlQuery]) -> DcqlQuery:
    """VP-5: exactly one of ``dcql_query`` and ``scope``; VP-15: a scope stands for its query."""
    if reader.has("scope"):
        known = scopes.get(reader.text("scope"))
        if known is None or reader.has("dcql_query"):
            raise RequestError(RequestFailure.SCOPE, "a dcql_query or a known scope was expected")
        return known
    try:
        return parse_query(reader.object("dcql_query").value)
    except DcqlError as error:
        raise RequestError(RequestFailure.QUERY, error.detail) from error


def _verifier_info(reader: Members) -> tuple[VerifierInfo, ...]:
    entries = reader.parts("verifier_info", VerifierInfo.parse)
    if len(entries) > MAX_VERIFIER_INFO:
        raise malformed_request(f"verifier_info has at most {MAX_VERIFIER_INFO} entries")
    return entries


def _url_safe(text: str, name: str) -> str:
    if not _URL_SAFE.fullmatch(text):
        raise malformed_request(f"{name} is URL-safe ASCII")
    return text
