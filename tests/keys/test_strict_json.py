import json
import math
import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys import strict_json
from keys.errors import KeysError, KeysFailure
from keys.strict_json import JsonValue
from tests.keys.refusal import refused

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
NUMBERS = st.integers(-(10**60), 10**60) | st.floats(allow_nan=False, allow_infinity=False)
VALUES: st.SearchStrategy[JsonValue] = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda children: st.lists(children) | st.dictionaries(TEXT, children),
    max_leaves=12,
)


def same(left: JsonValue, right: JsonValue) -> bool:
    """Tell whether two values are alike in type and sign too: 1 is not 1.0, nor 0.0 -0.0."""
    return repr(left) == repr(right)


@given(VALUES)
def test_what_is_written_is_read_back_unchanged(value: JsonValue) -> None:
    """
    H69: integers beyond 2^64, floats, signs of zero and every character survive.
    """
    assert same(value, strict_json.loads(strict_json.dumps(value)))


@given(value=VALUES, indent=st.sampled_from([None, 1]), ascii_only=st.booleans())
def test_other_peoples_layout_and_escapes_change_nothing(
    *, value: JsonValue, indent: int | None, ascii_only: bool
) -> None:
    """
    Compact text takes a short cut, spaces and escapes the long way: one value.
    """
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    assert same(value, strict_json.loads(text))


@given(st.text() | st.binary())
def test_any_input_is_read_as_the_standard_library_reads_it_or_refused(text: str | bytes) -> None:
    """
    Strictness only refuses: it never reads something else, and never fails in another way.
    """
    try:
        value = strict_json.loads(text)
    except KeysError:
        return
    assert value == json.loads(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('{"a":1,"a":1}', id="H61 twice at the top"),
        pytest.param('{"b":[{"a":1,"a":2}]}', id="H61 twice below"),
        pytest.param('{"a":1,"\\u0061":2}', id="H61 twice, once escaped"),
        pytest.param(b"\xef\xbb\xbf{}", id="H63 byte order mark in octets"),
        pytest.param("\ufeff{}", id="H63 byte order mark in text"),
        pytest.param(b'"\xff"', id="H63 not UTF-8"),
        pytest.param(b'"\xc0\xaf"', id="H63 overlong UTF-8"),
        pytest.param(b'"\xed\xa0\x80"', id="H63 surrogate in UTF-8"),
        pytest.param('"\ud800"', id="H63 surrogate in text"),
        pytest.param('"\\ud800"', id="H63 lone surrogate escaped"),
        pytest.param('["\\udc00\\ud800"]', id="H63 surrogates in the wrong order"),
        pytest.param('{"\\ud83d":1}', id="H63 lone surrogate in a name"),
        pytest.param('{"a":"\\u0000"}', id="H63 NUL escaped"),
        pytest.param('"\0"', id="H63 NUL"),
        pytest.param('"\n"', id="control character"),
        pytest.param("NaN", id="H69 NaN"),
        pytest.param("[-Infinity]", id="H69 infinity"),
        pytest.param("1e400", id="H18 a float without end"),
        pytest.param("1e-400", id="H69 a float that would vanish"),
        pytest.param("0.1234567890123456789", id="H69 more digits than a float keeps"),
        pytest.param("1" * 65, id="H47 long integer"),
        pytest.param("-" + "1" * 100_000, id="H47 very long integer"),
        pytest.param("01", id="leading zero"),
        pytest.param("{} {}", id="two texts"),
        pytest.param("{'a':1}", id="other quotes"),
        pytest.param("[1,]", id="trailing comma"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_two_readers_could_read_differently_is_refused(text: str | bytes) -> None:
    """
    H61, H63, H69: one parser policy everywhere, and no "last wins".
    """
    with refused(KeysFailure.MALFORMED):
        strict_json.loads(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e2", 100.0),
        ("-0", -0.0),
        ("-0.0", -0.0),
        ("1.0", 1.0),
        ("0e400", 0.0),
        ("9007199254740993", 9007199254740993),
        ("340282366920938463463374607431768211456", 2**128),
        ("0.10000000000000001", 0.1),
        ("5e-324", 5e-324),
        ('"\\ud83d\\ude00"', "😀"),
        ('"é\\u00e9"', "éé"),
        (b' {"a" : [ true , null ] } ', {"a": [True, None]}),
    ],
)
def test_what_has_one_reading_is_read(text: str | bytes, value: JsonValue) -> None:
    """
    H69: numbers keep value, kind and sign.
    """
    assert same(value, strict_json.loads(text))


@pytest.mark.parametrize("name", ["__proto__", "constructor", "$ref", "__class__"])
def test_names_that_mean_something_elsewhere_are_plain_names(name: str) -> None:
    """
    H62: no name is special.
    """
    assert {name: 1} == strict_json.loads_object(f'{{"{name}":1}}')


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[" * 65 + "]" * 65, id="65 arrays"),
        pytest.param('{"a":' * 65 + "1" + "}" * 65, id="65 objects"),
        pytest.param("[" * 100_000, id="100 000 arrays"),
        pytest.param('["\\"[",' * 100_000, id="brackets in strings between"),
        pytest.param("[" * 65 + '"unclosed', id="an unclosed string"),
    ],
)
def test_deep_nesting_is_refused_quickly(text: str) -> None:
    """
    H47: depth is counted before anything recursive starts, in time linear to the text.
    """
    began = time.thread_time()
    with refused(KeysFailure.TOO_LARGE):
        strict_json.loads(text)
    assert time.thread_time() - began < 0.1


