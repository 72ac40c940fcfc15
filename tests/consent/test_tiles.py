"""Where the static files are: paths of C2SP tlog-tiles, and which files a tree has."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.errors import ConsentError, ConsentFailure
from consent.tlog.tiles import (
    TileAddress,
    decode_bundle,
    decode_hashes,
    encode_bundle,
    encode_hashes,
    files,
)


@pytest.mark.parametrize(
    ("address", "path"),
    [
        (TileAddress(0, 0, 256), "tile/0/000"),
        (TileAddress(0, 1234067, 256), "tile/0/x001/x234/067"),
        (TileAddress(1, 5, 8), "tile/1/005.p/8"),
        (TileAddress(None, 1000, 255), "tile/entries/x001/000.p/255"),
        (TileAddress(63, 0, 1), "tile/63/000.p/1"),
    ],
)
def test_paths_are_those_of_the_specification(address: TileAddress, path: str) -> None:
    """
    Groups of three digits, all but the last marked; the width only where it is partial.
    """
    assert path == address.path()
    assert address == TileAddress.parse(path)


@pytest.mark.parametrize(
    "path",
    ["tile/0/1", "tile/0/x000/001", "tile/0/001/x000", "tile/-1/000", "tile/0/000.p/256", "TILE"],
)
def test_every_other_spelling_is_no_file(path: str) -> None:
    """
    One file has one address.
    """
    with pytest.raises(ConsentError) as caught:
        TileAddress.parse(path)

    assert ConsentFailure.NOT_FOUND == caught.value.failure


@given(index=st.integers(0, 10**12), width=st.integers(1, 256), level=st.integers(0, 63))
def test_every_address_reads_back(index: int, width: int, level: int) -> None:
    """
    Path and address are two forms of one thing.
    """
    address = TileAddress(level, index, width)

    assert address == TileAddress.parse(address.path())


@given(entries=st.lists(st.binary(max_size=300), max_size=20))
def test_a_bundle_reads_back(entries: list[bytes]) -> None:
    """
    Entries after their lengths; what is cut off is counted and not read.
    """
    octets = encode_bundle(entries)

    assert (entries, 0) == decode_bundle(octets)
    assert (entries, 1) == decode_bundle(octets + b"x")
    if entries:
        assert entries[:-1] == decode_bundle(octets[:-1])[0]


def test_a_hash_tile_reads_back() -> None:
    """
    Hashes side by side; what is not a whole hash is left out.
    """
    hashes = [bytes([number]) * 32 for number in range(5)]

    assert hashes == decode_hashes(encode_hashes(hashes))
    assert hashes == decode_hashes(encode_hashes(hashes) + b"rest")


def test_a_trees_files_are_bundles_and_all_levels() -> None:
    """
    Partial tiles only at the right edge, and none that is empty.
    """
    assert [] == list(files(0))
    paths = [address.path() for address in files(65_537)]

    assert "tile/entries/256.p/1" in paths
    assert ["tile/1/000", "tile/2/000.p/1"] == paths[-2:]
    assert 257 + 257 + 1 + 1 == len(paths)
