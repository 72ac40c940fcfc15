"""Reading the members of a JSON object at the border: the type each standard says, or refusal.

Every standard here says what a member must be and that members it does not know are ignored.
The reader holds both rules; the standard that reads lends its own error.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from keys.strict_json import JsonObject, JsonValue

# Makes the reading standard's own error out of one sentence.
Refusal = Callable[[str], Exception]

_Part = TypeVar("_Part")


class Message(Protocol):
    """Something that is written as a JSON object."""

    def as_dict(self) -> JsonObject:
        """Return the JSON object."""
        ...


@dataclass(frozen=True, slots=True)
class Members:
    """One JSON object being read; ``where`` names it in errors, ``refuse`` makes them."""

    value: JsonObject
    where: str
    refuse: Refusal

    def has(self, name: str) -> bool:
        """Tell whether the member is there, whatever its value."""
        return name in self.value

    def text(self, name: str) -> str:
        """Return a required non-empty string."""
        return self._text(self._required(name), name)

    def optional_text(self, name: str) -> str | None:
        """Return a non-empty string, or None when the member is absent (null is refused)."""
        return self._text(self.value[name], name) if self.has(name) else None

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a required non-empty array of non-empty strings."""
        return tuple(self._text(element, name) for element in self.array(name))

    def optional_texts(self, name: str) -> tuple[str, ...]:
        """Return as `texts` does, or nothing when the member is absent."""
        return self.texts(name) if self.has(name) else ()

    def optional_numbers(self, name: str) -> tuple[int, ...]:
        """Return a non-empty array of whole numbers, or nothing when the member is absent."""
        elements = self.array(name) if self.has(name) else []
        numbers = tuple(
            one for one in elements if isinstance(one, int) and not isinstance(one, bool)
        )
        if len(numbers) != len(elements):
            raise self._expected("whole numbers", name)
        return numbers

    def text_arrays(self, name: str) -> tuple[tuple[str, ...], ...]:
        """Return a required non-empty array of non-empty arrays of non-empty strings."""
        where = f"{self.where}: {name}"
        rows = (Members({name: row}, where, self.refuse) for row in self.array(name))
        return tuple(row.texts(name) for row in rows)

    def flag(self, name: str, *, default: bool | None = None) -> bool:
        """Return a boolean, or ``default`` when the member is absent; None makes it required."""
        value = self._required(name) if default is None else self.value.get(name, default)
        if not isinstance(value, bool):
            raise self._expected("true or false", name)
        return value

    def optional_count(self, name: str) -> int | None:
        """Return a whole number from 0, or None when the member is absent."""
        if not self.has(name):
            return None
        value = self.value[name]
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self._expected("a whole number from 0", name)
        return value

    def array(self, name: str) -> list[JsonValue]:
        """Return a required non-empty array."""
        value = self._required(name)
        if not isinstance(value, list) or not value:
            raise self._expected("a non-empty array", name)
        return value

    def object(self, name: str) -> "Members":
        """Return a required object, to be read in its turn."""
        return members(self._required(name), f"{self.where}: {name}", self.refuse)

    def part(self, name: str, parse: Callable[["Members"], _Part]) -> _Part | None:
        """Return what ``parse`` makes of an object, or None when the member is absent."""
        return parse(self.object(name)) if self.has(name) else None

    def objects(self, name: str) -> tuple["Members", ...]:
        """Return a required non-empty array of objects, each to be read."""
        where = f"{self.where}: {name}"
        return tuple(members(element, where, self.refuse) for element in self.array(name))

    def parts(self, name: str, parse: Callable[["Members"], _Part]) -> tuple[_Part, ...]:
        """Return what ``parse`` makes of each object, or nothing when the member is absent."""
        return tuple(map(parse, self.objects(name))) if self.has(name) else ()

    def entries(self, name: str) -> tuple[tuple[str, "Members"], ...]:
        """Return the named objects in a required object, in its order."""
        named = self.object(name)
        return tuple((entry, named.object(entry)) for entry in named.value)

    def _required(self, name: str) -> JsonValue:
        if not self.has(name):
            raise self.refuse(f"{self.where}: {name} is missing")
        return self.value[name]

    def _text(self, value: JsonValue, name: str) -> str:
        if not isinstance(value, str) or not value:
            raise self._expected("non-empty text", name)
        return value

    def _expected(self, what: str, name: str) -> Exception:
        return self.refuse(f"{self.where}: {name} must be {what}")


def members(value: JsonValue, where: str, refuse: Refusal) -> Members:
    """Return a reader of ``value``, which must be a JSON object."""
    if not isinstance(value, dict):
        raise refuse(f"{where} must be a JSON object")
    return Members(value, where, refuse)


def present(candidates: JsonObject) -> JsonObject:
    """Return the members that have something to say: null and empty ones are left out."""
    return {name: value for name, value in candidates.items() if value not in (None, [], {})}


def written(message: Message | None) -> JsonObject | None:
    """Return the JSON object of a message that may be absent."""
    return None if message is None else message.as_dict()


def written_all(messages: Iterable[Message]) -> list[JsonValue]:
    """Return the JSON array of several messages."""
    return [message.as_dict() for message in messages]
