"""Where a claim's value comes from: a dotted path of attributes, checked against the types.

Each step is looked up in the annotations of the type before it, so a path that leads nowhere is
found when the file is read and not when a citizen applies. A step that may be None makes the
claim one that may be blank.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from keys.json_value import JsonValue

_PLAIN: Final = (str, int, bool)


class NoSuchValueError(ValueError):
    """A path that leads nowhere, or to something that is no claim."""


@dataclass(frozen=True, slots=True)
class Value:
    """What a path leads to: the type, whether it may be None, and how to get it."""

    of: Any
    blank: bool
    get: Callable[[Any], Any]

    def claim(self) -> Callable[[Any], JsonValue]:
        """Return how to get it as JSON; days as ISO 8601. Raises `NoSuchValueError`."""
        if self.of is date:
            return lambda record: _day(self.get(record))
        if isinstance(self.of, type) and issubclass(self.of, _PLAIN):
            return self.get
        raise NoSuchValueError(f"{_named(self.of)} is no text, number, day or yes/no")

    def element(self) -> Any:
        """Return the type of a list's elements, or raise `NoSuchValueError`."""
        match get_args(self.of):
            case (element, last) if (
                get_origin(self.of) is tuple and last is ... and not self.blank
            ):
                return element
            case _:
                raise NoSuchValueError(f"{_named(self.of)} is no list")


def value_at(path: str, root: Any) -> Value:
    """Return what ``path`` leads to from the type ``root``, or raise `NoSuchValueError`."""
    of, blank, steps = root, False, path.split(".")
    for step in steps:
        hint = _attribute(of, step)
        rest = [part for part in get_args(hint) if part is not NoneType]
        if get_origin(hint) in (Union, UnionType) and len(rest) == 1:
            blank, hint = True, rest[0]
        of = hint
    return Value(of, blank, lambda record: _follow(record, steps))


def _attribute(of: Any, step: str) -> Any:
    found = getattr(of, step, None)
    if isinstance(found, property):
        return get_type_hints(found.fget)["return"]
    hints = get_type_hints(of) if isinstance(of, type) else {}
    if step not in hints or step.startswith("_"):
        known = ", ".join(sorted(hints)) or "nothing"
        raise NoSuchValueError(f"{_named(of)} has no {step}; it has {known}")
    return hints[step]


def _follow(record: Any, steps: list[str]) -> Any:
    for step in steps:
        if record is None:
            return None
        record = getattr(record, step)
    return record.value if isinstance(record, StrEnum) else record


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _named(of: Any) -> str:
    return getattr(of, "__name__", None) or str(of)
