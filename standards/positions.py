"""Which element of an array is which, once hidden elements are gone.

An SD-JWT is read by taking the hidden elements out of its arrays (RFC 9901 §7.1 step 3.4): the
shown ones move up. The issuer put each at the position its claim has (§4.2.4.2), and whoever says
"the second" means that position. So it is kept beside the claims, for the arrays that lost some.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from keys.json_value import JsonValue

ClaimPath = tuple[str | int, ...]
"""Where a claim stands among the claims shown: names and indexes from the root."""


@dataclass(frozen=True, slots=True)
class Positions:
    """The issuer's positions of array elements.

    ``by_array`` names each array that lost elements by its path among the claims shown, and gives
    the positions of the elements left, ascending; the elements of any other array did not move.
    """

    by_array: Mapping[ClaimPath, tuple[int, ...]]

    def shown_at(self, array: ClaimPath, position: int, length: int) -> int | None:
        """Return the index at which ``array``, ``length`` elements long, shows one element.

        ``position`` is the issuer's; None when that element is hidden or was never there.
        """
        issued = self.by_array.get(array, range(length))
        index = bisect_left(issued, position)
        return index if index < len(issued) and issued[index] == position else None

    def issued(self, path: ClaimPath) -> ClaimPath:
        """Return the path of a shown claim with the issuer's positions in it."""
        return tuple(
            self.by_array[path[:depth]][step]
            if isinstance(step, int) and path[:depth] in self.by_array
            else step
            for depth, step in enumerate(path)
        )


UNMOVED: Final = Positions(MappingProxyType({}))
"""Of claims that lost no array element."""


def leaves(value: JsonValue, path: ClaimPath = ()) -> Iterator[tuple[ClaimPath, JsonValue]]:
    """Yield every value that contains no other, with its path; an empty object or array is one."""
    match value:
        case dict() if value:
            for name, member in value.items():
                yield from leaves(member, (*path, name))
        case list() if value:
            for index, element in enumerate(value):
                yield from leaves(element, (*path, index))
        case _:
            yield path, value
