"""What a credential and its claims are called, in the three languages of our pages.

The names come from the type metadata the issuer publishes (SD-JWT VC sections 6 to 9): text of a
stranger, shown as text and never more. What has no name is shown by its path.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
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


@dataclass(frozen=True, slots=True)
class Description:
    """The names of one type of credential and its claims; empty when none are published."""

    vct: str
    type_names: tuple[Name, ...] = ()
    claims: tuple[ClaimName, ...] = ()

    def names(self) -> JsonObject:
        """Return the type's name in every language: ``{"ko", "en", "ja"}``."""
        return _in_every_language(self.type_names, self.vct)

    def labels(self, path: ClaimPath) -> JsonObject:
        """Return the name of the claim at ``path`` in every language."""
        found = next((each.names for each in self.claims if each.is_of(path)), ())
        named = [step for step in path if isinstance(step, str)]
        return _in_every_language(found, named[-1] if named else "")

    def place(self, path: ClaimPath) -> int:
        """Return where the issuer lists the claim, so that a form reads in its own order.

        A credential does not keep that order: its claims come as its disclosures are sorted.
        """
        places = (place for place, each in enumerate(self.claims) if each.is_of(path))
        return next(places, len(self.claims))

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
