"""Octet strings in order, as one: CBOR (RFC 8949 section 4.2.1), then ZLIB (RFC 1950).

So little may stand there: byte strings in one array, whose ``RUN``th element is an array of them,
each length in its shortest form. No tag, no map, no number, nothing after the end. ZLIB is DEFLATE
with a checksum and the name of the dictionary, so that a letter misread is told as damage and not
as a bad signature.
"""

import zlib
from collections.abc import Sequence
from typing import Final

from standards.cbor.errors import CborError
from standards.cbor.read import Limits, loads
from standards.cbor.value import CborValue
from standards.cbor.write import dumps
from standards.shown_code.errors import ShownCodeError, ShownCodeFailure, damaged

# Version 40 of a QR code packs below 3 KiB, and text that is mostly digests does not shrink
# to a fifth: what unpacks to more was made to.
MAX_UNPACKED: Final = 16 * 1024

# What every SD-JWT VC has in common, so that no code need say it again. A part of the format:
# another dictionary is another version.
DICTIONARY: Final = (
    b'{"alg":"ES256","typ":"dc+sd-jwt","x5c":'
    b'{"alg":"ES256","typ":"kb+jwt"}'
    b'{"iat":,"aud":"urn:mydata:offline","nonce":"","sd_hash":""}'
    b'"vct#integrity":"sha256-","nbf":,"_sd":["","","_sd_alg":"sha-256"}'
    b'"cnf":{"jwk":{"kty":"EC","crv":"P-256","x":"","y":""}},'
    b'"status":{"status_list":{"idx":,"uri":"/status/0"}},"iat":,"exp":,'
    b'{"iss":"https:///issuers/","vct":"https:///issuers//types//1",'
)

_WINDOW_BITS: Final = 15
# Each disclosure has at least a head; two arrays in each other are all there is.
_LIMITS: Final = Limits(octets=MAX_UNPACKED, items=MAX_UNPACKED, depth=2)


def pack(parts: Sequence[bytes | Sequence[bytes]]) -> bytes:
    """Return ``parts`` packed, or raise `ShownCodeError` (too_large)."""
    octets = dumps(parts)
    if len(octets) > MAX_UNPACKED:
        raise ShownCodeError(ShownCodeFailure.TOO_LARGE, f"more than {MAX_UNPACKED} octets")
    packer = zlib.compressobj(level=9, wbits=_WINDOW_BITS, memLevel=9, zdict=DICTIONARY)
    return packer.compress(octets) + packer.flush()


def unpack(packed: bytes, *, size: int, run: int) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
    """Return the single parts, and those of the array that is part ``run``.

    There are ``size`` parts, the array among them. Raises `ShownCodeError` (damaged).
    """
    try:
        parts = loads(_inflated(packed), limits=_LIMITS, deterministic=True)
    except CborError as error:
        raise damaged(error.detail) from None
    if not isinstance(parts, list) or len(parts) != size:
        raise damaged("an array of another size was expected")
    return _octets([*parts[:run], *parts[run + 1 :]]), _octets(parts[run])


def _inflated(packed: bytes) -> bytes:
    """Return what one whole ZLIB stream holds, and never more than the limit."""
    unpacker = zlib.decompressobj(wbits=_WINDOW_BITS, zdict=DICTIONARY)
    try:
        octets = unpacker.decompress(packed, MAX_UNPACKED)
    except zlib.error:
        raise damaged("no ZLIB stream, or another than was written") from None
    if not unpacker.eof or unpacker.unused_data:
        raise damaged("a ZLIB stream that is cut off, too long or followed by something")
    return octets


def _octets(value: CborValue) -> tuple[bytes, ...]:
    """Return what an array of byte strings holds."""
    elements = value if isinstance(value, list) else [None]
    octets = tuple(one for one in elements if isinstance(one, bytes))
    if len(octets) != len(elements):
        raise damaged("an array of octets was expected")
    return octets
