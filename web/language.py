"""The three languages of every page; Korean is the source, the others are translations."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

from keys.strict_json import loads_object

_TEXTS: Final = Path(__file__).with_name("texts")


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


def choose_language(*wishes: str | None) -> Language:
    """Return the first wish that is one of ours; Korean when none is.

    A wish is a tag from the address or a cookie; what the browser sends by itself is left out:
    the service is Korean, and its switch is on every page.
    """
    for wish in wishes:
        if wish in set(Language):
            return Language(wish)
    return Language.KOREAN


@cache
def texts(language: Language) -> Mapping[str, str]:
    """Return every text of the pages in one language, by its name."""
    content = (_TEXTS / f"{language.value}.json").read_bytes()
    return {name: str(text) for name, text in loads_object(content).items()}


def pick(labels: object, language: Language) -> str:
    """Return a label given in several languages (``{"ko": …, "en": …}``) in the best one."""
    if not isinstance(labels, dict):
        return str(labels)
    for tag in (language, Language.ENGLISH, Language.KOREAN):
        if tag.value in labels:
            return str(labels[tag.value])
    return str(next(iter(labels.values()), ""))
