"""Packing, and unpacking what strangers packed (Token Status List 4.1; H43, H44, H45)."""

import gzip
import time
import tracemalloc
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys import base64url, strict_json
from keys.strict_json import JsonValue
from standards.cbor.read import loads
from standards.cbor.write import dumps
from standards.status_list.bits import MAX_PACKED, MAX_UNPACKED, Status, StatusList, inflate
from standards.status_list.errors import StatusListError, StatusListFailure

_F = StatusListFailure


def assert_refused(failure: StatusListFailure, octets: bytes) -> None:
    """Check that packed octets are refused for exactly this reason."""
    with pytest.raises(StatusListError) as caught:
        inflate(octets)
    assert failure == caught.value.failure


@pytest.mark.parametrize("name", ["1-bit-2e20.json", "8-bit-2e20.json"])
def test_the_long_vectors(vectors: Path, name: str) -> None:
    """Lists of 2^20 entries: each listed value stands at its index, all others are 0."""
    vector = strict_json.loads_object((vectors / "token-status-list" / name).read_bytes())
    bits, entries, listed = vector["bits"], vector["entries"], vector["nonzero_or_listed"]
    assert isinstance(listed, dict)
    assert isinstance(bits, int)
    assert isinstance(entries, int)
    values = {int(index): value for index, value in listed.items() if isinstance(value, int)}

    statuses = StatusList.parse(vector)

    assert entries == statuses.size
    assert values == {index: statuses.value_at(index) for index in values}
    assert statuses == StatusList.of(bits, entries, values.items())


def test_the_small_vectors(vectors: Path) -> None:
    """The examples of the text: octets in, octets out."""
    document = strict_json.loads_object(
        (vectors / "token-status-list" / "small.json").read_bytes()
    )
    cases = document["cases"]
    assert isinstance(cases, list)
    for case in cases:
        assert isinstance(case, dict)
        octets = bytes.fromhex(str(case["bytes_hex"]))
        bits = case["bits"]
        assert isinstance(bits, int)
        statuses = StatusList(bits, octets)
        assert statuses == StatusList.parse(statuses.as_dict())
        if "lst" in case:
            assert octets == StatusList.parse(case).octets
            assert {"bits": bits, "lst": case["lst"]} == statuses.as_dict()
        else:
            assert statuses == StatusList.parse_cbor(loads(bytes.fromhex(str(case["cbor_hex"]))))
            # The example's keys are in the order of writing, ours in that of RFC 8949.
            assert statuses == StatusList.parse_cbor(loads(dumps(statuses.as_cbor())))


def test_bits_are_packed_from_the_lowest_up() -> None:
    """The example of 4.1: twelve two-bit statuses in three octets."""
    values = [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]

    statuses = StatusList.of(2, 12, enumerate(values))

    assert "c944f9" == statuses.octets.hex()
    assert values == [statuses.value_at(index) for index in range(12)]


@given(st.sampled_from([1, 2, 4, 8]), st.data())
def test_what_is_set_is_read_and_nothing_else_changes(bits: int, data: st.DataObject) -> None:
    """Any statuses at any indexes; setting one twice leaves the later."""
    pairs = st.tuples(st.integers(0, 40), st.integers(0, (1 << bits) - 1))
    statuses = data.draw(st.lists(pairs))

    packed = StatusList.parse(StatusList.of(bits, 41, statuses).as_dict())

    expected = dict(statuses)
    assert [expected.get(i, 0) for i in range(41)] == [packed.value_at(i) for i in range(41)]


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
@pytest.mark.parametrize("level", range(10))
def test_h44_every_level_of_compression_is_read(bits: int, level: int) -> None:
    """H44 (+): 7801, 785E, 789C and 78DA are all ZLIB."""
    octets = bytes(range(256))
    packed = zlib.compress(octets, level)

    statuses = StatusList.parse({"bits": bits, "lst": base64url.encode(packed)})

    assert packed[:2].hex() in {"7801", "785e", "789c", "78da"}
    assert octets == statuses.octets


def test_h43_a_bomb_is_refused_at_the_limit() -> None:
    """H43: a thousandfold: refused within a second, at most the limit in memory."""
    bomb = zlib.compressobj(9)
    packed = b"".join(bomb.compress(bytes(1 << 24)) for _ in range(8)) + bomb.flush()
    assert len(packed) < MAX_PACKED
    tracemalloc.start()
    start = time.thread_time()

    assert_refused(_F.TOO_LARGE, packed)

    elapsed = time.thread_time() - start
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert elapsed < 1
    assert peak < 64 * 1024 * 1024


