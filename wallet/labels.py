"""What a credential and its claims are called, in the three languages of our pages.

The names come from the type metadata the issuer publishes (SD-JWT VC sections 6 to 9): text of a
stranger, shown as text and never more. What has no name is shown by its path.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Self

from keys.strict_json import JsonObject, JsonValue
from standards.dcql.paths import Step
from standards.positions import ClaimPath


class Language(StrEnum):
    """The languages of our pages (BCP 47)."""

    KOREAN = "ko"
    ENGLISH = "en"
    JAPANESE = "ja"


@dataclass(frozen=True, slots=True)
class Name:
    """One text in one language; ``locale`` as the issuer wrote it (``ko``, ``en-US``)."""

    locale: str
    text: str

    @property
    def language(self) -> str:
        """The primary language of the locale, in lower case."""
        return self.locale.partition("-")[0].lower()


@dataclass(frozen=True, slots=True)
class ClaimName:
    """The names of the claims a pointer selects; null steps stand for every element."""

    steps: tuple[Step, ...]
    names: tuple[Name, ...]

    def is_of(self, path: ClaimPath) -> bool:
        """Tell whether the claim at ``path`` is meant."""
        pairs = zip(self.steps, path, strict=False)
        return len(self.steps) == len(path) and all(
            step == at or (step is None and isinstance(at, int)) for step, at in pairs
        )


@dataclass(frozen=True)
class Description:
    """The names of one type of credential and its claims; empty when none are published.

    Without slots, so that what is looked up for every claim of a long list is found at once.
    """

    vct: str
    type_names: tuple[Name, ...] = ()
    claims: tuple[ClaimName, ...] = ()

    def names(self) -> JsonObject:
        """Return the type's name in every language: ``{"ko", "en", "ja"}``."""
        return _in_every_language(self.type_names, self.vct)

    def labels(self, path: ClaimPath) -> JsonObject:
        """Return the name of the claim at ``path`` in every language."""
        place = self.place(path)
        found = self.claims[place].names if place < len(self.claims) else ()
        named = [step for step in path if isinstance(step, str)]
        return _in_every_language(found, named[-1] if named else "")

    def place(self, path: ClaimPath) -> int:
        """Return where the issuer lists the claim, so that a form reads in its own order.

        A credential does not keep that order: its claims come as its disclosures are sorted.
        """
        general = self._places.get(_pattern(path), len(self.claims))
        numbered = (place for place in self._numbered if self.claims[place].is_of(path))
        return min(general, next(numbered, general))

    def in_order(self, paths: Iterable[ClaimPath]) -> list[ClaimPath]:
        """Return paths as a form is read: block by block, and in a table row by row."""
        return sorted(paths, key=self._order)

    def _order(self, path: ClaimPath) -> tuple[int, ...]:
        """Return one number for each step: where its block or column begins, or its row."""
        return tuple(
            step if isinstance(step, int) else self._begins(path[:depth])
            for depth, step in enumerate(path, start=1)
        )

    def _begins(self, path: ClaimPath) -> int:
        return self._beginnings.get(_pattern(path), len(self.claims))

    @cached_property
    def _places(self) -> Mapping[tuple[Step, ...], int]:
        """The first entry of each claim, by its pointer."""
        return _firsts((each.steps, place) for place, each in enumerate(self.claims))

    @cached_property
    def _beginnings(self) -> Mapping[tuple[Step, ...], int]:
        """The first entry of each claim or of anything in it, elements counted as one."""
        return _firsts(
            (_pattern(each.steps[:end]), place)
            for place, each in enumerate(self.claims)
            for end in range(1, len(each.steps) + 1)
        )

    @cached_property
    def _numbered(self) -> tuple[int, ...]:
        """The entries about one element of an array: they cannot be looked up by a pattern."""
        return tuple(
            place
            for place, each in enumerate(self.claims)
            if any(isinstance(step, int) for step in each.steps)
        )

    def as_dict(self) -> JsonObject:
        """Return the JSON form `parse` reads."""
        return {
            "vct": self.vct,
            "type_names": _pairs(self.type_names),
            "claims": [
                {"path": list[JsonValue](each.steps), "names": _pairs(each.names)}
                for each in self.claims
            ],
        }

    @classmethod
    def parse(cls, value: JsonValue) -> Self:
        """Read what `as_dict` wrote; anything else is a bug (ValueError)."""
        match value:
            case {"vct": str(vct), "type_names": list(names), "claims": list(claims)}:
                return cls(vct, _names(names), tuple(_claim_name(claim) for claim in claims))
            case _:
                raise ValueError("this is not a description")


def _pattern(steps: Sequence[Step]) -> tuple[Step, ...]:
    return tuple(None if isinstance(step, int) else step for step in steps)


def _firsts(entries: Iterable[tuple[tuple[Step, ...], int]]) -> Mapping[tuple[Step, ...], int]:
    firsts: dict[tuple[Step, ...], int] = {}
    for steps, place in entries:
        firsts.setdefault(steps, place)
    return firsts


def _in_every_language(names: Sequence[Name], otherwise: str) -> JsonObject:
    """Fall back to English, then to any name, then to what the thing is called in JSON."""
    by_language = {name.language: name.text for name in reversed(names)}
    fallback = by_language.get(Language.ENGLISH) or next(iter(by_language.values()), otherwise)
    return {language.value: by_language.get(language, fallback) for language in Language}


def _pairs(names: Iterable[Name]) -> list[JsonValue]:
    return [[name.locale, name.text] for name in names]


def _names(pairs: Iterable[JsonValue]) -> tuple[Name, ...]:
    return tuple(Name(str(pair[0]), str(pair[1])) for pair in pairs if isinstance(pair, list))


def _claim_name(value: JsonValue) -> ClaimName:
    match value:
        case {"path": list(path), "names": list(names)}:
            steps = tuple(step for step in path if isinstance(step, str | int | None))
            return ClaimName(steps, _names(names))
        case _:
            raise ValueError("this is not the name of a claim")
