"""An element's value as JSON, to be matched and shown (RFC 8949 section 6.1, OpenID4VP 6.3)."""

import base64
from collections.abc import Callable
from typing import Final

from keys import base64url
from keys.strict_json import JsonValue
from standards.cbor.value import CborValue, Tagged
from standards.mdoc.errors import MdocError, MdocFailure

# Section 3.4.3 and 3.4.5.2: numbers too long for JSON's readers, and hints how octets read best.
_HINTS: Final[dict[int, Callable[[bytes], str]]] = {
    3: lambda octets: "~" + base64url.encode(octets),
    22: lambda octets: base64.b64encode(octets).decode("ascii"),
    23: lambda octets: octets.hex().upper(),
}


def as_json(value: CborValue) -> JsonValue:
    """Return ``value`` as JSON: octets become base64url, a tag gives way to what it holds.

    Raises value_refused for a map with keys that are no text: two of them could become one.
    """
    match value:
        case bytes():
            return base64url.encode(value)
        case Tagged(number=number, content=bytes(octets)) if number in _HINTS:
            return _HINTS[number](octets)
        case Tagged():
            return as_json(value.content)
        case list():
            return [as_json(one) for one in value]
        case dict():
            return {_name(key): as_json(one) for key, one in value.items()}
        case _:
            return value


def _name(key: int | str) -> str:
    if not isinstance(key, str):
        raise MdocError(MdocFailure.VALUE_REFUSED, "a map with numbers for keys")
    return key
