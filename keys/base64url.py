"""Base64url without padding, exactly one text per octet string (RFC 4648 section 5, RFC 7515).

Python's own decoder skips what it does not know and ignores left-over bits, so one signature
would have many spellings; here every other spelling is refused.
"""

import binascii

from keys.errors import KeysError, KeysFailure

_TO_URL = bytes.maketrans(b"+/", b"-_")
# '+' and '/' belong to the other alphabet: they are mapped to what no alphabet knows.
_FROM_URL = bytes.maketrans(b"-_+/", b"+/!!")
# The last character of a text with two (or three) left over carries four (or two) unused bits.
_LAST_OF_TWO = frozenset("AQgw")
_LAST_OF_THREE = frozenset("AEIMQUYcgkosw048")


def encode(octets: bytes) -> str:
    """Return the base64url text of ``octets``, without padding."""
    encoded = binascii.b2a_base64(octets, newline=False).translate(_TO_URL)
    return encoded.rstrip(b"=").decode("ascii")


def decode(text: str) -> bytes:
    """Return the octets whose `encode` is ``text``, or raise `KeysError` (malformed).

    Refused: padding, white space, ``+`` and ``/``, non-ASCII, impossible lengths, and unused bits
    that are not zero.
    """
    match len(text) % 4:
        case 0:
            padding, canonical = b"", True
        case 2:
            padding, canonical = b"==", text[-1] in _LAST_OF_TWO
        case 3:
            padding, canonical = b"=", text[-1] in _LAST_OF_THREE
        case _:
            padding, canonical = b"", False
    if not canonical or "=" in text:
        raise KeysError(KeysFailure.MALFORMED, "base64url without padding was expected")
    try:
        octets = text.encode("ascii").translate(_FROM_URL) + padding
        return binascii.a2b_base64(octets, strict_mode=True)
    except (UnicodeEncodeError, binascii.Error):
        raise KeysError(KeysFailure.MALFORMED, "not a base64url character") from None
