"""The members of a definition, read one by one; whatever is wrong is named by where it stands.

A refusal says which member and what was expected there, and never what it holds.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final, NoReturn, TypeVar
from urllib.parse import urlsplit

from consent.forms.duration import after
from consent.forms.terms import LocalText
from keys.json_value import JsonObject, JsonValue
from standards.dcql.errors import DcqlError
from standards.dcql.paths import ClaimsPathPointer
from verifiers.errors import VerifierError
from verifiers.failure import Failure

_LANGUAGES: Final = ("ko", "en", "ja")
_NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,60}[a-z0-9])?")
_QUERY_ID: Final = re.compile(r"[a-z0-9_]{1,40}")
_DURATION: Final = re.compile(
    r"P(?=.)(?:\d{1,4}Y)?(?:\d{1,4}M)?(?:\d{1,4}W)?(?:\d{1,4}D)?"
    r"(?:T(?=.)(?:\d{1,4}H)?(?:\d{1,4}M)?(?:\d{1,5}S)?)?"
)
_SHORT: Final = re.compile(
    r"P(?=.)(?:\d{1,4}W)?(?:\d{1,4}D)?"
    r"(?:T(?=.)(?:\d{1,4}H)?(?:\d{1,4}M)?(?:\d{1,5}S)?)?"
)
_MAX_TEXT: Final = 500
# What one person can read of one institution; a list longer than this is a mistake or an attack.
MAX_ITEMS: Final = 100
_START: Final = datetime(2000, 1, 1, tzinfo=UTC)

_Choice = TypeVar("_Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Table:
    """The members of one table of a definition, read one by one; ``at`` is where it stands."""

    at: str
    value: JsonObject

    @classmethod
    def of(
        cls, at: str, value: JsonValue, needed: tuple[str, ...], optional: tuple[str, ...] = ()
    ) -> "Table":
        """Return the members when these and no others are there."""
        if not isinstance(value, dict):
            _fail(at, f"a table with {', '.join(needed)}")
        for name in value:
            if name not in (*needed, *optional):
                _fail(
                    _below(at, name),
                    f"no such member; there are {', '.join((*needed, *optional))}",
                )
        for name in needed:
            if name not in value:
                _fail(_below(at, name), "it is missing")
        return cls(at, value)

    def has(self, name: str) -> bool:
        """Tell whether an optional member is there."""
        return name in self.value

    def fail(self, name: str, expected: str) -> NoReturn:
        """Refuse a member: DEFINITION_INVALID."""
        _fail(_below(self.at, name), expected)

    def raw(self, name: str) -> JsonValue:
        """Return a member as it stands, None when it is not there."""
        return self.value.get(name)

    def place(self, name: str) -> str:
        """Return where a member stands."""
        return _below(self.at, name)

    def text(self, name: str, default: str | None = None) -> str:
        """Return a text of a readable length."""
        value = self.value.get(name, default)
        if not isinstance(value, str) or not value or len(value) > _MAX_TEXT:
            self.fail(name, f"a text of 1 to {_MAX_TEXT} characters")
        if any(ord(character) < ord(" ") for character in value):
            self.fail(name, "a text without control characters")
        return value

    def name(self, name: str) -> str:
        """Return a name as it stands in addresses."""
        value = self.text(name)
        if not _NAME.fullmatch(value):
            self.fail(name, "lower-case letters, digits and hyphens, 62 at the most")
        return value

    def query_id(self, name: str) -> str:
        """Return the id of a credential query."""
        value = self.text(name)
        if not _QUERY_ID.fullmatch(value):
            self.fail(name, "lower-case letters, digits and _, 40 at the most")
        return value

    def flag(self, name: str) -> bool:
        """Return a yes or no; no when it is left out."""
        value = self.value.get(name, False)
        if not isinstance(value, bool):
            self.fail(name, "true or false")
        return value

    def count(self, name: str, most: int) -> int:
        """Return a whole number from one."""
        value = self.value.get(name)
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
            self.fail(name, f"a whole number from 1 to {most}")
        return value

    def local(self, name: str) -> LocalText:
        """Return a sentence in three languages."""
        members = Table.of(self.place(name), self.value.get(name), _LANGUAGES)
        return LocalText(*(members.text(language) for language in _LANGUAGES))

    def duration(self, name: str) -> str:
        """Return an ISO 8601 duration as it is written."""
        value = self.text(name)
        if not _DURATION.fullmatch(value):
            self.fail(name, "an ISO 8601 duration such as P5Y or P30D")
        return value

    def span(self, name: str) -> timedelta:
        """Return an ISO 8601 duration of weeks and shorter, for what needs no calendar."""
        value = self.text(name)
        if not _SHORT.fullmatch(value):
            self.fail(name, "an ISO 8601 duration of weeks, days, hours, such as P90D or PT1H")
        return after(_START, value) - _START

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts; the empty one when it is left out."""
        return tuple(Table(at, {"": each}).text("") for at, each in self.items(name, default=[]))

    def choices(
        self, name: str, kind: type[_Choice], usual: frozenset[_Choice]
    ) -> frozenset[_Choice]:
        """Return some members of a closed list; the usual ones when it is left out."""
        if not self.has(name):
            return usual
        known = {each.value: each for each in kind}
        chosen = self.texts(name)
        if not chosen or not set(chosen) <= known.keys():
            self.fail(name, f"some of {', '.join(known)}")
        return frozenset(known[each] for each in chosen)

    def choice(self, name: str, kind: type[_Choice]) -> _Choice:
        """Return one member of a closed list."""
        known = {each.value: each for each in kind}
        value = self.text(name)
        if value not in known:
            self.fail(name, f"one of {', '.join(known)}")
        return known[value]

    def paths(self, name: str) -> tuple[ClaimsPathPointer, ...]:
        """Return a list of claim paths, each as dotted text."""
        return tuple(self.path_in(at, text) for at, text in self.items(name))

    def path_in(self, at: str, value: JsonValue) -> ClaimsPathPointer:
        """Return one claim path (DCQL 7) from its dotted text."""
        try:
            return ClaimsPathPointer.parse_dotted(Table(at, {"": value}).text(""))
        except DcqlError:
            _fail(at, "a claim path such as current_address.address or members.*.name")

    def items(self, name: str, default: JsonValue = None) -> Iterator[tuple[str, JsonValue]]:
        """Yield each element of a list with where it stands."""
        value = self.value.get(name, default)
        if not isinstance(value, list) or len(value) > MAX_ITEMS:
            self.fail(name, f"a list of {MAX_ITEMS} at the most")
        yield from ((f"{self.place(name)}[{at}]", each) for at, each in enumerate(value))

    def origins(self, name: str) -> tuple[str, ...]:
        """Return web origins: https, a host, nothing below it."""
        found = self.texts(name)
        for origin in found:
            parts = urlsplit(origin)
            bare = f"https://{parts.netloc}"
            if origin != bare or not parts.hostname or "@" in parts.netloc:
                self.fail(name, "origins such as https://shop.example, without a path")
        return found


def invalid(at: str, expected: str) -> VerifierError:
    """Return the refusal of a definition; ``at`` is the member, never what it says."""
    return VerifierError(Failure.DEFINITION_INVALID, f"{at}: {expected}")


def _fail(at: str, expected: str) -> NoReturn:
    raise invalid(at, expected)


def _below(at: str, name: str) -> str:
    shown = name if _QUERY_ID.fullmatch(name) or not name else "…"
    if not shown:
        return at
    return f"{at}.{shown}" if at else shown
