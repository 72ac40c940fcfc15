"""Octet strings in order, as one: CBOR (RFC 8949 section 4.2.1), then ZLIB (RFC 1950).

Read by hand, because so little may stand there: definite byte strings in one array, whose
``RUN``th element is an array of them. No tag, no map, no number, nothing after the end, so nothing
a general reader could be made to do. ZLIB is DEFLATE with a checksum and the name of the
dictionary, so that a letter misread is told as damage and not as a bad signature.
"""

import zlib
from collections.abc import Sequence
from typing import Final

import cbor2

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

_BYTES: Final = 2
_ARRAY: Final = 4
_WINDOW_BITS: Final = 15
# The head of a CBOR item: a small count stands in it, a larger one in the octets after it.
_IN_ONE: Final = 24
_IN_TWO: Final = 25


def pack(parts: Sequence[bytes | Sequence[bytes]]) -> bytes:
    """Return ``parts`` packed, or raise `ShownCodeError` (too_large)."""
    octets = cbor2.dumps([part if isinstance(part, bytes) else [*part] for part in parts])
    if len(octets) > MAX_UNPACKED:
        raise ShownCodeError(ShownCodeFailure.TOO_LARGE, f"more than {MAX_UNPACKED} octets")
    packer = zlib.compressobj(level=9, wbits=_WINDOW_BITS, memLevel=9, zdict=DICTIONARY)
    return packer.compress(octets) + packer.flush()


def unpack(packed: bytes, *, size: int, run: int) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
    """Return the single parts, and those of the array that is part ``run``.

    There are ``size`` parts, the array among them. Raises `ShownCodeError` (damaged).
    """
    reader = _Reader(_inflated(packed))
    if reader.head(_ARRAY) != size:
        raise damaged("an array of another size was expected")
    before = [reader.octets() for _ in range(run)]
    within = [reader.octets() for _ in range(reader.head(_ARRAY))]
    after = [reader.octets() for _ in range(size - run - 1)]
    reader.check_end()
    return (*before, *after), tuple(within)


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


class _Reader:
    """Reads byte strings and arrays of definite length, each length in its shortest form."""

    def __init__(self, octets: bytes) -> None:
        self._octets = octets
        self._at = 0

    def head(self, expected_major: int) -> int:
        """Return the count in the head of an item of this major type (RFC 8949 section 3)."""
        major, count = divmod(self._take(1)[0], 32)
        if major != expected_major:
            raise damaged("an item of another type was expected")
        if count < _IN_ONE:
            return count
        # 65536 octets or elements do not fit anyway.
        longer = {_IN_ONE: (1, _IN_ONE), _IN_TWO: (2, 256)}.get(count)
        if longer is None:
            raise damaged("a length that is never written")
        width, least = longer
        value = int.from_bytes(self._take(width))
        if value < least:
            raise damaged("a length longer than needed")
        return value

    def octets(self) -> bytes:
        """Return the next byte string."""
        return self._take(self.head(_BYTES))

    def check_end(self) -> None:
        """Raise damaged when something follows."""
        if self._at != len(self._octets):
            raise damaged("something follows the last part")

    def _take(self, count: int) -> bytes:
        taken = self._octets[self._at : self._at + count]
        if len(taken) != count:
            raise damaged("it ends too early")
        self._at += count
        return taken
