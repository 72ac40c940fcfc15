"""Write CBOR in its one deterministic spelling (RFC 8949 section 4.2): shortest, keys sorted."""

from typing import Any, Final

import cbor2

from standards.cbor.value import EMBEDDED, Encodable, Encoded, Tagged

# The tag's head; a certificate has one for each of its items.
_EMBEDDED_HEAD: Final = bytes([0xD8, EMBEDDED])


def dumps(value: Encodable) -> bytes:
    """Return the octets of ``value``."""
    return cbor2.dumps(value, canonical=True, default=_own)


def tagged(number: int, value: Encodable) -> bytes:
    """Return the octets of ``value`` with a tag."""
    return cbor2.dumps(cbor2.CBORTag(number, value), canonical=True, default=_own)


def embedded(octets: bytes) -> bytes:
    """Return ``#6.24(bstr .cbor …)``: an item that carries the octets of another (3.4.5.1)."""
    return _EMBEDDED_HEAD + cbor2.dumps(octets)


def _own(encoder: cbor2.CBOREncoder, value: Any) -> None:
    """Write what the package does not know.

    Told of our types beforehand, it would take as long to get ready as to write an item.
    """
    match value:
        case Tagged():
            encoder.encode_semantic(value.number, value.content)
        case Encoded():
            encoder.write(value.octets)
        case _:
            raise TypeError(f"no CBOR for {type(value).__name__}")
