"""An auditor replays the map: every root from the entries alone, the first wrong one named."""

import os
from collections.abc import Sequence
from dataclasses import replace

import pytest

from consent.auditing import replay
from consent.auditing.audit import audit
from consent.auditing.replay import MapReplay
from consent.auditing.report import Proved
from consent.complete.prefix_map import EMPTY_MAP, MapEnd
from consent.forms.entry import EntryType, Leaf, log_label
from consent.tlog.signed_note import NoteSigner
from tests.consent.complete.test_prefix_map import naive_root
from tests.consent.test_audit import log_of as log_of_octets
from tests.consent.world import ORIGIN, World

LOG = log_label(ORIGIN)


def log_of(labels: Sequence[bytes], *, seal_each: int) -> list[Leaf]:
    """A log of chained entries under these labels, sealed by the map's definition."""
    ends: dict[bytes, MapEnd] = {}
    leaves: list[Leaf] = []
    seals: list[Leaf] = []

    def seal() -> None:
        root = naive_root([end for end in ends.values() if end.label != LOG])
        previous = seals[-1].hash() if seals else None
        leaf = Leaf(EntryType.MAP, LOG, len(seals) + 1, previous, root)
        seals.append(leaf)
        leaves.append(leaf)

    seal()
    for at, label in enumerate(labels, 1):
        end = ends.get(label)
        number, previous = (end.count + 1, end.head) if end is not None else (1, None)
        leaf = Leaf(EntryType.CONSENT, label, number, previous, os.urandom(32))
        ends[label] = MapEnd(label, number, leaf.hash())
        leaves.append(leaf)
        if at % seal_each == 0:
            seal()
    return leaves


def replayed(leaves: Sequence[Leaf]) -> list[tuple[int | None, str]]:
    """Take in all leaves; return what was found."""
    run = MapReplay(LOG)
    for index, leaf in enumerate(leaves):
        run.take(index, leaf, leaf.hash())
    return [(problem.index, problem.what) for problem in run.problems]


@pytest.fixture
def leaves() -> list[Leaf]:
    """Forty labels, most of them twice, some in one bucket, sealed each seven entries."""
    labels = [os.urandom(32) for _ in range(30)] + [bytes(2) + os.urandom(30) for _ in range(10)]
    return log_of(labels + labels[5:35], seal_each=7)


@pytest.mark.parametrize("waiting", [4096, 3], ids=["sealed first", "applied before"])
def test_every_root_is_reproduced_from_the_entries(
    leaves: list[Leaf], waiting: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The empty map, new labels, further entries of old ones: nothing to say, however often applied.
    """
    monkeypatch.setattr(replay, "_WAITING", waiting)

    assert EMPTY_MAP == leaves[0].commitment
    assert [] == replayed(leaves)


@pytest.mark.parametrize("hidden", [3, 16, 60])
def test_an_entry_that_the_map_leaves_out_is_found(leaves: list[Leaf], hidden: int) -> None:
    """
    R5: sealed without one entry, the first seal after it is named, and no other.
    """
    following = next(at for at in range(hidden, len(leaves)) if leaves[at].label == LOG)
    other = replace(leaves[hidden], commitment=bytes(32))

    found = replayed([*leaves[:hidden], other, *leaves[hidden + 1 :]])

    what = f"entry {following}: the map it seals is not that of the entries before it"
    assert [(following, what)] == found


def test_a_wrong_root_is_named_by_its_entry(leaves: list[Leaf]) -> None:
    """
    A bit of a seal's commitment; and a map under somebody's label, which is none of the log's.
    """
    at = next(at for at in range(9, len(leaves)) if leaves[at].label == LOG)
    wrong = replace(leaves[at], commitment=bytes(32))
    foreign = replace(leaves[3], type=EntryType.MAP)

    assert [at] == [index for index, _ in replayed([*leaves[:at], wrong, *leaves[at + 1 :]])]
    assert [3] == [index for index, _ in replayed([*leaves[:3], foreign, *leaves[4:]])]


def test_what_else_the_log_says_of_itself_is_in_no_map(leaves: list[Leaf]) -> None:
    """
    A rotated key or a frozen log is an entry of the log's label: the next seal leaves it out.
    """
    rotated = Leaf(EntryType.ROTATED, LOG, 2, bytes(32), bytes(32))

    assert [] == replayed([*leaves[:4], rotated, *leaves[4:]])


def test_an_audit_names_the_first_wrong_map(leaves: list[Leaf], world: World) -> None:
    """
    A signed, consistent log whose map hides an entry proves nothing: the seal is named.
    """
    signer = NoteSigner(ORIGIN, world.log_signer)
    at = next(at for at in range(9, len(leaves)) if leaves[at].label == LOG)
    wrong = [*leaves[:at], replace(leaves[at], commitment=bytes(32))]
    sound = audit(log_of_octets([leaf.octets() for leaf in leaves], signer).get)
    report = audit(log_of_octets([leaf.octets() for leaf in wrong], signer).get)

    assert sound.ok
    assert Proved.NOTHING == report.proved
    assert [at] == [problem.index for problem in report.problems]
    assert "the map it seals is not that" in report.problems[0].what
