"""Reading the members of a CBOR map at the border: the type each standard says, or refusal.

The sister of `standards.members`, for maps whose keys are texts or numbers.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from standards.cbor.value import EMBEDDED, CborMap, CborValue, Tagged

# Makes the reading standard's own error out of one sentence.
Refusal = Callable[[str], Exception]

_Kind = TypeVar("_Kind", str, bytes, list[CborValue])


@dataclass(frozen=True, slots=True)
class CborMembers:
    """One map being read; ``where`` names it in errors, ``refuse`` makes them."""

    value: CborMap
    where: str
    refuse: Refusal

    def has(self, key: int | str) -> bool:
        """Tell whether the member is there, whatever its value."""
        return key in self.value

    def only(self, *keys: int | str) -> None:
        """Return when no other member is there."""
        if not self.value.keys() <= set(keys):
            raise self.refuse(f"{self.where}: a member nobody defined")

    def any(self, key: int | str) -> CborValue:
        """Return a required member of any type."""
        if key not in self.value:
            raise self.refuse(f"{self.where}: {key} is missing")
        return self.value[key]

    def text(self, key: int | str) -> str:
        """Return a required text, which is not empty."""
        return self._of(str, "text", key)

    def octets(self, key: int | str) -> bytes:
        """Return a required byte string, which is not empty."""
        return self._of(bytes, "octets", key)

    def array(self, key: int | str) -> list[CborValue]:
        """Return a required array, which is not empty."""
        return self._of(list, "an array", key)

    def count(self, key: int | str) -> int:
        """Return a required whole number from 0."""
        value = self.any(key)
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise self._expected("a whole number from 0", key)
        return value

    def members(self, key: int | str) -> "CborMembers":
        """Return a required map, to be read in its turn."""
        return members(self.any(key), f"{self.where}: {key}", self.refuse)

    def embedded(self, key: int | str) -> tuple[Tagged, bytes]:
        """Return a required embedded item (RFC 8949 section 3.4.5.1), and what it embeds."""
        return embedded(self.any(key), f"{self.where}: {key}", self.refuse)

    def _of(self, kind: type[_Kind], what: str, key: int | str) -> _Kind:
        value = self.any(key)
        if not isinstance(value, kind) or not value:
            raise self._expected(f"{what}, not empty", key)
        return value

    def _expected(self, what: str, key: int | str) -> Exception:
        return self.refuse(f"{self.where}: {key} must be {what}")


def members(value: CborValue, where: str, refuse: Refusal) -> CborMembers:
    """Return a reader of ``value``, which must be a map."""
    if not isinstance(value, dict):
        raise refuse(f"{where} must be a map")
    return CborMembers(value, where, refuse)


def embedded(value: CborValue, where: str, refuse: Refusal) -> tuple[Tagged, bytes]:
    """Return ``value``, which must be an embedded item, and the octets of what it embeds."""
    if not isinstance(value, Tagged) or value.number != EMBEDDED:
        raise refuse(f"{where} must be an embedded item")
    if not isinstance(value.content, bytes):
        raise refuse(f"{where} must embed octets")
    return value, value.content
