"""CBOR as JSON, to be matched and shown (RFC 8949 section 6.1, VP-36)."""

import pytest

from keys.strict_json import JsonValue
from standards.cbor.value import CborValue, Tagged
from standards.mdoc.as_json import as_json


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        (-5, -5),
        (1.5, 1.5),
        ("가", "가"),
        (b"\xff\xd8\xff", "_9j_"),
        (Tagged(1004, "1990-03-01"), "1990-03-01"),
        (Tagged(0, "1990-03-01T00:00:00Z"), "1990-03-01T00:00:00Z"),
        (Tagged(2, b"\1" + bytes(8)), "AQAAAAAAAAAA"),
        (Tagged(3, b"\1"), "~AQ"),
        (Tagged(21, b"\xff"), "_w"),
        (Tagged(22, b"\xff"), "/w=="),
        (Tagged(23, b"\xff"), "FF"),
        (Tagged(3, "text"), "text"),
        ([1, [b"\1"]], [1, ["AQ"]]),
        ({"a": {"b": Tagged(1004, "x")}}, {"a": {"b": "x"}}),
    ],
    ids=lambda value: None,
)
def test_each_kind_has_its_form(value: CborValue, expected: JsonValue) -> None:
    """
    Octets are base64url, tags give way, numbers too long for JSON are text.
    """
    assert expected == as_json(value)
    assert type(expected) is type(as_json(value))
