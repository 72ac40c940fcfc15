"""Reading the members of our own JSON forms: exactly those the form has, each of its type.

A member we do not know is refused, not skipped: what is hashed and signed as consent must be what
was understood and shown.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeVar

from consent.errors import ConsentError, ConsentFailure
from keys import base64url
from keys.errors import KeysError
from keys.json_value import JsonObject, JsonValue

# Long enough for a paragraph of a notice, short enough for a phone's screen.
TEXT_LIMIT = 2000
# More claim paths than any certificate has.
LIST_LIMIT = 200
HASH_SIZE = 32

_INSTANT = "%Y-%m-%dT%H:%M:%SZ"
# Control characters, and the marks that reorder text on a screen (Unicode bidi controls).
_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_DURATION = re.compile(
    r"P(?=[\dT])(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?", re.ASCII
)
_WEB = re.compile(r"https?://[!-~]+")

_Choice = TypeVar("_Choice", bound=StrEnum)


def malformed(detail: str) -> ConsentError:
    """Return the error for a form that cannot be read."""
    return ConsentError(ConsentFailure.MALFORMED, detail)


def instant_text(instant: datetime) -> str:
    """Return the one spelling of a time in our forms: UTC, whole seconds, ``Z``."""
    return instant.astimezone(UTC).strftime(_INSTANT)


class Fields:
    """The members of one JSON object, named for error messages as ``form``."""

    def __init__(self, form: str, value: JsonValue, names: Iterable[str]) -> None:
        if not isinstance(value, dict):
            raise malformed(f"{form} must be a JSON object")
        expected = frozenset(names)
        if value.keys() != expected:
            raise malformed(f"{form} must have exactly the members {sorted(expected)}")
        self._form = form
        self._members: JsonObject = value

    def value(self, name: str) -> JsonValue:
        """Return the member as it stands."""
        return self._members[name]

    def has(self, name: str) -> bool:
        """Say whether the member is something else than ``null``."""
        return self._members[name] is not None

    def text(self, name: str, *, limit: int = TEXT_LIMIT) -> str:
        """Return 1 to ``limit`` characters, none of them hidden."""
        value = self._members[name]
        if not isinstance(value, str) or not 1 <= len(value) <= limit or _HIDDEN.search(value):
            raise self._refused(name, f"1 to {limit} visible characters")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts."""
        value = self._members[name]
        if not isinstance(value, list) or len(value) > LIST_LIMIT:
            raise self._refused(name, f"a list of at most {LIST_LIMIT} texts")
        return tuple(Fields(self._form, {name: item}, (name,)).text(name) for item in value)

    def integer(self, name: str) -> int:
        """Return a whole number, zero or above (and below 2^53, so that every reader keeps it)."""
        value = self._members[name]
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**53:
            raise self._refused(name, "a whole number")
        return value

    def octets(self, name: str, *, size: int = HASH_SIZE) -> bytes:
        """Return exactly ``size`` octets, written as base64url."""
        octets = self.any_octets(name)
        if len(octets) != size:
            raise self._refused(name, f"{size} octets as base64url")
        return octets

    def any_octets(self, name: str) -> bytes:
        """Return octets of any number, written as base64url."""
        try:
            return base64url.decode(self.text(name))
        except KeysError:
            raise self._refused(name, "base64url without padding") from None

    def instant(self, name: str) -> datetime:
        """Return a time written as ``2026-11-22T09:00:00Z``."""
        text = self.text(name)
        try:
            instant = datetime.strptime(text, _INSTANT).replace(tzinfo=UTC)
        except ValueError:
            raise self._refused(name, "a time like 2026-11-22T09:00:00Z") from None
        if instant_text(instant) != text:
            raise self._refused(name, "a time like 2026-11-22T09:00:00Z")
        return instant

    def duration(self, name: str) -> str:
        """Return an ISO 8601 duration such as ``P5Y`` or ``PT1H``."""
        text = self.text(name)
        if not _DURATION.fullmatch(text):
            raise self._refused(name, "an ISO 8601 duration")
        return text

    def uri(self, name: str) -> str:
        """Return a web address; it is shown as a link, so no other scheme will do."""
        text = self.text(name)
        if not _WEB.fullmatch(text):
            raise self._refused(name, "an http or https address")
        return text

    def choice(self, name: str, choices: type[_Choice]) -> _Choice:
        """Return the member of a closed list."""
        try:
            return choices(self.text(name))
        except ValueError:
            raise self._refused(name, f"one of {[str(choice) for choice in choices]}") from None

    def _refused(self, name: str, expected: str) -> ConsentError:
        return malformed(f"{self._form}: {name} must be {expected}")
