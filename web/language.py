"""The three languages of every page; Korean is the source, the others are translations."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

from keys.strict_json import loads_object

TEXTS: Final = Path(__file__).with_name("texts")


class Language(StrEnum):
    """A language pages are written in (BCP 47)."""

    KOREAN = "ko"
    ENGLISH = "en"
    JAPANESE = "ja"

    @property
    def own_name(self) -> str:
        """The language's name in itself, for the switch."""
        match self:
            case Language.KOREAN:
                return "한국어"
            case Language.ENGLISH:
                return "English"
            case Language.JAPANESE:
                return "日本語"


class Words:
    """The texts of a page by name, ``words.name``; an unknown name is an error, never empty."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts

    def __getattr__(self, name: str) -> str:
        try:
            return self._texts[name]
        except KeyError:
            raise AttributeError(name) from None

    def __getitem__(self, name: str) -> str:
        return self._texts[name]

    def __contains__(self, name: str) -> bool:
        return name in self._texts


def choose_language(*wishes: str | None) -> Language:
    """Return the first wish that is one of ours; Korean when none is.

    A wish is a tag from the address, a person's row or a cookie; what the browser sends by itself
    is left out: the service is Korean, and its switch is on every page.
    """
    for wish in wishes:
        if wish in set(Language):
            return Language(wish)
    return Language.KOREAN


@cache
def texts(language: Language, room: Path = TEXTS) -> Mapping[str, str]:
    """Return every text in one language, by its name: a room's own before the kit's."""
    content = (room / f"{language.value}.json").read_bytes()
    own = {name: str(text) for name, text in loads_object(content).items()}
    return own if room == TEXTS else {**texts(language), **own}


def pick(labels: object, language: Language) -> str:
    """Return a label given in several languages in the best one.

    ``labels`` is a mapping (``{"ko": …, "en": …}``) or any type with one attribute per language.
    """
    known = {tag: _in_language(labels, tag) for tag in Language}
    for tag in (language, Language.ENGLISH, Language.KOREAN, Language.JAPANESE):
        text = known[tag]
        if text is not None:
            return text
    if isinstance(labels, Mapping):
        return str(next(iter(labels.values()), ""))
    return str(labels)


def _in_language(labels: object, tag: Language) -> str | None:
    found = labels.get(tag.value) if isinstance(labels, Mapping) else getattr(labels, tag, None)
    return found if isinstance(found, str) else None
