"""The texts of the pages: the same in every language, none empty, none unused, none too long."""

import json
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("ko", "en", "ja")
ROOMS = tuple(
    path.parent.relative_to(ROOT).as_posix()
    for path in sorted(ROOT.glob("*/**/texts/ko.json"))
    if path.relative_to(ROOT).parts[0]
    in {"app", "consent", "issuers", "verifiers", "wallet", "web"}
)
# Picked by a prefix and a value: `text["role_" ~ role]` in a page, f"problem_{code}" in a module.
_PREFIX = re.compile(r"""["']([a-z][a-z_]*_)["'] ~|f["']([a-z][a-z_]*_)\{""")
_SUFFIX = re.compile(r"""~ ["'](_[a-z_]+)["']""")
_WORD = re.compile(r"\w+")
_PLACE = re.compile(r"\{(\w*)\}")


def texts(room: str, language: str) -> dict[str, str]:
    found = json.loads((ROOT / room / f"{language}.json").read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


@cache
def sources() -> str:
    """Everything that may name a text."""
    files = [
        path
        for room in ("app", "consent", "issuers", "verifiers", "wallet", "web")
        for ending in ("html", "py")
        for path in sorted((ROOT / room).rglob(f"*.{ending}"))
    ]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


@cache
def words() -> frozenset[str]:
    return frozenset(_WORD.findall(sources()))


@cache
def prefixes() -> frozenset[str]:
    return frozenset(name for found in _PREFIX.findall(sources()) for name in found if name)


@cache
def suffixes() -> frozenset[str]:
    return frozenset(_SUFFIX.findall(sources())) | {"_next"}


def is_used(name: str) -> bool:
    """Named whole, or made of a prefix and a value, or of another text's name and a suffix."""
    stems = [name, *(name.removesuffix(end) for end in suffixes() if name.endswith(end))]
    return any(
        stem in words() or any(stem.startswith(prefix) for prefix in prefixes()) for stem in stems
    )


@pytest.mark.parametrize("room", ROOMS)
def test_every_language_has_the_same_texts(room: str) -> None:
    """
    What is said in Korean is said in English and Japanese, and the other way round.
    """
    names = [list(texts(room, language)) for language in LANGUAGES]

    assert set(names[0]) == set(names[1]) == set(names[2])
    assert len(names[0]) > 0


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("room", ROOMS)
def test_no_text_is_empty(room: str, language: str) -> None:
    """
    A forgotten translation would be a blank page.
    """
    assert [] == [name for name, text in texts(room, language).items() if not text.strip()]


@pytest.mark.parametrize("room", ROOMS)
def test_what_is_filled_in_is_the_same_in_every_language(room: str) -> None:
    """
    ``{name}`` in one language and not in another would lose what it stands for.
    """
    korean = texts(room, "ko")
    for language in LANGUAGES[1:]:
        other = texts(room, language)
        wrong = [
            name
            for name, text in korean.items()
            if set(_PLACE.findall(text)) != set(_PLACE.findall(other[name]))
        ]
        assert [] == wrong, language


@pytest.mark.parametrize("room", ROOMS)
def test_no_text_is_unused(room: str) -> None:
    """
    A text nobody shows is one that nobody reads over.
    """
    assert [] == [name for name in texts(room, "ko") if not is_used(name)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("room", ROOMS)
def test_no_block_has_more_than_two_sentences(room: str, language: str) -> None:
    """
    UX 1.5: at most two sentences at once.
    """
    # The last two are the full-width marks of Japanese.
    ends = re.compile(r"[.!?。\uff01\uff1f](?=\s|$)|。(?=.)")
    long = [name for name, text in texts(room, language).items() if len(ends.findall(text)) > 2]

    assert [] == long


@pytest.mark.parametrize("room", ROOMS)
def test_no_text_names_what_a_mapping_has(room: str) -> None:
    """
    ``text.items`` would be a method in a template and not a text.
    """
    assert not set(texts(room, "ko")) & set(dir(dict))
