"""Claims path pointers (OpenID4VP 1.0 section 7): ``["members", null, "name"]``.

As text, for people and command lines, the same pointer is ``members.*.name``.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self, cast

from keys.strict_json import JsonObject, JsonValue
from standards.dcql.effort import Effort
from standards.dcql.errors import malformed, over_limit
from standards.positions import UNMOVED, ClaimPath, Positions

# A name, an array index, or null for every element of an array.
Step = str | int | None

# Registers nest five or six levels; a longer pointer only costs time.
MAX_STEPS = 32
# No array in a credential is longer; keeps an index a machine number.
MAX_INDEX = 2**31 - 1

_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_SEPARATOR = re.compile(r"((?:\\.|[^.\\])*)(\.|$)", re.DOTALL)
_INDEX = re.compile(r"[0-9]{1,10}")


class Selected(NamedTuple):
    """One claim a pointer selects: where it is, and its value.

    A tuple, because a wallet with a thousand certificates makes many of them.
    """

    path: ClaimPath
    value: JsonValue


@dataclass(frozen=True, slots=True)
class ClaimsPathPointer:
    """One or more claims in a credential, addressed step by step."""

    steps: tuple[Step, ...]

    @classmethod
    def parse(cls, value: JsonValue) -> Self:
        """Return the pointer in a JSON array of names, indices and nulls, or raise `DcqlError`."""
        if not isinstance(value, list) or not value:
            raise malformed("a path is a non-empty array")
        if len(value) > MAX_STEPS:
            raise over_limit(f"a path has at most {MAX_STEPS} steps")
        return cls(tuple(_step(element) for element in value))

    @classmethod
    def parse_dotted(cls, text: str) -> Self:
        r"""Return the pointer in dotted text: digits are an index, ``*`` is null.

        A backslash makes the next character part of a name: ``org\.iso.age``, ``list.\0``.
        """
        if not text or len(text) > MAX_STEPS * 256:
            raise malformed("a dotted path is not empty and not endless")
        parts = _split(text)
        if len(parts) > MAX_STEPS:
            raise over_limit(f"a path has at most {MAX_STEPS} steps")
        return cls(tuple(_dotted_step(part) for part in parts))

    def as_list(self) -> list[JsonValue]:
        """Return the JSON array `parse` reads."""
        return list(self.steps)

    def dotted(self) -> str:
        """Return the text `parse_dotted` reads."""
        return dotted(self.steps)

    def resolve(
        self, claims: JsonObject, positions: Positions = UNMOVED, effort: Effort | None = None
    ) -> tuple[Selected, ...]:
        """Return what the pointer selects in ``claims``, in document order (section 7.1.1).

        An index counts as the issuer did; ``positions`` says which elements of arrays are left.

        Nothing is selected when a step meets the wrong kind of value anywhere, as when nothing is
        there: the standard treats both as the same error. Costs at most the size of ``claims``;
        ``effort`` counts it.
        """
        value: JsonValue = claims
        for depth, step in enumerate(self.steps):
            if not isinstance(step, str):
                # No null came before: so far the steps are the path.
                reached = Selected(cast("ClaimPath", self.steps[:depth]), value)
                return _spread(self.steps[depth:], reached, positions, effort)
            if not isinstance(value, dict) or step not in value:
                return ()
            value = value[step]
        if effort is not None:
            effort.spend(len(self.steps))
        return (Selected(cast("ClaimPath", self.steps), value),)

    def select(self, claims: JsonObject, positions: Positions = UNMOVED) -> tuple[ClaimPath, ...]:
        """Return where in ``claims`` is what `resolve` selects."""
        return tuple(selected.path for selected in self.resolve(claims, positions))

    def overlaps(self, steps: Sequence[Step]) -> bool:
        """Tell whether pointer and claim have something in common: one lies within the other.

        Null is every element: it meets an index, and an index does not meet it.
        """
        pairs = zip(self.steps, steps, strict=False)
        return all(
            own == other or (own is None and isinstance(other, int)) for own, other in pairs
        )

    def covers(self, steps: Sequence[Step]) -> bool:
        """Tell whether what ``steps`` address, a claim or another pointer, lies at or below this.

        Whoever asks for a claim asks for all below it.
        """
        return len(self.steps) <= len(steps) and self.overlaps(steps)


def dotted(steps: Sequence[Step]) -> str:
    """Return a pointer or a concrete path as text; `ClaimsPathPointer.parse_dotted` reads it."""
    return ".".join(_dotted_text(step) for step in steps)


def _step(value: JsonValue) -> Step:
    if value is None or (isinstance(value, str) and value):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_INDEX:
        return value
    raise malformed("a step of a path is a name, an index from 0, or null")


def _spread(
    steps: Sequence[Step], reached: Selected, positions: Positions, effort: Effort | None
) -> tuple[Selected, ...]:
    """Return what the rest of a pointer selects, from its first step into an array on."""
    selection = [reached]
    for step in steps:
        if effort is not None:
            effort.spend(len(selection))
        following: list[Selected] = []
        for element in selection:
            found = _follow(step, element, positions)
            if found is None:
                return ()
            following.extend(found)
        selection = following
    return tuple(selection)


def _follow(step: Step, element: Selected, positions: Positions) -> list[Selected] | None:
    """Return what one step selects in one element; None when it is of the wrong kind."""
    path = element.path
    match (step, element.value):
        case (str(name), dict() as members):
            return [Selected((*path, name), members[name])] if name in members else []
        case (int(position), list() as elements):
            index = positions.shown_at(path, position, len(elements))
            return [] if index is None else [Selected((*path, index), elements[index])]
        case (None, list() as elements):
            return [Selected((*path, index), value) for index, value in enumerate(elements)]
        case _:
            return None


def _split(text: str) -> list[str]:
    parts, position = [], 0
    while True:
        found = _SEPARATOR.match(text, position)
        if found is None:
            raise malformed("a dotted path ends in a backslash")
        parts.append(found[1])
        position = found.end()
        if not found[2]:
            return parts


def _dotted_step(part: str) -> Step:
    if part == "*":
        return None
    if _INDEX.fullmatch(part):
        return _step(int(part))
    return _step(_ESCAPED.sub(r"\1", part))


def _dotted_text(step: Step) -> str:
    if step is None:
        return "*"
    if isinstance(step, int):
        return str(step)
    escaped = re.sub(r"([.\\])", r"\\\1", step)
    is_ambiguous = escaped == "*" or _INDEX.fullmatch(escaped)
    return f"\\{escaped}" if is_ambiguous else escaped
