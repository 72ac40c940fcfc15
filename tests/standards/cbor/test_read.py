"""CBOR is read strictly, within limits, and with the octets it came in (RFC 8949, H46)."""

import cProfile
import math
import tracemalloc
from collections.abc import Mapping

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standards.cbor.errors import CborError, CborFailure
from standards.cbor.read import DEFAULT_LIMITS, Limits, loads
from standards.cbor.value import CborValue, Encodable, Encoded, Tagged
from standards.cbor.write import dumps, embedded
from tests.read_or_refused import check_read_or_refused

_F = CborFailure
_KEYS = st.integers(-(2**64), 2**64 - 1) | st.text(max_size=5)
_SCALARS: st.SearchStrategy[CborValue] = (
    st.none()
    | st.booleans()
    | st.integers(-(2**64), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=30)
    | st.binary(max_size=300)
)
VALUES: st.SearchStrategy[CborValue] = st.recursive(
    _SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(_KEYS, inner, max_size=4)
        | st.builds(Tagged, st.sampled_from([0, 24, 1004, 70000]), inner)
    ),
    max_leaves=12,
)


def refusal(item: bytes, *, deterministic: bool = False, **limits: int) -> CborFailure:
    """Why these octets are refused, without a word of them in the error."""
    with pytest.raises(CborError) as caught:
        loads(item, limits=DEFAULT_LIMITS._replace(**limits), deterministic=deterministic)
    assert len(str(caught.value)) < 120
    return caught.value.failure


@settings(max_examples=50)
@given(VALUES)
def test_what_is_written_is_read_again(value: CborValue) -> None:
    """
    Any value we may write comes back, by our reader and by the package's, in its one spelling.
    """
    octets = dumps(value)

    assert value == loads(octets, deterministic=True)
    assert octets == dumps(loads(octets))


@settings(max_examples=50)
@given(VALUES)
def test_the_package_reads_the_same(value: CborValue) -> None:
    """
    A second opinion: the package reads what we do, tags aside, of which it knows dates.
    """
    octets = dumps(untagged(value))

    assert untagged(value) == cbor2.loads(octets) == loads(octets)


def untagged(value: CborValue) -> CborValue:
    match value:
        case Tagged():
            return untagged(value.content)
        case list():
            return [untagged(one) for one in value]
        case dict():
            return {key: untagged(one) for key, one in value.items()}
        case _:
            return value


@given(st.binary(max_size=60))
def test_any_octets_are_read_or_refused(octets: bytes) -> None:
    """
    Totality: nothing but our own error comes out, and what is read the package reads as well.
    """
    check_read_or_refused(lambda: loads(octets), object, CborError)


# RFC 8949 appendix A: the same value in other spellings than the one we write.
SPELLINGS: Mapping[str, CborValue] = {
    "1800": 0,
    "190017": 23,
    "1b0000000000000001": 1,
    "3800": -1,
    "5f42010243030405ff": b"\1\2\3\4\5",
    "7f657374726561646d696e67ff": "streaming",
    "9f018202039f0405ffff": [1, [2, 3], [4, 5]],
    "bf61610161629f0203ffff": {"a": 1, "b": [2, 3]},
    "580101": b"\1",
    "fa3fc00000": 1.5,
    "fb3ff8000000000000": 1.5,
    "f93e00": 1.5,
    "5fff": b"",
}


@pytest.mark.parametrize("spelled", SPELLINGS)
def test_h38_other_spellings_are_read(spelled: str) -> None:
    """
    H38: indefinite lengths and longer heads mean the same.
    """
    assert SPELLINGS[spelled] == loads(bytes.fromhex(spelled))


@pytest.mark.parametrize("spelled", [each for each in SPELLINGS if not each.startswith("f")])
def test_where_one_spelling_is_demanded_others_are_refused(spelled: str) -> None:
    """
    4.2.1: no length unsaid, none longer than needed.
    """
    assert _F.NOT_DETERMINISTIC is refusal(bytes.fromhex(spelled), deterministic=True)


@pytest.mark.parametrize(
    "spelled", ["d81843010203", "d9001843010203", "d81858020102", "c05f4101ff"]
)
def test_h38_a_tag_keeps_its_octets(spelled: str) -> None:
    """
    H38: what a digest is made over is what came, not what we would have written.
    """
    octets = bytes.fromhex(spelled)
    read = loads(b"\x82" + octets + b"\x00")

    assert isinstance(read, list)
    assert isinstance(read[0], Tagged)
    assert octets == read[0].octets


def test_an_item_written_before_goes_in_as_it_is() -> None:
    """
    Another's spelling survives being handed on.
    """
    item = bytes.fromhex("d81858020102")

    assert b"\x81" + item == dumps([Encoded(item)])
    assert bytes.fromhex("d818420102") == embedded(b"\1\2")


def test_keys_are_sorted() -> None:
    """
    4.2.1: one map has one spelling.
    """
    value: Encodable = {"bb": 1, "a": 2}

    assert bytes.fromhex("a261610262626201") == dumps(value)


