"""Base64url without padding, exactly one text per octet string (RFC 4648 section 5, RFC 7515).

Python's own decoder skips what it does not know and ignores left-over bits, so one signature
would have many spellings; here every other spelling is refused.
"""

import binascii

from keys.errors import KeysError, KeysFailure

_TO_URL = bytes.maketrans(b"+/", b"-_")
# '+' and '/' belong to the other alphabet and '=' is padding: mapped to what no alphabet knows.
_FROM_URL = bytes.maketrans(b"-_+/=", b"+/!!!")
# By the characters left over after the last four: what completes a text, and which characters it
# may end in. Two (or three) carry four (or two) unused bits; one alone is no octet.
_PADDING = (b"", b"", b"==", b"=")
_LAST = (None, frozenset[str](), frozenset("AQgw"), frozenset("AEIMQUYcgkosw048"))


def encode(octets: bytes) -> str:
    """Return the base64url text of ``octets``, without padding."""
    return binascii.b2a_base64(octets, newline=False).translate(_TO_URL, b"=").decode("ascii")


def decode(text: str) -> bytes:
    """Return the octets whose `encode` is ``text``, or raise `KeysError` (malformed).

    Refused: padding, white space, ``+`` and ``/``, non-ASCII, impossible lengths, and unused bits
    that are not zero.
    """
    left_over = len(text) % 4
    last = _LAST[left_over]
    if last is not None and text[-1] not in last:
        raise KeysError(KeysFailure.MALFORMED, "base64url without padding was expected")
    try:
        octets = text.encode("ascii").translate(_FROM_URL) + _PADDING[left_over]
        return binascii.a2b_base64(octets, strict_mode=True)
    except (UnicodeEncodeError, binascii.Error):
        raise KeysError(KeysFailure.MALFORMED, "not a base64url character") from None
