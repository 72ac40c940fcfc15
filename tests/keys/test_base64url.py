import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys import base64url
from keys.errors import KeysError, KeysFailure
from tests.keys.refusal import refused


@given(st.binary())
def test_octets_survive_the_round_trip(octets: bytes) -> None:
    """
    What was encoded is decoded to the same octets.
    """
    assert octets == base64url.decode(base64url.encode(octets))


@given(st.text(alphabet=st.characters(max_codepoint=127) | st.sampled_from("AQgw_-"), max_size=12))
def test_every_octet_string_has_exactly_one_text(text: str) -> None:
    """
    H13: a text that decodes is the text its octets encode to, so no token has two spellings.
    """
    try:
        octets = base64url.decode(text)
    except KeysError:
        return
    assert text == base64url.encode(octets)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Zg==", id="padding"),
        pytest.param("Zm9=", id="padding in place of a character"),
        pytest.param("=", id="padding alone"),
        pytest.param("Zm 9v", id="space"),
        pytest.param("Zm9v\n", id="line break"),
        pytest.param("Zm+v", id="plus"),
        pytest.param("Zm/v", id="slash"),
        pytest.param("Zm!v", id="other character"),
        pytest.param("Zh", id="four unused bits set"),
        pytest.param("Zm9", id="two unused bits set"),
        pytest.param("Z", id="impossible length"),
        pytest.param("Zm9vé", id="beyond ASCII"),
        pytest.param("\ud800AA", id="half a character"),
    ],
)
def test_other_spellings_are_refused(text: str) -> None:
    """
    H13: padding, white space, the other alphabet and left-over bits are refused.
    """
    with refused(KeysFailure.MALFORMED):
        base64url.decode(text)


def test_the_examples_of_the_rfc() -> None:
    """
    RFC 4648 section 10 and RFC 7515 appendix C, in both directions.
    """
    for octets, text in [(b"", ""), (b"f", "Zg"), (b"fo", "Zm8"), (b"foo", "Zm9v")]:
        assert text == base64url.encode(octets)
        assert octets == base64url.decode(text)
    assert "A-z_4ME" == base64url.encode(bytes([3, 236, 255, 224, 193]))
