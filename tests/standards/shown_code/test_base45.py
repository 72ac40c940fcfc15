"""Base45 as RFC 9285 has it, and nothing that merely looks like it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standards.shown_code import base45
from standards.shown_code.errors import ShownCodeError, ShownCodeFailure


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        (b"AB", "BB8"),
        (b"Hello!!", "%69 VD92EX0"),
        (b"base-45", "UJCLQE7W581"),
        (b"ietf!", "QED8WEX0"),
        (b"", ""),
        (b"\xff\xff", "FGW"),
        (b"\xff", "U5"),
    ],
    ids=["AB", "Hello", "base-45", "ietf", "empty", "largest pair", "largest octet"],
)
def test_the_examples_of_the_standard(octets: bytes, text: str) -> None:
    """
    RFC 9285 sections 4.3 and 4.4, and the largest values that are allowed.
    """
    assert text == base45.encode(octets)
    assert octets == base45.decode(text)


@given(st.binary(max_size=300))
def test_what_is_written_is_read(octets: bytes) -> None:
    """
    Every octet string has one text, of three characters for two octets.
    """
    text = base45.encode(octets)

    assert octets == base45.decode(text)
    assert len(octets) // 2 * 3 + len(octets) % 2 * 2 == len(text)


@pytest.mark.parametrize(
    "text",
    ["GGW", ":::", "V5", "::", "A", "AAAA", "aa", "A\u0660A", "AA\n", "A_A"],
    ids=[
        *("65536", "91124", "256", "2024", "one character", "four characters"),
        *("lower case", "a digit of another script", "line feed", "not in the alphabet"),
    ],
)
def test_what_has_no_octets_is_refused(text: str) -> None:
    """
    RFC 9285 section 6: groups above 65535 and 255, left-over and unknown characters.
    """
    with pytest.raises(ShownCodeError) as caught:
        base45.decode(text)
    assert ShownCodeFailure.DAMAGED == caught.value.failure
