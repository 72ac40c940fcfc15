"""Parameters in a query or a form body (RFC 6749 appendix B, section 3.1).

A parameter that comes twice is refused: two readers would see two requests.
"""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from standards.members import Refusal

# The largest forms carry a few presentations of some tens of kilobytes each.
SIZE_LIMIT = 1024 * 1024
# No message of these standards has more than about twenty parameters.
FIELD_LIMIT = 64


def parse_form(encoded: str | bytes, refuse: Refusal) -> dict[str, str]:
    """Return the parameters by name; refuses repetition, broken UTF-8 and over-size.

    Parameters without a value are treated as omitted (RFC 6749 section 3.1).
    """
    if len(encoded) > SIZE_LIMIT:
        raise refuse(f"a form of at most {SIZE_LIMIT} octets was expected")
    try:
        text = encoded if isinstance(encoded, str) else encoded.decode("ascii")
        pairs = parse_qsl(text, errors="strict", max_num_fields=FIELD_LIMIT)
    except ValueError:
        raise refuse("form parameters in UTF-8 were expected") from None
    parameters = dict(pairs)
    if len(parameters) != len(pairs):
        raise refuse("a parameter appears twice")
    return parameters


def encode_form(parameters: Mapping[str, str | None]) -> bytes:
    """Return the body of a form; parameters that are None are left out."""
    given = {name: value for name, value in parameters.items() if value is not None}
    return urlencode(given).encode("ascii")
