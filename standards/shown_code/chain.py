"""The certificates of a code, which stay at home: their name, and what a reader knows by them.

They are a third of a code that carries them and more, and a desk has met them. In their place
stands a name; whoever has the octets puts them back.
"""

import hashlib
import re
from typing import Final

from keys import base64url, strict_json
from keys.errors import KeysError
from keys.x5c import parse_x5c
from standards.shown_code.errors import unsupported

# It proves nothing: a chain that was put back is validated like any other, and the issuer's
# signature is over the header with the very octets. 64 bits are more than an authority could
# try to take another's name.
NAME_SIZE: Final = 8

# The octets of the value of ``x5c`` as they stand in a header. Base64 has no bracket, so the
# first one that closes is the array's; a name with a quote before it is no name of a member.
_X5C: Final = re.compile(rb'(?<!\\)"x5c"\s*:\s*(\[[^\[\]{}]*\])')


def chain_name(x5c: bytes) -> bytes:
    """Return what a code has in place of a chain: 8 octets of SHA-256 over its octets."""
    return hashlib.sha256(x5c).digest()[:NAME_SIZE]


def chain_octets(issuer_jwt: str) -> bytes:
    """Return the octets of ``x5c`` in the header of an issuer-signed JWT or SD-JWT, as they stand.

    Raises `ShownCodeError` (unsupported) when there are none, or not once.
    """
    try:
        header = base64url.decode(issuer_jwt.partition(".")[0])
    except KeysError:
        raise unsupported("a part is not base64url") from None
    return around_chain(header)[1]


def around_chain(header: bytes) -> tuple[bytes, bytes, bytes]:
    """Return a header up to the value of ``x5c``, that value, and the rest; else unsupported."""
    found = [*_X5C.finditer(header)]
    if len(found) != 1:
        raise unsupported("a header with its certificates was expected")
    start, end = found[0].span(1)
    return header[:start], header[start:end], header[end:]


def known_from(x5c: bytes) -> bytes:
    """Return what a reader who has the chain need not be told: the leaf certificate.

    It names its authority, and with that name most addresses in a payload begin. Raises
    `ShownCodeError` (unsupported) for what is no array of certificates in base64.
    """
    try:
        return parse_x5c(strict_json.loads(x5c))[0]
    except KeysError:
        raise unsupported("certificates in base64 were expected") from None
