"""Texts in DEFLATE, values as they are, and a checksum over all: what a code's letters stand for.

    8 octets of the chain's hash | Adler-32 | texts of the holder | texts of the issuer | values

The texts are byte strings of CBOR (RFC 8949 section 3.1, a length in its shortest form before
them), each one DEFLATE stream (RFC 1951). The checksum (RFC 1950) is there so that a letter
misread is told as damage and not as a bad signature.
"""

import zlib
from typing import Final, NamedTuple

from standards.cbor.write import dumps
from standards.shown_code.chain import NAME_SIZE
from standards.shown_code.errors import ShownCodeError, ShownCodeFailure, damaged

# Version 40 of a QR code packs below 3 KiB, and texts without their values are short.
MAX_UNPACKED: Final = 16 * 1024
CHECK_SIZE: Final = 4

# What every SD-JWT VC has in common and what counters ask for most, so that no code need say it
# again. A part of the format: another dictionary is another version. What is used most stands
# last, where it is named shortest.
DICTIONARY: Final = (
    b'["\x02","no_arrears",true]["\x02","age_over_65",false]["\x02","age_over_14",'
    b'["\x02","applicant","'
    b'"vct#integrity":"sha256-","nbf":\x06,"urn:mydata:offline:'
    b'current_address",{"_sd":["\x01","\x01"]}]["\x02","address","'
    b'{"iss":"https://","vct":"/types/","iat":\x06,"exp":\x06,'
    b'"status":{"status_list":{"idx":,"uri":"/status/0"}},'
    b'"cnf":{"jwk":{"kty":"EC","crv":"P-256","x":"\x01","y":"\x04"}},'
    b'"_sd":["\x01","\x01"],"_sd_alg":"sha-256"}\x00\x08'
    b'{"alg":"ES256","typ":"dc+sd-jwt","x5c":\x07}\x00'
    b'["\x02","age_over_19",false]'
    b'{"alg":"ES256","typ":"kb+jwt"}\x00{"iat":\x06,"aud":"urn:mydata:offline",'
    b'"nonce":"\x03","sd_hash":"\x07"}\x00\x08\x00["\x02","age_over_19",true]'
)

# DEFLATE looks back 32 KiB, and what it finds there is a dictionary.
_WINDOW: Final = 32 * 1024
_WINDOW_BITS: Final = -15
_BYTES: Final = 2
_IN_ONE: Final = 24
_IN_TWO: Final = 25


class Packed(NamedTuple):
    """What a code holds: two streams of texts and the values of both, the holder's first."""

    chain_name: bytes
    held: bytes
    issued: bytes
    values: bytes


def joined(packed: Packed) -> bytes:
    """Return the octets that a code's letters stand for."""
    body = dumps(packed.held) + dumps(packed.issued) + packed.values
    return packed.chain_name + _check(packed.chain_name + body) + body


def parted(octets: bytes) -> Packed:
    """Return what was `joined`, or raise `ShownCodeError` (damaged)."""
    name, check = octets[:NAME_SIZE], octets[NAME_SIZE : NAME_SIZE + CHECK_SIZE]
    body = octets[NAME_SIZE + CHECK_SIZE :]
    if len(check) != CHECK_SIZE or check != _check(name + body):
        raise damaged("a letter was misread")
    held, after = _byte_string(body)
    issued, values = _byte_string(after)
    return Packed(name, held, issued, values)


def deflated(text: bytes, known: bytes = b"") -> bytes:
    """Return ``text`` as a stream, or raise `ShownCodeError` (too_large).

    ``known`` is what the reader has beside the dictionary.
    """
    if len(text) > MAX_UNPACKED:
        raise ShownCodeError(ShownCodeFailure.TOO_LARGE, f"more than {MAX_UNPACKED} octets")
    dictionary = _dictionary(known)
    packer = zlib.compressobj(level=9, wbits=_WINDOW_BITS, memLevel=9, zdict=dictionary)
    return packer.compress(text) + packer.flush()


def inflated(stream: bytes, known: bytes = b"") -> bytes:
    """Return what one whole stream holds and never more than the limit; else damaged."""
    unpacker = zlib.decompressobj(wbits=_WINDOW_BITS, zdict=_dictionary(known))
    try:
        octets = unpacker.decompress(stream, MAX_UNPACKED)
    except zlib.error:
        raise damaged("no DEFLATE stream, or another than was written") from None
    if not unpacker.eof or unpacker.unused_data:
        raise damaged("a stream that is cut off, too long or followed by something")
    return octets


def _dictionary(known: bytes) -> bytes:
    return (known + DICTIONARY)[-_WINDOW:]


def _check(octets: bytes) -> bytes:
    return zlib.adler32(octets).to_bytes(CHECK_SIZE)


def _byte_string(octets: bytes) -> tuple[bytes, bytes]:
    """Return a byte string and what follows it."""
    major, count = divmod(octets[0] if octets else 0, 32)
    width, least = {_IN_ONE: (1, _IN_ONE), _IN_TWO: (2, 256)}.get(count, (0, 0))
    if major != _BYTES or count > _IN_TWO:
        raise damaged("a byte string was expected")
    start = 1 + width
    size = int.from_bytes(octets[1:start]) if width else count
    if size < least or start + size > len(octets):
        raise damaged("a length longer than needed, or than what follows")
    return octets[start : start + size], octets[start + size :]
