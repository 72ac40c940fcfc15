"""Write CBOR in its one deterministic spelling (RFC 8949 section 4.2): shortest, keys sorted."""

from collections.abc import Callable
from typing import Any, Final

import cbor2

from standards.cbor.value import EMBEDDED, Encodable, Encoded, Tagged


def dumps(value: Encodable) -> bytes:
    """Return the octets of ``value``."""
    return cbor2.dumps(value, canonical=True, encoders=_ENCODERS)


def tagged(number: int, value: Encodable) -> bytes:
    """Return the octets of ``value`` with a tag."""
    return cbor2.dumps(cbor2.CBORTag(number, value), canonical=True, encoders=_ENCODERS)


def embedded(octets: bytes) -> bytes:
    """Return ``#6.24(bstr .cbor …)``: an item that carries the octets of another (3.4.5.1)."""
    return tagged(EMBEDDED, octets)


def _tagged(encoder: cbor2.CBOREncoder, value: Tagged) -> None:
    encoder.encode_semantic(value.number, value.content)


def _encoded(encoder: cbor2.CBOREncoder, value: Encoded) -> None:
    encoder.write(value.octets)


_ENCODERS: Final[dict[type, Callable[[cbor2.CBOREncoder, Any], None]]] = {
    Tagged: _tagged,
    Encoded: _encoded,
}
