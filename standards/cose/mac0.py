"""One tag over a payload that is elsewhere (COSE_Mac0, RFC 9052 section 6.2), HMAC 256/256 alone.

Read and verified, never made: whoever checks such a tag could have made it.
"""

import hashlib
import hmac
from typing import Final, NamedTuple

from standards.cbor.value import CborValue
from standards.cbor.write import dumps
from standards.cose.algorithm import HMAC_256
from standards.cose.errors import CoseError, CoseFailure, malformed
from standards.cose.headers import Headers, parse_headers

_PARTS: Final = 4


class UnverifiedMac0(NamedTuple):
    """A well-formed COSE_Mac0 with a detached payload, which nobody has checked."""

    headers: Headers
    tag: bytes


def parse_mac0(value: CborValue) -> UnverifiedMac0:
    """Return the parts of an untagged COSE_Mac0, or raise `CoseError`."""
    if not isinstance(value, list) or len(value) != _PARTS:
        raise malformed("an untagged array of four was expected")
    protected, unprotected, payload, tag = value
    if payload is not None:
        raise CoseError(CoseFailure.PAYLOAD_REFUSED, "a detached payload was expected")
    if not isinstance(tag, bytes):
        raise malformed("a tag was expected")
    headers = parse_headers(protected, unprotected)
    if headers.alg != HMAC_256:
        raise CoseError(CoseFailure.ALGORITHM_REFUSED, "HMAC 256/256 was expected")
    return UnverifiedMac0(headers, tag)


def tag_of(protected: bytes, payload: bytes, key: bytes) -> bytes:
    """Return HMAC-SHA-256 over MAC_structure (section 6.3), all of it; no external data."""
    return hmac.digest(key, dumps(["MAC0", protected, b"", payload]), hashlib.sha256)


def verify_mac0(mac0: UnverifiedMac0, key: bytes, *, detached: bytes) -> None:
    """Return when the tag is of ``detached``, or raise tag_invalid."""
    if not hmac.compare_digest(mac0.tag, tag_of(mac0.headers.octets, detached, key)):
        raise CoseError(CoseFailure.TAG_INVALID, "the tag is not of this")
