"""The map against a recursion written from its definition alone, and lookups that lie."""

import random
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent.complete.buckets import (
    BUCKETS,
    Crown,
    bucket_of,
    bucket_root,
    bucket_with,
    hashes_in,
    labels_in,
)
from consent.complete.prefix_map import (
    EMPTY_MAP,
    Lookup,
    MapEnd,
    Step,
    bit_of,
    root_over,
    way_down,
)
from consent.errors import ConsentError, ConsentFailure


def naive_root(ends: Sequence[MapEnd]) -> bytes:
    """The definition of the map, word for word."""
    if not ends:
        return sha256(b"").digest()
    if len(ends) == 1:
        end = ends[0]
        return sha256(b"\0" + end.label + end.count.to_bytes(8, "big") + end.head).digest()
    bits = [f"{int.from_bytes(end.label, 'big'):0256b}" for end in ends]
    depth = next(at for at in range(256) if len({each[at] for each in bits}) == 2)
    left = [end for end, each in zip(ends, bits, strict=True) if each[depth] == "0"]
    right = [end for end, each in zip(ends, bits, strict=True) if each[depth] == "1"]
    octets = b"\1" + depth.to_bytes(2, "big") + naive_root(left) + naive_root(right)
    return sha256(octets).digest()


class BuiltMap:
    """A map made of buckets and crown, as the ledger keeps it."""

    def __init__(self) -> None:
        self.buckets: dict[int, bytes] = {}
        self.ends: dict[bytes, MapEnd] = {}
        self.crown = Crown()

    def put(self, ends: Sequence[MapEnd]) -> None:
        """Set some ends, in one go."""
        touched: dict[int, dict[bytes, bytes]] = {}
        for end in ends:
            self.ends[end.label] = end
            touched.setdefault(bucket_of(end.label), {})[end.label] = end.hash()
        for bucket, hashes in touched.items():
            self.buckets[bucket] = bucket_with(self.buckets.get(bucket, b""), hashes)
        roots = {bucket: bucket_root(self.buckets[bucket]) for bucket in touched}
        self.crown.put(self.crown.changed(roots))

    def look_up(self, label: bytes) -> Lookup:
        """Return the way down for any label."""
        if not self.ends:
            return Lookup(None, ())
        bucket, above = self.crown.way_down(label)
        octets = self.buckets[bucket]
        at, below = way_down(label, labels_in(octets), hashes_in(octets))
        return Lookup(self.ends[labels_in(octets)[at]], above + below)


def end_of(seed: int, bits: int = 256) -> MapEnd:
    """An end under a label whose first octets are alike when there are few ``bits``."""
    chance = random.Random(seed)
    label = (chance.getrandbits(bits) << 0).to_bytes(32, "big")
    return MapEnd(label, chance.randint(1, 9), chance.randbytes(32))


ENDS = st.lists(
    st.tuples(st.integers(0, 400), st.sampled_from((3, 9, 250, 256))).map(lambda it: end_of(*it)),
    max_size=40,
)


def distinct(ends: Sequence[MapEnd]) -> list[MapEnd]:
    return sorted({end.label: end for end in ends}.values(), key=lambda end: end.label)


@settings(max_examples=60, deadline=None)
@given(ENDS)
def test_the_root_is_that_of_the_definition(ends: list[MapEnd]) -> None:
    """
    One set of labels, one root: from the definition, in one pass, and by buckets in any order.
    """
    built = BuiltMap()
    for start in range(0, len(ends), 7):
        built.put(ends[start : start + 7])
    kept = distinct(list(built.ends.values()))
    again = Crown((bucket, bucket_root(octets)) for bucket, octets in built.buckets.items())

    expected = naive_root(kept)
    assert expected == root_over([end.label for end in kept], [end.hash() for end in kept])
    assert expected == built.crown.root == again.root


