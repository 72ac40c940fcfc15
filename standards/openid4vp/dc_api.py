"""Requests as a page hands them to the browser's Digital Credentials API (appendix A).

    {"protocol": "openid4vp-v1-signed", "data": {"request": "<JWS>"}}

The protocol says how the request is signed, not how it is answered. An unsigned one names nobody:
the page's origin is all a wallet knows. One with several signatures names the verifier once in
each protected header.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Self, assert_never

from keys import jws
from keys.jwt_time import seconds
from keys.signer import Signer
from keys.strict_json import JsonObject, JsonValue, canonical, dumps
from keys.x509 import to_x5c
from standards.dcql.query import check_sendable
from standards.members import members
from standards.openid4vp.errors import malformed_request
from standards.openid4vp.multisigned import joined, split
from standards.openid4vp.origin import Origin
from standards.openid4vp.request import AuthorizationRequest
from standards.openid4vp.request_object import SELF_ISSUED, TYP

# Appendix A.3.2.2: what stands beside each signature, and never in the payload they share.
OF_EACH_SIGNATURE: Final = frozenset({"client_id", "verifier_info"})
# Appendix A.2: without a signature nothing proves them, so they are not sent.
_OF_NOBODY: Final = frozenset({"client_id", "verifier_info"})


class DcApiProtocol(StrEnum):
    """How a request is signed (appendix A.1)."""

    UNSIGNED = "openid4vp-v1-unsigned"
    SIGNED = "openid4vp-v1-signed"
    MULTISIGNED = "openid4vp-v1-multisigned"


@dataclass(frozen=True, slots=True)
class DcApiRequest:
    """One request of a page; nothing of ``data`` is believed yet."""

    protocol: DcApiProtocol
    data: JsonObject

    @classmethod
    def parse(cls, value: JsonValue) -> Self:
        """Return the request a platform handed over, or raise `RequestError` (malformed)."""
        reader = members(value, "request", malformed_request)
        protocol = reader.text("protocol")
        if protocol not in set(DcApiProtocol):
            raise malformed_request("a protocol of OpenID4VP 1.0 was expected")
        return cls(DcApiProtocol(protocol), reader.object("data").value)

    def as_dict(self) -> JsonObject:
        """Return the JSON object `parse` reads."""
        return {"protocol": self.protocol.value, "data": self.data}

    @property
    def is_of_several(self) -> bool:
        """Whether each signature names its own client, beside it."""
        return self.protocol is DcApiProtocol.MULTISIGNED

    def tokens(self) -> tuple[str, ...]:
        """Return the compact token of each signature, or raise `RequestError`; none is checked.

        An unsigned request has none.
        """
        match self.protocol:
            case DcApiProtocol.UNSIGNED:
                return ()
            case DcApiProtocol.SIGNED:
                return (members(self.data, "data", malformed_request).text("request"),)
            case DcApiProtocol.MULTISIGNED:
                return split(self.data.get("request"))
            case _:
                assert_never(self.protocol)

    def unsigned_octets(self) -> bytes:
        """Return what an unsigned request is named by: its data in canonical JSON (RFC 8785)."""
        return canonical(self.data)


@dataclass(frozen=True, slots=True)
class Signing:
    """What a verifier signs with, and for which page it does so."""

    signer: Signer
    chain: tuple[bytes, ...]
    origin: Origin
    now: datetime
    lifetime: timedelta


def credential_request_options(requests: Sequence[DcApiRequest]) -> JsonObject:
    """Return what a page gives to ``navigator.credentials.get``."""
    return {"digital": {"requests": [request.as_dict() for request in requests]}}


def unsigned_request(request: AuthorizationRequest) -> DcApiRequest:
    """Return a request that names nobody (VP-66).

    Like the others it raises `DcqlError` for a query that should not be sent.
    """
    return DcApiRequest(DcApiProtocol.UNSIGNED, _sendable(request, _OF_NOBODY))


def signed_request(request: AuthorizationRequest, signing: Signing) -> DcApiRequest:
    """Return a request signed for one page (VP-67)."""
    payload = dumps(_sendable(request, frozenset()) | _for_the_page(signing))
    return DcApiRequest(DcApiProtocol.SIGNED, {"request": _signed({}, payload, signing)})


def multisigned_request(
    request: AuthorizationRequest, signing: Signing, *, client_ids: Sequence[str]
) -> DcApiRequest:
    """Return a request signed once under each name of the verifier (VP-69).

    Whatever the request's own ``client_id`` is, ``client_ids`` are those that are signed.
    """
    whole = request.as_dict()
    payload = dumps(_sendable(request, OF_EACH_SIGNATURE) | _for_the_page(signing))
    info: JsonObject = {name: whole[name] for name in ("verifier_info",) if name in whole}
    tokens = [_signed(info | {"client_id": each}, payload, signing) for each in client_ids]
    return DcApiRequest(DcApiProtocol.MULTISIGNED, {"request": joined(tokens)})


def _sendable(request: AuthorizationRequest, without: frozenset[str]) -> JsonObject:
    check_sendable(request.dcql_query)
    return {name: value for name, value in request.as_dict().items() if name not in without}


def _for_the_page(signing: Signing) -> JsonObject:
    return {
        "expected_origins": [signing.origin.text],
        "aud": SELF_ISSUED,
        "iat": seconds(signing.now),
        "exp": seconds(signing.now + signing.lifetime),
    }


def _signed(header: JsonObject, payload: bytes, signing: Signing) -> str:
    head: JsonObject = {"typ": TYP, "x5c": to_x5c(signing.chain)}
    return jws.sign(head | header, payload, signing.signer)