@given(st.lists(VALUES.map(strict_json.dumps) | st.binary(), max_size=4))
def test_texts_are_read_together_as_one_by_one(texts: list[bytes]) -> None:
    """
    Reading several texts gives the values of each, or refuses when one of them is refused.
    """
    try:
        expected = [strict_json.loads(text) for text in texts]
    except KeysError:
        with pytest.raises(KeysError):
            strict_json.loads_each(texts)
    else:
        assert same(expected, strict_json.loads_each(texts))


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param([b'["a"', b',"b"]'], id="one array in two pieces"),
        pytest.param([b'["a",1],["b"', b',"c",2]'], id="two arrays in two other pieces"),
        pytest.param([b'["a"]', b'["b",{"c":1,"c":2}]'], id="a name twice"),
        pytest.param([b'["a"]', b'["\\ud800"]'], id="half a character"),
        pytest.param([b'["a"]', b'["\\u0000"]'], id="NUL"),
        pytest.param([b'["a"]', b"[1e400]"], id="a number beyond every double"),
        pytest.param([b'["a"]', b""], id="nothing"),
    ],
)
def test_a_wrong_text_among_others_is_refused(texts: list[bytes]) -> None:
    """
    H61 to H69 hold for each text by itself: no text can lean on its neighbours.
    """
    with refused(KeysFailure.MALFORMED):
        strict_json.loads_each(texts)


def test_depth_and_size_of_each_text_are_limited() -> None:
    """
    H47: one text too deep or too large is refused among others; many small ones are read.
    """
    assert [[]] * 100 == strict_json.loads_each([b"[]"] * 100)
    for text in (b"[" * 65 + b"]" * 65, b'"' + b"a" * 1024 * 1024 + b'"'):
        with refused(KeysFailure.TOO_LARGE):
            strict_json.loads_each([b"1", text])


def test_depth_is_limited_and_breadth_is_not() -> None:
    """
    H47: 64 levels are read, and so are a thousand arrays side by side or brackets in a string.
    """
    assert strict_json.loads("[" * 64 + "]" * 64)
    assert 1000 == len(strict_json.loads_object(json.dumps({str(n): [] for n in range(1000)})))
    assert ["[" * 100, '"[' * 100] == strict_json.loads(json.dumps(["[" * 100, '"[' * 100]))


def test_the_size_is_counted_in_octets() -> None:
    """
    The limit itself is read, one octet more is not, and a character may be several octets.
    """
    assert "é" == strict_json.loads('"é"', limit=4)
    for text in ('"é"', '"é"'.encode(), b'"ab"'):
        with refused(KeysFailure.TOO_LARGE):
            strict_json.loads(text, limit=3)


def test_a_hundred_thousand_names_are_read_in_a_moment() -> None:
    """
    H47: many names, or long ones alike, cost no more than their length.
    """
    text = "{" + ",".join(f'"{n:06}":1' for n in range(90_000)) + "}"
    began = time.thread_time()
    assert 90_000 == len(strict_json.loads_object(text))
    assert time.thread_time() - began < 0.5


@pytest.mark.parametrize("text", ["[]", "1", "null", '"{}"'])
def test_an_object_is_expected_where_claims_are(text: str) -> None:
    """
    A header or a claims set that is anything else is malformed.
    """
    with refused(KeysFailure.MALFORMED):
        strict_json.loads_object(text)


@pytest.mark.parametrize("value", [math.nan, [math.inf], {"a": -math.inf}, "\ud800", ["\udfff"]])
def test_what_json_cannot_carry_is_not_written(value: JsonValue) -> None:
    """
    A value is never written as null or as something else in its place.
    """
    with refused(KeysFailure.MALFORMED):
        strict_json.dumps(value)


def test_names_cannot_be_made_to_collide() -> None:
    """
    H47: names are hashed with a key drawn at start, so no sender knows two that collide.
    """
    assert sys.hash_info.algorithm.startswith("siphash")
    program = "print(hash('resident_number'))"
    seen = {
        subprocess.run(
            [sys.executable, "-c", program], capture_output=True, check=True, env={}
        ).stdout
        for _ in range(3)
    }

    assert 3 == len(seen)


@pytest.mark.parametrize(
    "text",
    ["1" * 1_000_000, "[" + "1" * 999_998 + "]", '{"n":-1e' + "9" * 99 + "}"],
    ids=["alone", "in an array", "in the exponent"],
)
def test_numbers_of_a_million_digits_are_refused(text: str) -> None:
    """
    H47: digits are counted before they are converted, which would cost their square.
    """
    with refused(KeysFailure.MALFORMED):
        strict_json.loads(text)