@pytest.mark.parametrize(
    ("octets", "failure"),
    [
        ("", _F.MALFORMED),
        ("0000", _F.MALFORMED),
        ("18", _F.MALFORMED),
        ("1c", _F.MALFORMED),
        ("1e", _F.MALFORMED),
        ("1f", _F.MALFORMED),
        ("df00", _F.MALFORMED),
        ("5f00ff", _F.MALFORMED),
        ("5f5fffff", _F.MALFORMED),
        ("7f4101ff", _F.MALFORMED),
        ("9f00", _F.MALFORMED),
        ("ff", _F.VALUE_REFUSED),
        ("81ff", _F.VALUE_REFUSED),
        ("a1616100ff", _F.MALFORMED),
        ("f7", _F.VALUE_REFUSED),
        ("e0", _F.VALUE_REFUSED),
        ("f820", _F.VALUE_REFUSED),
        ("f814", _F.VALUE_REFUSED),
        ("f97e00", _F.VALUE_REFUSED),
        ("fa7f800000", _F.VALUE_REFUSED),
        ("61ff", _F.VALUE_REFUSED),
        ("7f61c361a9ff", _F.VALUE_REFUSED),
        ("a20000", _F.MALFORMED),
        ("a200000000", _F.KEY_REFUSED),
        ("a2616100616101", _F.KEY_REFUSED),
        ("a2616100786161", _F.MALFORMED),
        ("bf00000000ff", _F.KEY_REFUSED),
        ("a1f500", _F.KEY_REFUSED),
        ("a1f600", _F.KEY_REFUSED),
        ("a1410000", _F.KEY_REFUSED),
        ("a18000", _F.KEY_REFUSED),
        ("a1f93c0000", _F.KEY_REFUSED),
        ("a1f97e0000", _F.VALUE_REFUSED),
        ("a1c00000", _F.KEY_REFUSED),
    ],
)
def test_h46_what_is_no_item_is_refused(octets: str, failure: CborFailure) -> None:
    """
    H46: keys twice, keys that are no key, texts that are none, and everything that ends early.
    """
    assert failure is refusal(bytes.fromhex(octets))


BOMBS = {
    "100,000 arrays in each other": (b"\x81" * 100_000, _F.TOO_LARGE),
    "100,000 arrays without a length": (b"\x9f" * 100_000, _F.TOO_LARGE),
    "a chain of 10,000 tags": (b"\xc1" * 10_000 + b"\x00", _F.TOO_LARGE),
    "a map of 2^32 members": (b"\xba\xff\xff\xff\xff", _F.MALFORMED),
    "an array of 2^64 elements": (b"\x9b" + b"\xff" * 8, _F.MALFORMED),
    "octets of 2^62": (b"\x5b\x40" + bytes(7), _F.MALFORMED),
    "a text of 2^62": (b"\x7b\x40" + bytes(7), _F.MALFORMED),
    "a million numbers": (b"\x9a\x00\x07\xff\x00" + bytes(0x7FF00), _F.TOO_LARGE),
    "empty strings without end": (b"\x5f" + b"\x40" * 500_000, _F.TOO_LARGE),
    "octets beyond the limit": (bytes(DEFAULT_LIMITS.octets + 1), _F.TOO_LARGE),
}


@pytest.mark.parametrize("name", BOMBS)
def test_h46_a_bomb_is_refused_at_once(name: str) -> None:
    """
    H46: by little work and within 64 MiB, whatever length is claimed.

    Work is counted in calls, which a busy machine does not change: a tenth of a second has room
    for some hundred thousand.
    """
    octets, failure = BOMBS[name]
    profile = cProfile.Profile()
    assert failure is profile.runcall(refusal, octets)
    assert sum(each.callcount for each in profile.getstats()) < 300_000

    tracemalloc.start()
    assert failure is refusal(octets)
    assert tracemalloc.get_traced_memory()[1] < 64 * 1024 * 1024
    tracemalloc.stop()


def test_limits_hold_at_n_and_at_n_plus_one() -> None:
    """
    Each limit lets through what it names and nothing beyond it.
    """
    limits = Limits(octets=4, items=4, depth=3)

    assert [[[0]]] == loads(b"\x81\x81\x81\x00", limits=limits)
    assert _F.TOO_LARGE is refusal(b"\x81\x81\x81\x00", depth=2)
    assert _F.TOO_LARGE is refusal(b"\x81\x81\x81\x00", items=3)
    assert _F.TOO_LARGE is refusal(b"\x81\x81\x81\x00", octets=3)


@given(st.floats())
def test_only_numbers_are_numbers(number: float) -> None:
    """
    Neither infinity nor what is no number is read, in any width.
    """
    octets = cbor2.dumps(number)

    if math.isfinite(number):
        assert number == loads(octets)
    else:
        assert _F.VALUE_REFUSED is refusal(octets)