@settings(max_examples=60, deadline=None)
@given(ENDS, st.integers(0, 400))
def test_a_lookup_proves_presence_and_absence(ends: list[MapEnd], other: int) -> None:
    """
    Every label that is there is found with its end; one that is not is proven absent.
    """
    built = BuiltMap()
    built.put(ends)
    absent = end_of(other + 1000).label

    for end in built.ends.values():
        assert end == built.look_up(end.label).verify(end.label, expected_root=built.crown.root)
    assert built.look_up(absent).verify(absent, expected_root=built.crown.root) is None


def lookup_of_many() -> tuple[BuiltMap, MapEnd]:
    built = BuiltMap()
    ends = [end_of(seed) for seed in range(300)] + [end_of(seed, 9) for seed in range(30)]
    built.put(ends)
    return built, ends[7]


def refused(lookup: Lookup, label: bytes, root: bytes) -> None:
    with pytest.raises(ConsentError) as caught:
        lookup.verify(label, expected_root=root)
    assert ConsentFailure.PROOF_INVALID == caught.value.failure


def test_every_changed_bit_of_a_lookup_fails() -> None:
    """
    Count, head, label, each depth and each sibling: whatever is changed leads to another root.
    """
    built, end = lookup_of_many()
    root, good = built.crown.root, built.look_up(end.label)
    assert good.end is not None
    bad = [
        replace(good, end=replace(good.end, count=good.end.count + 1)),
        replace(good, end=replace(good.end, head=bytes(32))),
        replace(good, end=None),
        replace(good, path=good.path[1:]),
        replace(good, path=good.path[:-1]),
        replace(good, path=(*good.path, good.path[-1])),
        replace(good, path=good.path[::-1]),
        replace(good, path=(*good.path, Step(256, bytes(32)))),
        replace(good, path=(Step(-1, bytes(32)), *good.path)),
    ]
    for at, step in enumerate(good.path):
        sibling = bytes([step.sibling[0] ^ 1]) + step.sibling[1:]
        bad += [
            replace(good, path=(*good.path[:at], changed, *good.path[at + 1 :]))
            for changed in (replace(step, depth=step.depth + 1), replace(step, sibling=sibling))
        ]
    for bit in range(256):
        flipped = (int.from_bytes(end.label, "big") ^ 1 << bit).to_bytes(32, "big")
        bad.append(replace(good, end=replace(good.end, label=flipped)))

    for lookup in bad:
        refused(lookup, end.label, root)
    refused(Lookup(None, ()), end.label, root)
    refused(good, end.label, bytes(32))


def test_absence_cannot_be_claimed_for_a_label_that_is_there() -> None:
    """
    Every other label's own lookup, shown for this one, leaves its bits and is refused.
    """
    built, end = lookup_of_many()

    for other in built.ends:
        if other != end.label:
            refused(built.look_up(other), end.label, built.crown.root)


def test_the_empty_map_proves_absence_and_has_no_path() -> None:
    """
    A log whose first seal stands before every entry: nobody is in the map.
    """
    built = BuiltMap()

    assert EMPTY_MAP == built.crown.root == built.crown.bucket(7) == bucket_root(b"")
    assert Lookup(None, ()).verify(bytes(32), expected_root=EMPTY_MAP) is None
    refused(Lookup(None, (Step(0, bytes(32)),)), bytes(32), EMPTY_MAP)


def test_a_change_touches_its_own_way_alone() -> None:
    """
    The crown recomputes 17 nodes for one label, and shows a bucket's root as it is.
    """
    built, end = lookup_of_many()
    bucket = bucket_of(end.label)
    changed = built.crown.changed({bucket: bytes([1]) * 32})

    assert 17 == len(changed)
    assert bucket_root(built.buckets[bucket]) == built.crown.bucket(bucket)
    assert {1, BUCKETS + bucket} <= changed.keys()
    assert [0, 1] == [bit_of(bytes([1]), 6), bit_of(bytes([1]), 7)]
