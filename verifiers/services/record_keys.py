"""Which claims of a profile say whom of the register a card is about.

A profile that has them is one people sign in with: nothing else of its answer is looked at.
"""

from dataclasses import dataclass
from datetime import date
from typing import Self

from keys.json_value import JsonObject, JsonValue
from standards.dcql.paths import ClaimsPathPointer
from verifiers.services.table import Table


@dataclass(frozen=True, slots=True)
class RecordKeys:
    """A person's name and birth date, where a card has them."""

    name: ClaimsPathPointer
    born_on: ClaimsPathPointer

    @classmethod
    def parse(cls, at: str, value: JsonValue, asked: frozenset[ClaimsPathPointer]) -> Self:
        """Return the claims a definition names, or raise DEFINITION_INVALID.

        They are all that is ``asked``: who signs in shows nothing beyond.
        """
        members = Table.of(at, value, ("name", "born_on"))
        keys = cls(
            members.path_in(members.place("name"), members.raw("name")),
            members.path_in(members.place("born_on"), members.raw("born_on")),
        )
        if {keys.name, keys.born_on} != asked:
            members.fail("name", "two claims, and the only ones that are asked")
        return keys

    def of(self, claims: JsonObject) -> "RecordKey | None":
        """Return whom the claims are about, None where they do not say it as a register does."""
        name, born_on = _value(self.name, claims), _value(self.born_on, claims)
        if not isinstance(name, str) or not name or not isinstance(born_on, str):
            return None
        try:
            return RecordKey(name, date.fromisoformat(born_on))
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class RecordKey:
    """Whom a card is about, as a register finds people."""

    name: str
    born_on: date


def _value(pointer: ClaimsPathPointer, claims: JsonObject) -> JsonValue:
    found = pointer.resolve(claims)
    return found[0].value if len(found) == 1 else None
