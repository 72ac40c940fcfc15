"""One octet string per JSON value (RFC 8785, JSON Canonicalization Scheme): what gets hashed.

Almost everything hashed here is text and small integers, and for those orjson with sorted names
writes the same octets; the full rules run only where they differ.
"""

import math

import orjson

from keys.errors import KeysError, KeysFailure
from keys.json_value import JsonValue

# Beyond it a double, and so every other implementation of RFC 8785, loses integers.
EXACT_INTEGER = 2**53 - 1

# ECMA-262, Number::toString: where plain digits end and exponents begin.
_LARGEST_WHOLE = 21
_SMALLEST_PLAIN = -6

_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER
# The first octet of a character beyond U+FFFF: there UTF-8 and UTF-16 sort differently.
_BEYOND_BMP = b"\xf0", b"\xf1", b"\xf2", b"\xf3", b"\xf4"


def canonical(value: JsonValue) -> bytes:
    """Return the canonical octets of ``value``, or raise `KeysError` (malformed).

    Refused: integers that a double cannot hold, NaN and infinity, text that is not Unicode.
    """
    if not _has_float(value):
        octets = _sorted(value)
        if octets.isascii() or not any(lead in octets for lead in _BEYOND_BMP):
            return octets
    return _write(value).encode()


def _sorted(value: JsonValue) -> bytes:
    try:
        return orjson.dumps(value, option=_OPTIONS)
    except TypeError:
        raise _refused() from None


def _has_float(value: JsonValue) -> bool:
    if isinstance(value, dict):
        return any(map(_has_float, value.values()))
    if isinstance(value, list):
        return any(map(_has_float, value))
    return isinstance(value, float)


def _write(value: JsonValue) -> str:
    if isinstance(value, dict):
        names = sorted(value, key=_utf16)
        return "{" + ",".join(f"{_scalar(name)}:{_write(value[name])}" for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_write, value)) + "]"
    return _number(value) if isinstance(value, float) else _scalar(value)


def _scalar(value: JsonValue) -> str:
    return _sorted(value).decode()


def _utf16(name: str) -> bytes:
    """RFC 8785 section 3.2.3: names are ordered by UTF-16 code units."""
    return name.encode("utf-16-be")


def _number(value: float) -> str:
    """RFC 8785 section 3.2.2.3: numbers as ECMAScript writes them."""
    if not math.isfinite(value):
        raise _refused()
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    digits, point = _shortest(abs(value))
    return sign + _placed(digits, point)


def _shortest(value: float) -> tuple[str, int]:
    """Return the shortest digits of ``value`` and where the decimal point stands among them."""
    mantissa, _, exponent = repr(value).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    lost = len(whole + fraction) - len(digits)
    return digits.rstrip("0"), len(whole) - lost + int(exponent or 0)


def _placed(digits: str, point: int) -> str:
    """ECMA-262, Number::toString: the four layouts, by the place of the decimal point."""
    if len(digits) <= point <= _LARGEST_WHOLE:
        return digits + "0" * (point - len(digits))
    if 0 < point <= _LARGEST_WHOLE:
        return f"{digits[:point]}.{digits[point:]}"
    if _SMALLEST_PLAIN < point <= 0:
        return f"0.{'0' * -point}{digits}"
    fraction = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{digits[0]}{fraction}e{point - 1:+d}"


def _refused() -> KeysError:
    return KeysError(KeysFailure.MALFORMED, "a value without a canonical form (RFC 8785)")
