"""From the JSON of a certificate to the values of an mdoc (ISO/IEC 18013-5 section 7.2.1).

An element with a name of its Table 5 is encoded as that table says, whatever namespace it stands
in; everything else as JSON's own values are.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

from keys import base64url
from keys.errors import KeysError
from keys.json_value import JsonObject, JsonValue
from standards.cbor.value import Encodable
from standards.mdoc.issue import full_date

# Elements that are ``full-date``, in the document and in each driving privilege.
_DATES: Final = frozenset({"birth_date", "issue_date", "expiry_date"})
# Elements that are octets: pictures.
_OCTETS: Final = frozenset({"portrait", "signature_usual_mark"})


def encoded(claims: JsonObject) -> Mapping[str, Mapping[str, Encodable]]:
    """Return the elements by namespace; octets come as base64url, dates as ``YYYY-MM-DD``.

    Raises ValueError for what has no namespace, and for a date or octets that are none.
    """
    namespaces = {name: each for name, each in claims.items() if isinstance(each, dict)}
    if namespaces.keys() != claims.keys():
        raise ValueError("claims of an mdoc stand in namespaces")
    return {
        namespace: {name: _value(name, each) for name, each in elements.items()}
        for namespace, elements in namespaces.items()
    }


def _value(name: str, value: JsonValue) -> Encodable:
    match value:
        case str() if name in _DATES:
            return full_date(date.fromisoformat(value).isoformat())
        case str() if name in _OCTETS:
            return _octets(name, value)
        case list():
            return [_value(name, each) for each in value]
        case dict():
            return {inner: _value(inner, each) for inner, each in value.items()}
        case _:
            return value


def _octets(name: str, text: str) -> bytes:
    try:
        return base64url.decode(text)
    except KeysError:
        raise ValueError(f"{name}: octets in base64url were expected") from None
