"""What is random is taken out of a text and put back: always the same text, nothing guessed."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys import base64url
from keys.signer import SoftwareSigner
from standards.shown_code.errors import ShownCodeError
from standards.shown_code.values import HOLE, Values, taken_out

KEYS = [SoftwareSigner.generate().public.as_dict() for _ in range(6)]

texts = st.binary(min_size=14, max_size=34).map(base64url.encode)
numbers = st.integers(10**9 - 2, 2**32 + 2)
leaves = st.one_of(texts, numbers, st.sampled_from(KEYS), st.text(max_size=44), st.booleans())
values = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)


def put_back(text: bytes, octets: bytes) -> bytes:
    return Values(octets).put_back(text)


@given(values)
def test_every_text_comes_back(value: object) -> None:
    """
    Values of the sizes that are taken out, one more, one less, and whole keys, anywhere in JSON.
    """
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace")
    octets: list[bytes] = []
    marked = taken_out(text, octets)
    found = Values(b"".join(octets))

    assert text == found.put_back(marked)
    assert b"" == found.rest()
    assert HOLE not in marked


@pytest.mark.parametrize("key", KEYS)
def test_a_key_is_its_x_and_a_sign(key: dict[str, str]) -> None:
    """
    32 octets instead of 64: whichever of the two points it is.
    """
    text = b'{"x":"%b","y":"%b"}' % (key["x"].encode(), key["y"].encode())
    octets: list[bytes] = []
    marked = taken_out(text, octets)

    assert [base64url.decode(key["x"])] == octets
    assert text == put_back(marked, octets[0])


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (b'{"x":"%b","y":"%b"}' % (b"A" * 43, b"A" * 43), b'{"x":"\x01","y":"\x01"}'),
        (b'{"x":"%b","y":"%b"}' % (b"A" * 42 + b"B", b"A" * 43), b'{"x":"%b","y":"\x01"}'),
        (b'["%b"]' % (b"A" * 42 + b"B"), b'["%b"]'),
        (b'{"a":"' + b"A" * 22 + b'"}', b'{"a":"\x03"}'),
        (b'{"iat":1795338000,"n":999999999,"m":4294967296}', None),
        (b'{"a":[1795338000]}', b'{"a":[1795338000]}'),
    ],
    ids=["no point", "no x", "left-over bits", "a nonce", "three numbers", "in an array"],
)
def test_what_is_no_value_stays(text: bytes, left: bytes | None) -> None:
    """
    A point off the curve keeps its y; another spelling, and a number that is no time, stay text.
    """
    octets: list[bytes] = []
    marked = taken_out(text, octets)

    if left is None:
        assert b'{"iat":\x06,"n":999999999,"m":4294967296}' == marked
    elif b"%b" in left:
        assert left % (b"A" * 42 + b"B") == marked
    else:
        assert left == marked
    assert text == put_back(marked, b"".join(octets))


@pytest.mark.parametrize("text", [b"\x05", b"\x01\x04\x04", b"\x02\x04", b"\x01\x02"])
def test_a_mark_without_its_octets_is_damage(text: bytes) -> None:
    """
    A y needs the x right before it, and every other mark its own octets.
    """
    with pytest.raises(ShownCodeError):
        put_back(
            text, bytes.fromhex("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296")
        )
