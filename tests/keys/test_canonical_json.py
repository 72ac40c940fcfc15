"""RFC 8785, with its own examples and the numbers of its appendix B."""

import hashlib
import json
import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys import base64url, strict_json
from keys.canonical_json import canonical
from keys.errors import KeysFailure
from keys.strict_json import JsonValue
from tests.keys.refusal import refused

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
EXACT = 2**53 - 1
# Between them a whole double is written as an integer that is no longer exact.
FLOATS = st.floats(-EXACT, EXACT) | st.floats(1e21, allow_infinity=False)
NUMBERS = st.integers(-EXACT, EXACT) | FLOATS
VALUES: st.SearchStrategy[JsonValue] = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda children: st.lists(children) | st.dictionaries(TEXT, children),
    max_leaves=12,
)


def test_the_example_of_section_3() -> None:
    """
    RFC 8785 section 3.2.2: the sample object and the octets it must become.
    """
    source = r"""{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    }"""
    expected = (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )
    assert expected.encode() == canonical(strict_json.loads(source))


def test_the_thumbprint_of_rfc_7638() -> None:
    """
    RFC 7638 section 3.1: its RSA key, hashed in this form, has the name given there.
    """
    modulus = (
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_"
        "BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_"
        "FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI"
        "4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
    )
    octets = canonical({"n": modulus, "kty": "RSA", "e": "AQAB"})
    expected = "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
    assert expected == base64url.encode(hashlib.sha256(octets).digest())


def test_names_are_ordered_by_utf_16_code_units() -> None:
    """
    RFC 8785 section 3.2.3: the sample whose order differs from that of UTF-8.
    """
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    expected = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
    octets = canonical(dict.fromkeys(names, 0))
    assert expected == list(json.loads(octets))


@pytest.mark.parametrize(
    ("bits", "text"),
    [
        ("0000000000000000", "0"),
        ("8000000000000000", "0"),
        ("0000000000000001", "5e-324"),
        ("8000000000000001", "-5e-324"),
        ("7fefffffffffffff", "1.7976931348623157e+308"),
        ("ffefffffffffffff", "-1.7976931348623157e+308"),
        ("4340000000000000", "9007199254740992"),
        ("c340000000000000", "-9007199254740992"),
        ("4430000000000000", "295147905179352830000"),
        ("44b52d02c7e14af5", "9.999999999999997e+22"),
        ("44b52d02c7e14af6", "1e+23"),
        ("44b52d02c7e14af7", "1.0000000000000001e+23"),
        ("444b1ae4d6e2ef4e", "999999999999999700000"),
        ("444b1ae4d6e2ef4f", "999999999999999900000"),
        ("444b1ae4d6e2ef50", "1e+21"),
        ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
        ("3eb0c6f7a0b5ed8d", "0.000001"),
        ("41b3de4355555553", "333333333.3333332"),
        ("41b3de4355555554", "333333333.33333325"),
        ("41b3de4355555555", "333333333.3333333"),
        ("41b3de4355555556", "333333333.3333334"),
        ("41b3de4355555557", "333333333.33333343"),
        ("becbf647612f3696", "-0.0000033333333333333333"),
        ("43143ff3c1cb0959", "1424953923781206.2"),
    ],
)
def test_the_numbers_of_appendix_b(bits: str, text: str) -> None:
    """
    RFC 8785 appendix B: each double and how it is written.
    """
    (number,) = struct.unpack(">d", bytes.fromhex(bits))
    assert text.encode() == canonical(number)


@given(VALUES)
def test_canonical_text_is_a_fixed_point_and_means_the_same(value: JsonValue) -> None:
    """
    Reading and writing again changes no octet, and the value is the one given.
    """
    octets = canonical(value)
    read = json.loads(octets)
    assert value == read
    assert octets == canonical(read)


@given(st.dictionaries(TEXT, st.integers(0, 9) | TEXT, max_size=6))
def test_the_quick_way_writes_what_the_rules_say(members: dict[str, JsonValue]) -> None:
    """
    Values without floats take a short cut; a float beside them forces the rules: same octets.
    """
    by_rules = canonical([members, 0.5])
    assert b"[" + canonical(members) + b",0.5]" == by_rules


@pytest.mark.parametrize("value", [2**53, -(2**53), [1.5, 2**60], math.nan, math.inf, "\ud800"])
def test_what_another_implementation_would_change_is_refused(value: JsonValue) -> None:
    """
    H69: an integer that a double cannot hold has no canonical form, nor has NaN.
    """
    with refused(KeysFailure.MALFORMED):
        canonical(value)
