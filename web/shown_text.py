"""Text that strangers wrote, cut into what is plain and what a reader must be warned of (H64).

A name may hold characters that cannot be seen, that turn the reading direction, or that look like
letters of another script. Nothing is removed or repaired: two names that differ in one octet look
different on the page.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Oddity(StrEnum):
    """Why a piece of text is marked."""

    NONE = "none"
    UNSEEN = "unseen"
    MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class Piece:
    """One run of text; ``text`` of an unseen character is its code point (``U+200B``)."""

    text: str
    oddity: Oddity


# A zero-width joiner between emoji, and a variation selector after one, are part of the picture.
_EMOJI_GLUE: Final = "\u200d\ufe0f"
_UNSEEN_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Letters of a script; modifier letters stand beside letters of several.
_LETTERS: Final = frozenset({"Lu", "Ll", "Lt", "Lo"})
# Letters and fillers that have no ink though they count as letters or spaces.
_BLANK: Final = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f\u180b\u180c\u180d")
# Nearly every text: ASCII and Korean syllables stand together and can all be seen.
_ORDINARY: Final = re.compile(r"[ -~\uac00-\ud7a3]*")
_PIECES: Final = re.compile(r"\w+|\W", re.DOTALL)
# Scripts that stand together in one Korean, Japanese or English word (UTS 39 section 5.2,
# "highly restrictive"); any other mixture is marked.
_TOGETHER: Final = (
    frozenset({"LATIN", "HANGUL", "CJK"}),
    frozenset({"LATIN", "HIRAGANA", "KATAKANA", "CJK"}),
)
# Cyrillic and Greek letters drawn like Latin ones: a word of these alone passes for Latin.
_LOOK_ALIKES: Final = frozenset(
    "\u0430\u0412\u0415\u0435\u041a\u041c\u041d\u041e\u043e\u0420\u0440"
    "\u0421\u0441\u0422\u0443\u0425\u0445\u0456\u0406\u0458\u0408\u0455"
    "\u0405\u0501\u051b\u051d\u04bb\u0410\u04cf"
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03bf"
    "\u03a1\u03a4\u03a5\u03a7\u03bd\u03b9"
)


def pieces_of(text: str) -> Iterator[Piece]:
    """Yield the text piece by piece, in order; neighbours of one kind are one piece."""
    if _ORDINARY.fullmatch(text):
        if text:
            yield Piece(text, Oddity.NONE)
        return
    plain = ""
    for found in _PIECES.finditer(text):
        for piece in _judged(found[0], text, found.start()):
            if piece.oddity is Oddity.NONE:
                plain += piece.text
                continue
            if plain:
                yield Piece(plain, Oddity.NONE)
                plain = ""
            yield piece
    if plain:
        yield Piece(plain, Oddity.NONE)


def _judged(word: str, text: str, start: int) -> Iterator[Piece]:
    """Split a word at what cannot be seen, then judge the scripts of what is left."""
    seen = ""
    for at, character in enumerate(word, start):
        if _is_seen(character, text, at):
            seen += character
            continue
        if seen:
            yield _scripted(seen)
            seen = ""
        yield Piece(f"U+{ord(character):04X}", Oddity.UNSEEN)
    if seen:
        yield _scripted(seen)


def _is_seen(character: str, text: str, at: int) -> bool:
    if character in _EMOJI_GLUE:
        return at > 0 and unicodedata.category(text[at - 1]) in {"So", "Sk", "Mn", "Cf"}
    if character in _BLANK:
        return False
    return unicodedata.category(character) not in _UNSEEN_CATEGORIES


def _scripted(word: str) -> Piece:
    letters = [letter for letter in word if unicodedata.category(letter) in _LETTERS]
    scripts = {_script(letter) for letter in letters}
    odd = len(scripts) > 1 and not any(scripts <= known for known in _TOGETHER)
    disguised = bool(letters) and all(letter in _LOOK_ALIKES for letter in letters)
    return Piece(word, Oddity.MIXED if odd or disguised else Oddity.NONE)


def _script(letter: str) -> str:
    """Return the script of a letter as the first word of its name says it."""
    name = unicodedata.name(letter, "UNKNOWN").split(" ")
    return name[1] if name[0] in {"FULLWIDTH", "HALFWIDTH"} and len(name) > 1 else name[0]
