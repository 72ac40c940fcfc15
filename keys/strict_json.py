"""JSON that is read once and never guessed at (RFC 8259, RFC 8725 section 2.4, RFC 8785).

Whatever is verified, hashed or decided upon is read here. Two readers must never see two things
in one text, so what JSON leaves open is refused: a name twice, a number no reader can keep, text
that is not Unicode.
"""

import json
import math
import re
from collections.abc import Sequence
from typing import NoReturn

import orjson

from keys.canonical_json import canonical
from keys.errors import KeysError, KeysFailure
from keys.json_value import JsonObject, JsonValue

__all__ = ["JsonObject", "JsonValue", "canonical", "dumps", "loads", "loads_each", "loads_object"]

# 1 MiB: the largest document of the protocols (a status list token is about as large).
SIZE_LIMIT = 1024 * 1024
# Far above any claim set, far below where a recursive reader runs out of stack.
DEPTH_LIMIT = 64
# Digits of an integer; decimal conversion costs the square of the length.
INTEGER_DIGITS = 64
# A double is told apart by 17 significant digits; more would be lost without a word.
FLOAT_DIGITS = 17

# One octet alone is found much faster than the two of a `\\u`.
_ESCAPE = b"\\"
_BYTE_ORDER_MARK = "\ufeff".encode()
# A string (closed or not, so that no text is scanned twice) or one bracket.
_STRUCTURE = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)


def loads(text: str | bytes, *, limit: int = SIZE_LIMIT) -> JsonValue:
    """Return the value of one JSON text of at most ``limit`` octets, or raise `KeysError`.

    Integers stay exact at any size up to 64 digits; ``-0`` becomes ``-0.0`` and keeps its sign.
    Raises too_large for octets and depth, malformed for everything else.
    """
    octets = _octets(text, limit)
    _check_depth(octets)
    read = _read_back(octets)
    return _read(octets) if read is None else read[0]


def loads_each(texts: Sequence[bytes]) -> list[JsonValue]:
    """Return the value of each JSON text, as `loads` does."""
    read = _read_back_each(texts)
    return [loads(text) for text in texts] if read is None else read


def loads_object(text: str | bytes, *, limit: int = SIZE_LIMIT) -> JsonObject:
    """Return the members of one JSON object, as `loads` does."""
    value = loads(text, limit=limit)
    if not isinstance(value, dict):
        raise _malformed("a JSON object was expected")
    return value


def dumps(value: JsonValue) -> bytes:
    """Return compact UTF-8 JSON in the order given; `loads` of it gives ``value`` back."""
    try:
        octets = orjson.dumps(value)
    except TypeError:  # integers beyond 64 bits; text that is not Unicode
        return _dumps_exactly(value)
    # orjson writes NaN and infinity as null; where a null stands, look twice.
    return _dumps_exactly(value) if b"null" in octets else octets


def _dumps_exactly(value: JsonValue) -> bytes:
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return text.encode()
    except (ValueError, TypeError):
        raise _malformed("a value that JSON cannot carry") from None


def _malformed(detail: str) -> KeysError:
    return KeysError(KeysFailure.MALFORMED, detail)


def _octets(text: str | bytes, limit: int) -> bytes:
    if len(text) > limit:
        raise _too_large(limit)
    try:
        octets = text if isinstance(text, bytes) else text.encode("utf-8")
    except UnicodeError:
        raise _malformed("text with half a character") from None
    if len(octets) > limit:
        raise _too_large(limit)
    return octets


def _read_back(octets: bytes) -> tuple[JsonValue] | None:
    """Return the value when writing it gives the same octets: then nothing was lost in reading.

    The quick reader keeps the last of two names and rounds large integers, but it cannot write
    them back; compact JSON without escapes, as nearly all tokens are, it reads in half the time.
    """
    try:
        value: JsonValue = orjson.loads(octets)
    except orjson.JSONDecodeError:
        return None
    return (value,) if orjson.dumps(value) == octets and _ESCAPE not in octets else None


def _read_back_each(texts: Sequence[bytes]) -> list[JsonValue] | None:
    """Return the values when writing each gives the same octets, as `_read_back`, else None.

    What one text may have is asked of all together: a dozen calls would cost as much as reading.
    """
    together = b"".join(texts)
    if len(together) > SIZE_LIMIT or _ESCAPE in together or _brackets(together) > DEPTH_LIMIT:
        return None
    try:
        values: list[JsonValue] = list(map(orjson.loads, texts))
    except orjson.JSONDecodeError:
        return None
    return values if list(map(orjson.dumps, values)) == list(texts) else None


def _read(octets: bytes) -> JsonValue:
    if octets.startswith(_BYTE_ORDER_MARK):
        raise _malformed("a byte order mark before JSON")
    try:
        value: JsonValue = _DECODER.decode(octets.decode("utf-8"))
    except json.JSONDecodeError as error:
        raise _malformed(f"not JSON at character {error.pos}") from None
    except UnicodeError:
        raise _malformed("text that is not UTF-8") from None
    if b"\\u" in octets:  # only an escape can bring in what the octets could not
        _check_strings(value)
    return value


def _too_large(limit: int) -> KeysError:
    return KeysError(KeysFailure.TOO_LARGE, f"JSON of at most {limit} octets was expected")


def _check_depth(octets: bytes) -> None:
    # Most texts have fewer brackets than levels allowed; the walk is for the others.
    if _brackets(octets) <= DEPTH_LIMIT:
        return
    depth = 0
    for token in _STRUCTURE.finditer(octets):
        match octets[token.start() : token.start() + 1]:
            case b"[" | b"{":
                depth += 1
                if depth > DEPTH_LIMIT:
                    raise KeysError(KeysFailure.TOO_LARGE, f"nested deeper than {DEPTH_LIMIT}")
            case b"]" | b"}":
                depth -= 1
            case _:
                pass


def _brackets(octets: bytes) -> int:
    return octets.count(b"[") + octets.count(b"{")


def _check_strings(value: JsonValue) -> None:
    """Refuse NUL and lone surrogates, which only an escape can bring into a string."""
    if isinstance(value, str):
        if "\0" in value or not _is_unicode(value):
            raise _malformed("a string with NUL or half a character")
    elif isinstance(value, dict):
        for name, member in value.items():
            _check_strings(name)
            _check_strings(member)
    elif isinstance(value, list):
        for element in value:
            _check_strings(element)


def _is_unicode(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= c <= "\udfff" for c in text)


def _object(pairs: list[tuple[str, JsonValue]]) -> JsonObject:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _malformed("a name appears twice in one JSON object")
    return members


def _integer(text: str) -> int | float:
    if len(text) > INTEGER_DIGITS:
        raise _malformed(f"an integer of more than {INTEGER_DIGITS} digits")
    return -0.0 if text == "-0" else int(text)


def _float(text: str) -> float:
    value = float(text)
    significant = text.lower().partition("e")[0].replace(".", "").lstrip("-0")
    if len(significant) > FLOAT_DIGITS or not math.isfinite(value):
        raise _malformed("a number that no reader can keep")
    if value == 0 and significant:
        raise _malformed("a number too small to keep")
    return value


def _constant(_name: str) -> NoReturn:
    raise _malformed("NaN and Infinity are not JSON")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_int=_integer,
    parse_float=_float,
    parse_constant=_constant,
)
