"""What is random in a text of JSON, taken out as octets; a mark is left in its place.

Digests, salts, keys, nonces and times are most of a presentation. An octet of them takes ten and
more bits as text and eight as octets. Marks are control characters, of which no text of JSON has
any (RFC 8259 section 7), so that none is mistaken for one.
"""

import re
from typing import Final

from keys import base64url
from keys.errors import KeysError
from keys.points import p256_y
from standards.shown_code.errors import damaged

# Stands for what follows from the rest: the chain, or the hash over what is shown.
HOLE: Final = b"\x07"
# A whole part that is a signature (64 octets: ES256, EdDSA) and no text.
SIGNATURE: Final = b"\x08"
SIGNATURE_SIZE: Final = 64
# The greatest of the marks, of which 0 parts one text from the next.
LAST_MARK: Final = SIGNATURE[0]

# Marks of texts in base64url, by how many octets they are: digests and keys, our salts, nonces.
_SIZES: Final = {1: 32, 2: 18, 3: 16}
_MARKS: Final = {size: bytes([mark]) for mark, size in _SIZES.items()}
# A point of P-256 is its x and a sign: the y that belongs to the 32 octets before, even or odd.
_Y: Final = {b"\x04": b"\x02", b"\x05": b"\x03"}
_KEY: Final = re.compile(rb'("x":"([\w-]{43})","y":")([\w-]{43})(?=")', re.ASCII)
# Seconds since 1970 in four octets, from 2001 to 2106: no other number of ten digits comes often.
_TIME: Final = b"\x06"
_FIRST_TIME: Final = 10**9
_LAST_TIME: Final = 2**32 - 1
_TIME_SIZE: Final = 4

_TAKEN: Final = re.compile(
    rb'(?<=")(?:[\w-]{43}|[\w-]{24}|[\w-]{22})(?=")|(?<=:)[1-9]\d{9}(?=[,}])', re.ASCII
)
_LEFT: Final = re.compile(rb"[\x01-\x06]")


def taken_out(text: bytes, values: list[bytes]) -> bytes:
    """Return ``text`` with marks, and add what they stand for to ``values``, in order."""

    def marked(found: re.Match[bytes]) -> bytes:
        mark, octets = _value(found[0])
        values.extend(octets)
        return mark

    return _TAKEN.sub(marked, _KEY.sub(_without_y, text))


class Values:
    """The octets that marks stand for, read once from the front."""

    def __init__(self, octets: bytes) -> None:
        self._octets = octets
        self._at = 0

    def take(self, size: int) -> bytes:
        """Return the next octets, or raise `ShownCodeError` (damaged)."""
        self._at += size
        if self._at > len(self._octets):
            raise damaged("values are missing")
        return self._octets[self._at - size : self._at]

    def rest(self) -> bytes:
        """Return what nobody has taken."""
        return self._octets[self._at :]

    def put_back(self, text: bytes) -> bytes:
        """Return the text that `taken_out` was given, or raise `ShownCodeError` (damaged).

        `HOLE` stays. A y is computed once for each x of 32 octets, so what was made to be slow
        has no more of them than fit into a code.
        """
        last = b""

        def value(found: re.Match[bytes]) -> bytes:
            nonlocal last
            sign = _Y.get(found[0])
            if sign is not None:
                octets, last = _y(sign + last), b""
                return base64url.encode(octets).encode()
            if found[0] == _TIME:
                return _time(self.take(_TIME_SIZE))
            last = self.take(_SIZES[found[0][0]])
            return base64url.encode(last).encode()

        return _LEFT.sub(value, text)


def _value(text: bytes) -> tuple[bytes, tuple[bytes, ...]]:
    """Return the mark and the octets of what looks like a value; itself when it is none."""
    if text.isdigit() and len(text) == len(str(_FIRST_TIME)):
        number = int(text)
        return (_TIME, (number.to_bytes(_TIME_SIZE),)) if number <= _LAST_TIME else (text, ())
    try:
        octets = base64url.decode(text.decode("ascii"))
    except KeysError:
        return text, ()
    return _MARKS[len(octets)], (octets,)


def _without_y(found: re.Match[bytes]) -> bytes:
    before, x, y = found.groups()
    for mark, sign in _Y.items():
        try:
            is_its_own = p256_y(sign + base64url.decode(x.decode("ascii")))
        except KeysError:
            return found[0]
        if base64url.encode(is_its_own).encode() == y:
            return bytes(before) + mark
    return found[0]


def _y(compressed: bytes) -> bytes:
    try:
        return p256_y(compressed)
    except KeysError:
        raise damaged("no point of the curve") from None


def _time(octets: bytes) -> bytes:
    number = int.from_bytes(octets)
    if number < _FIRST_TIME:
        raise damaged("a time that is never written so")
    return b"%d" % number