def test_limits_hold_at_n_and_at_n_plus_one() -> None:
    """R14: 16 MiB unpacked are read, one octet more is not; 1 MiB packed likewise."""
    assert MAX_UNPACKED == len(inflate(zlib.compress(bytes(MAX_UNPACKED))))
    assert_refused(_F.TOO_LARGE, zlib.compress(bytes(MAX_UNPACKED + 1)))
    assert_refused(_F.MALFORMED, bytes(MAX_PACKED))
    assert_refused(_F.TOO_LARGE, bytes(MAX_PACKED + 1))


_WHOLE = zlib.compress(b"statuses")


@pytest.mark.parametrize(
    "octets",
    [
        pytest.param(_WHOLE + _WHOLE, id="two streams"),
        pytest.param(_WHOLE[:-1], id="truncated in its checksum"),
        pytest.param(_WHOLE[:6], id="truncated"),
        pytest.param(_WHOLE + b"\0", id="trailing octet"),
        pytest.param(_WHOLE[2:-4], id="raw deflate"),
        pytest.param(gzip.compress(b"statuses"), id="gzip"),
        pytest.param(_WHOLE[:-1] + b"\0", id="wrong checksum"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"statuses", id="not packed"),
    ],
)
def test_h43_anything_but_one_whole_stream_is_refused(octets: bytes) -> None:
    """H43: one ZLIB stream, complete, and nothing after it."""
    assert_refused(_F.MALFORMED, octets)


_LST = base64url.encode(_WHOLE)


@pytest.mark.parametrize(
    "value",
    [
        {"bits": 3, "lst": _LST},
        {"bits": 0, "lst": _LST},
        {"bits": 16, "lst": _LST},
        {"bits": -1, "lst": _LST},
        {"bits": True, "lst": _LST},
        {"bits": 1.0, "lst": _LST},
        {"bits": "1", "lst": _LST},
        {"bits": 1},
        {"lst": _LST},
        {"bits": 1, "lst": 5},
        {"bits": 1, "lst": _LST + "="},
        {"bits": 1, "lst": "*"},
        [],
        None,
        "list",
    ],
)
def test_h45_a_list_of_another_form_is_refused(value: JsonValue) -> None:
    """H45: 1, 2, 4 or 8 bits, and base64url."""
    with pytest.raises(StatusListError) as caught:
        StatusList.parse(value)
    assert _F.MALFORMED == caught.value.failure


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_h45_the_last_index_is_read_and_the_next_is_not(bits: int) -> None:
    """H45: the last valid index (+), then exactly the length, 2^63 and -1."""
    statuses = StatusList(bits, bytes(3))

    assert Status.VALID is statuses.status_at(24 // bits - 1)
    for index in (24 // bits, 2**63, -1):
        with pytest.raises(StatusListError) as caught:
            statuses.status_at(index)
        assert _F.INDEX_OUT_OF_RANGE == caught.value.failure


def test_a_status_has_a_name_or_is_refused() -> None:
    """7.1: 0 to 3 are known; what only its maker understands is never taken for valid."""
    statuses = StatusList.of(8, 6, enumerate([0, 1, 2, 3, 4, 15]))

    assert list(Status) == [statuses.status_at(index) for index in range(4)]
    assert Status.APPLICATION_SPECIFIC is statuses.status_at(3)
    for index in (4, 5):
        with pytest.raises(StatusListError) as caught:
            statuses.status_at(index)
        assert _F.STATUS_UNKNOWN == caught.value.failure


@pytest.mark.parametrize("value", [2, -1, 256])
def test_a_status_too_large_for_its_field_is_not_set(value: int) -> None:
    """It would change its neighbours."""
    with pytest.raises(StatusListError) as caught:
        StatusList.of(1, 8, [(0, value)])
    assert _F.STATUS_UNKNOWN == caught.value.failure


@pytest.mark.parametrize("index", [8, -1, 2**63])
def test_a_status_beyond_the_list_is_not_set(index: int) -> None:
    """A list of eight has no ninth, and counts from its beginning."""
    with pytest.raises(StatusListError) as caught:
        StatusList.of(1, 8, [(index, 1)])
    assert _F.INDEX_OUT_OF_RANGE == caught.value.failure
