"""Base45: octets in the 45 characters a QR code holds in 5.5 bits each (RFC 9285)."""

from typing import Final

from standards.shown_code.errors import damaged

# Section 4.2, table 1: a character's place is its value.
_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES: Final = {character: value for value, character in enumerate(_ALPHABET)}
_BASE: Final = len(_ALPHABET)
_PAIR: Final = 2
_TRIPLE: Final = 3


def encode(octets: bytes) -> str:
    """Return the text of ``octets``: three characters for two of them, two for a last one."""
    pairs = [octets[start : start + _PAIR] for start in range(0, len(octets), _PAIR)]
    return "".join(_letters(int.from_bytes(pair), len(pair) + 1) for pair in pairs)


def decode(text: str) -> bytes:
    """Return the octets whose `encode` is ``text``, or raise `ShownCodeError` (damaged).

    Section 6: a group above 65535 (two characters: above 255), a character of no value and a
    single one left over are refused, so every octet string has exactly one text.
    """
    groups = [text[start : start + _TRIPLE] for start in range(0, len(text), _TRIPLE)]
    return b"".join(map(_octets, groups))


def _letters(number: int, count: int) -> str:
    letters = ""
    for _ in range(count):
        number, value = divmod(number, _BASE)
        letters += _ALPHABET[value]
    return letters


def _octets(group: str) -> bytes:
    size = len(group) - 1
    values = [_VALUES.get(character) for character in reversed(group)]
    number = 0
    for value in values:
        if value is None:
            raise damaged("not a character of base45")
        number = number * _BASE + value
    if size < 1 or number >> (8 * size):
        raise damaged("no octets have this text")
    return number.to_bytes(size)
