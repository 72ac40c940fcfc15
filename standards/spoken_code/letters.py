"""Eight letters that are read out: seven random ones and a check, in Crockford's base32.

The alphabet has no I, L, O and U; who hears or types them is understood all the same. The check
is Crockford's own, the number modulo 37: it finds every wrong letter and every two that changed
places. It has five signs beyond the alphabet that nobody can read out, so a code whose check would
be one of them is drawn again.
"""

import re
from typing import Final

from keys.entropy import Entropy
from standards.spoken_code.errors import SpokenCodeError

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# 35 bits: for two minutes, and for few to guess at.
RANDOM_LETTERS: Final = 7
LETTERS: Final = RANDOM_LETTERS + 1
_GROUP: Final = 4
_CHECK: Final = 37
_OCTETS: Final = 5
_BASE: Final = len(ALPHABET)
# What is not said, and what is heard or typed for another letter.
_READ_AS: Final = str.maketrans({"-": None, " ": None, "O": "0", "I": "1", "L": "1"})
_LOOKS_SPOKEN: Final = re.compile(r"[0-9A-Za-z]{4}[- ]?[0-9A-Za-z]{4}")


def draw(entropy: Entropy) -> str:
    """Return a new code of eight letters, without groups."""
    while True:
        number = int.from_bytes(entropy(_OCTETS), "big") % _BASE**RANDOM_LETTERS
        check = number % _CHECK
        if check < _BASE:
            return _written(number) + ALPHABET[check]


def in_groups(code: str) -> str:
    """Return a code as it is shown and read out."""
    return f"{code[:_GROUP]}-{code[_GROUP:]}"


def looks_spoken(text: str) -> bool:
    """Tell whether somebody typed what may be a spoken code; nothing else of ours looks so."""
    return _LOOKS_SPOKEN.fullmatch(text.strip()) is not None


def read_spoken(text: str) -> str:
    """Return the eight letters somebody typed, or raise `SpokenCodeError`: it was misheard.

    Anybody can compute the check, so that it is wrong tells nothing about any code.
    """
    code = text.strip().upper().translate(_READ_AS)
    if len(code) != LETTERS or not set(code) <= set(ALPHABET):
        raise SpokenCodeError(f"{LETTERS} letters and digits were expected")
    number = 0
    for letter in code[:RANDOM_LETTERS]:
        number = number * _BASE + ALPHABET.index(letter)
    if number % _CHECK != ALPHABET.index(code[RANDOM_LETTERS]):
        raise SpokenCodeError("the last letter does not fit the others")
    return code


def _written(number: int) -> str:
    letters = ""
    for _ in range(RANDOM_LETTERS):
        number, digit = divmod(number, _BASE)
        letters = ALPHABET[digit] + letters
    return letters
