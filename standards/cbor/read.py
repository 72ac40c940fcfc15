"""Read CBOR without believing it: measured, bounded, each map key once (H46).

By hand and not by the package that writes: a digest is made over a tagged item as it was received,
whose spelling a general reader forgets, and what a general reader makes of dates, patterns and
shared references is nothing a stranger should be able to ask for. The package is the second
opinion in the tests.
"""

import math
import struct
from typing import Final, NamedTuple

from standards.cbor.errors import CborError, CborFailure
from standards.cbor.value import CborMap, CborValue, Tagged

_UNSIGNED, _NEGATIVE, _BYTES, _TEXT, _ARRAY, _MAP, _TAG, _SIMPLE = range(8)
# Section 3: an argument below 24 stands in the head; 24 to 27 say in how many octets it follows.
_IN_HEAD: Final = 24
_MAJOR, _ARGUMENT = 5, 31
_WIDTHS: Final = {24: 1, 25: 2, 26: 4, 27: 8}
_INDEFINITE: Final = 31
_BREAK: Final = b"\xff"
_FLOATS: Final = {25: ">e", 26: ">f", 27: ">d"}
# Section 3.3; undefined (23) means something else to each reader.
_SIMPLE_VALUES: Final[dict[int, bool | None]] = {20: False, 21: True, 22: None}


class Limits(NamedTuple):
    """How much is read before it is refused; ``items`` counts every head there is."""

    octets: int
    items: int
    depth: int


# A certificate with a portrait is about 100 kB; forty claims of ten people, each a map of four.
DEFAULT_LIMITS: Final = Limits(octets=512 * 1024, items=16 * 1024, depth=32)


def loads(
    octets: bytes, *, limits: Limits = DEFAULT_LIMITS, deterministic: bool = False
) -> CborValue:
    """Return the one item that ``octets`` are, or raise `CborError`.

    ``deterministic`` refuses every spelling of a length, a whole number or a tag but the shortest
    (section 4.2.1). Nothing is set aside for a length that is only claimed.
    """
    if len(octets) > limits.octets:
        raise CborError(CborFailure.TOO_LARGE, f"at most {limits.octets} octets were expected")
    reader = _Reader(octets, limits, deterministic=deterministic)
    value = reader.item(0)
    reader.check_end()
    return value


class _Reader:
    """One walk over the octets."""

    __slots__ = ("_at", "_depth", "_deterministic", "_end", "_items", "_octets")

    def __init__(self, octets: bytes, limits: Limits, *, deterministic: bool) -> None:
        self._octets = octets
        self._end = len(octets)
        self._at = 0
        self._items = limits.items
        self._depth = limits.depth
        self._deterministic = deterministic

    def check_end(self) -> None:
        """Raise malformed when something follows."""
        if self._at != self._end:
            raise _malformed("something follows the item")

    def item(self, depth: int) -> CborValue:
        """Return the next item, ``depth`` levels below the first."""
        if depth > self._depth:
            raise CborError(CborFailure.TOO_LARGE, f"nested deeper than {self._depth}")
        start = self._at
        major, argument = self._head()
        if _BYTES <= major <= _TEXT:
            return self._parts(major) if argument is None else self._plain(major, argument)
        if major == _MAP:
            return self._map(argument, depth + 1)
        if major == _ARRAY:
            return self._array(argument, depth + 1)
        if major == _SIMPLE:
            return self._simple(start)
        if argument is None:
            raise _malformed("a number without its value")
        if major == _TAG:
            content = self.item(depth + 1)
            return Tagged(argument, content, self._octets[start : self._at])
        return argument if major == _UNSIGNED else -1 - argument

    def _head(self) -> tuple[int, int | None]:
        """Return the major type and its argument, None where the length is not said."""
        self._items -= 1
        if self._items < 0:
            raise CborError(CborFailure.TOO_LARGE, "too many items")
        at = self._at
        if at >= self._end:
            raise _ended_early()
        self._at = at + 1
        head = self._octets[at]
        short = head & _ARGUMENT
        return head >> _MAJOR, short if short < _IN_HEAD else self._further(head >> _MAJOR, short)

    def _further(self, major: int, short: int) -> int | None:
        """Return an argument that follows its head, None where the length is not said."""
        if short == _INDEFINITE:
            return None
        if short not in _WIDTHS:
            raise _malformed("a head of no meaning")
        width = _WIDTHS[short]
        start = self._at
        self._at = end = start + width
        if end > self._end:
            raise _ended_early()
        argument = int.from_bytes(self._octets[start:end])
        least = _IN_HEAD if width == 1 else 1 << 4 * width
        if self._deterministic and argument < least and major != _SIMPLE:
            raise _not_deterministic("a number longer than needed")
        return argument

    def _ended(self) -> bool:
        """Tell whether what did not say its length ends here; takes the break, if so."""
        if self._deterministic:
            raise _not_deterministic("a length that is not said")
        if self._octets[self._at : self._at + 1] != _BREAK:
            return False
        self._at += 1
        return True

    def _parts(self, major: int) -> bytes | str:
        """Return a string whose length is not said (section 3.2.3).

        Its parts are strings of definite length, of the same type.
        """
        parts: list[bytes] = []
        while not self._ended():
            inner, length = self._head()
            if inner != major or length is None:
                raise _malformed("a string of strings was expected")
            part = self._plain(major, length)
            parts.append(part if isinstance(part, bytes) else part.encode())
        joined = b"".join(parts)
        return joined if major == _BYTES else joined.decode()

    def _plain(self, major: int, length: int) -> bytes | str:
        start = self._at
        self._at = end = start + length
        if end > self._end:
            raise _ended_early()
        if major == _BYTES:
            return self._octets[start:end]
        try:
            return self._octets[start:end].decode()
        except UnicodeDecodeError:
            raise CborError(CborFailure.VALUE_REFUSED, "a text that is not UTF-8") from None

    def _array(self, argument: int | None, depth: int) -> list[CborValue]:
        if argument is not None:
            return [self.item(depth) for _ in range(argument)]
        elements: list[CborValue] = []
        while not self._ended():
            elements.append(self.item(depth))
        return elements

    def _map(self, argument: int | None, depth: int) -> CborMap:
        members: CborMap = {}
        if argument is None:
            while not self._ended():
                self._member(members, depth)
        else:
            for _ in range(argument):
                self._member(members, depth)
        return members

    def _member(self, members: CborMap, depth: int) -> None:
        key = self.item(depth)
        if isinstance(key, bool) or not isinstance(key, int | str):
            raise CborError(CborFailure.KEY_REFUSED, "a key is a whole number or a text")
        if key in members:
            raise CborError(CborFailure.KEY_REFUSED, "a key comes twice")
        members[key] = self.item(depth)

    def _simple(self, start: int) -> bool | float | None:
        short = self._octets[start] & 31
        if short in _SIMPLE_VALUES:
            return _SIMPLE_VALUES[short]
        if short not in _FLOATS:
            raise CborError(CborFailure.VALUE_REFUSED, "a simple value without a meaning")
        [number] = struct.unpack(_FLOATS[short], self._octets[start + 1 : self._at])
        if not math.isfinite(number):
            raise CborError(CborFailure.VALUE_REFUSED, "a number that is none")
        return float(number)


def _ended_early() -> CborError:
    return _malformed("it ends too early")


def _malformed(detail: str) -> CborError:
    return CborError(CborFailure.MALFORMED, detail)


def _not_deterministic(detail: str) -> CborError:
    return CborError(CborFailure.NOT_DETERMINISTIC, detail)
