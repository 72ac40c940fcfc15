"""Auditing a copy: what it proves, and that one flipped bit anywhere is named where it is."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from consent.auditing import tree
from consent.auditing.audit import audit
from consent.auditing.chains import Chains
from consent.auditing.export import export_log
from consent.auditing.order import PROBLEM_LIMIT, Followed, follow
from consent.auditing.report import Proved, Report
from consent.forms.entry import EntryType, Leaf
from consent.ledger import Ledger
from consent.tlog.checkpoint import Checkpoint, sign_checkpoint
from consent.tlog.growth import EMPTY_EDGE, grow
from consent.tlog.merkle import EMPTY_ROOT, leaf_hash, root_of
from consent.tlog.signed_note import NoteSigner, VerifierKey
from consent.tlog.tiles import bundles, decode_bundle, encode_bundle, encode_hashes, files
from keys.jwk import Algorithm
from keys.signer import SoftwareSigner
from tests.consent.world import ORIGIN, World, authorised

Copy = dict[str, bytes]


def leaves_of(count: int) -> list[bytes]:
    """Return entries in three labels' chains."""
    leaves: list[bytes] = []
    ends: list[tuple[int, bytes | None]] = [(0, None)] * 3
    for index in range(count):
        number, previous = ends[index % 3]
        label = bytes([index % 3]) * 32
        leaf = Leaf(EntryType.CONSENT, label, number + 1, previous, os.urandom(32))
        ends[index % 3] = leaf.number, leaf.hash()
        leaves.append(leaf.octets())
    return leaves


def log_of(leaves: list[bytes], signer: NoteSigner) -> Copy:
    """Return the files of a log, written by a second hand: no store, no ledger."""
    levels = [[leaf_hash(leaf) for leaf in leaves]]
    while len(levels[-1]) >= 256:
        below = levels[-1]
        whole = range(0, len(below) - 255, 256)
        levels.append([root_of(below[at : at + 256]) for at in whole])
    copy = {}
    for address in files(len(leaves)):
        start, end = address.start, address.start + address.width
        if address.level is None:
            copy[address.path()] = encode_bundle(leaves[start:end])
        else:
            copy[address.path()] = encode_hashes(levels[address.level][start:end])
    root = grow(EMPTY_EDGE, levels[0]).root if leaves else EMPTY_ROOT
    checkpoint = Checkpoint(ORIGIN, len(leaves), root)
    copy["checkpoint"] = sign_checkpoint(checkpoint, signer).encode()
    copy["vkey"] = f"{signer.verifier_key.text()}\n".encode()
    return copy


def flipped(copy: Copy, path: str, at: int, bit: int) -> Copy:
    octets = bytearray(copy[path])
    octets[at] ^= 1 << bit
    return copy | {path: bytes(octets)}


def indexes(report: Report) -> list[int | None]:
    return [problem.index for problem in report.problems]


@pytest.fixture(scope="module")
def signer() -> NoteSigner:
    return NoteSigner(ORIGIN, SoftwareSigner.generate(Algorithm.ED25519))


@pytest.fixture(scope="module")
def small(signer: NoteSigner) -> Copy:
    return log_of(leaves_of(5), signer)


@pytest.fixture(scope="module")
def large(signer: NoteSigner) -> Copy:
    return log_of(leaves_of(600), signer)


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 600])
def test_a_sound_copy_is_consistent(signer: NoteSigner, size: int) -> None:
    """
    The first line claims consistency and nothing more.
    """
    report = audit(log_of(leaves_of(size), signer).get, key=signer.verifier_key)

    assert report.ok
    assert Proved.CONSISTENT == report.proved
    assert report.first_line().startswith(f"consistent: {size} entries")
    assert "needs a checkpoint you kept" in report.first_line()
    assert report.root is not None
    expected = {"ok": True, "proved": "consistent", "size": size, "root": report.root.hex()}
    alone: dict[str, object] = {"since": None, "witnesses": None, "problems": []}
    counts = {"consent": size} if size else {}
    assert {**expected, **alone, "counts": counts} == report.as_dict()


def entry_at(copy: Copy, path: str, at: int, start: int) -> int:
    """Return the entry that an octet of a bundle belongs to."""
    entries, _ = decode_bundle(copy[path])
    end = 0
    for index, entry in enumerate(entries, start):
        end += 2 + len(entry)
        if at < end:
            return index
    raise AssertionError


def expected_place(copy: Copy, path: str, at: int) -> tuple[int | None, str]:
    """Return the entry index and file that a problem about this octet must name."""
    if not path.startswith("tile/"):
        return None, path
    if path.startswith("tile/entries/"):
        index = entry_at(copy, path, at, 256 * int(path.split("/")[2].split(".", maxsplit=1)[0]))
        return index, f"entry {index}:"
    level, tile = path.removeprefix("tile/").split(".")[0].split("/")
    return (256 * int(tile) + at // 32) * 256 ** int(level), f"{path}: hash {at // 32},"


def test_every_flipped_bit_of_a_small_log_is_named_r13(small: Copy) -> None:
    """
    R13, T21: every byte of every file of the copy, one bit each: never passes, always named.
    """
    for path, octets in small.items():
        for at in range(len(octets)):
            report = audit(flipped(small, path, at, at % 8).get)

            index, what = expected_place(small, path, at)
            assert not report.ok, (path, at)
            assert Proved.NOTHING == report.proved
            assert [index] == indexes(report), (path, at, report.problems)
            assert report.problems[0].what.startswith(what), (path, at, report.problems)


def test_flipped_bits_of_a_log_of_several_tiles_are_named_r13(large: Copy) -> None:
    """
    R13: three bundles and two levels of tiles, at a few hundred places of all files.
    """
    for path, octets in large.items():
        for at in range(0, len(octets), 1 + len(octets) // 25):
            report = audit(flipped(large, path, at, at % 8).get)

            index, what = expected_place(large, path, at)
            assert [index] == indexes(report), (path, at, report.problems)
            assert report.problems[0].what.startswith(what), (path, at, report.problems)


def test_every_missing_file_is_named(large: Copy) -> None:
    """
    A file that is not there is a problem of its own, and never an exception.
    """
    for path in large:
        report = audit({name: large[name] for name in large if name != path}.get)

        assert not report.ok
        assert any(problem.what == f"{path}: the file is missing" for problem in report.problems)


@pytest.mark.parametrize("path", ["tile/0/001", "tile/entries/001", "tile/1/000.p/2"])
def test_octets_too_many_or_too_few_are_found(large: Copy, path: str) -> None:
    """
    A file cut short, or with something after its end.
    """
    octets = large[path]
    for changed in (octets[:-1], octets[:-40], octets + b"x", octets + bytes(32)):
        report = audit((large | {path: changed}).get)

        assert not report.ok
        assert Proved.NOTHING == report.proved


def test_an_emptied_file_is_named(large: Copy) -> None:
    """
    A file with nothing in it is no file of the log, at every level (T21).
    """
    for path in large:
        report = audit((large | {path: b""}).get)

        assert Proved.NOTHING == report.proved
        assert any(problem.what.startswith(path) for problem in report.problems), path


def test_what_two_files_dispute_and_nothing_settles_is_said(large: Copy) -> None:
    """
    Entry, hash and the level above all wrong: the entry is named as disputed.
    """
    copy = flipped(large, "tile/entries/000", 10, 0)
    copy = flipped(copy, "tile/1/000.p/2", 3, 0)

    report = audit(copy.get)

    assert 0 in indexes(report)
    assert any("disagree" in problem.what for problem in report.problems)
    emptied = audit((copy | {"tile/entries/000": b"", "tile/0/000": b""}).get)
    assert not emptied.ok


def test_a_flood_of_problems_is_cut(large: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    A hostile copy cannot fill the auditor's memory.
    """
    monkeypatch.setattr(tree, "PROBLEM_LIMIT", 3)

    report = audit((large | {"tile/0/000": bytes(8192)}).get)

    assert 3 == len(report.problems)
    assert report.first_line().startswith("nothing proved: 3 problems in 600 entries")
    assert {"index": 0, "what": report.problems[0].what} == report.problems[0].as_dict()


def test_a_boundless_log_without_files_is_given_up_soon(signer: NoteSigner) -> None:
    """
    A hostile copy signs for 2^60 entries and has none: the auditor is not kept busy for ever.
    """
    boundless = sign_checkpoint(Checkpoint(ORIGIN, 2**60, EMPTY_ROOT), signer).encode()

    report = audit({"checkpoint": boundless, "vkey": signer.verifier_key.text().encode()}.get)

    assert Proved.NOTHING == report.proved
    assert PROBLEM_LIMIT == len(report.problems)


def test_a_rewritten_log_is_found_by_a_kept_checkpoint_t22(signer: NoteSigner) -> None:
    """
    T22: rewritten with correct hashes and the real key, it is consistent; who kept a checkpoint
    knows that it is not the log of then.
    """
    kept = log_of(leaves_of(300), signer)["checkpoint"].decode()
    rewritten = log_of(leaves_of(400), signer)

    assert audit(rewritten.get).ok
    report = audit(rewritten.get, since=kept)

    assert not report.ok
    assert Proved.CONSISTENT == report.proved
    assert "history was rewritten: the first 300 entries" in report.problems[0].what


@pytest.mark.parametrize("older", [0, 1, 255, 256, 300, 512, 600])
def test_a_log_that_only_grew_is_unchanged_since_r7(signer: NoteSigner, older: int) -> None:
    """
    R7: every older checkpoint still holds, and the first line says since which.
    """
    leaves = leaves_of(600)
    kept = log_of(leaves[:older], signer)["checkpoint"].decode()

    report = audit(log_of(leaves, signer).get, since=kept)

    assert report.ok
    assert Proved.UNCHANGED == report.proved
    assert report.first_line().startswith(f"unchanged since the checkpoint of {older} entries")


def test_a_shrunken_log_is_found(small: Copy, signer: NoteSigner) -> None:
    """
    A checkpoint of more entries than the log has now.
    """
    kept = log_of(leaves_of(6), signer)["checkpoint"].decode()

    report = audit(small.get, since=kept)

    assert "the log has shrunk" in report.problems[0].what


def test_a_kept_checkpoint_must_be_the_logs_own(small: Copy) -> None:
    """
    A file that is no checkpoint of this log proves nothing about it, and the report says so.
    """
    other = NoteSigner(ORIGIN, SoftwareSigner.generate(Algorithm.ED25519))
    kept = log_of(leaves_of(2), other)["checkpoint"].decode()

    report = audit(small.get, since=kept)

    assert Proved.CONSISTENT == report.proved
    assert "the checkpoint you kept: no known key" in report.problems[0].what


def test_a_copy_of_another_log_is_refused(small: Copy) -> None:
    """
    The key the auditor brought is believed, not the one in the copy.
    """
    other = NoteSigner(ORIGIN, SoftwareSigner.generate(Algorithm.ED25519))

    report = audit(small.get, key=other.verifier_key)

    assert "another log" in report.problems[0].what
    assert VerifierKey.parse(small["vkey"].decode()) != other.verifier_key


def test_a_signed_root_that_is_not_the_entries_is_found(small: Copy, signer: NoteSigner) -> None:
    """
    A checkpoint of the right size and key over something else.
    """
    other = log_of(leaves_of(5), signer)["checkpoint"]

    report = audit((small | {"checkpoint": other}).get)

    assert [None] == indexes(report)
    assert "its root is not that of the entries" in report.problems[0].what


def test_entries_out_of_their_labels_order_are_named_t21(signer: NoteSigner) -> None:
    """
    T21: an operator that drops, repeats or reorders entries before signing breaks a chain.
    """
    leaves = leaves_of(9)
    dropped = audit(log_of(leaves[:3] + leaves[4:], signer).get)
    reordered = audit(log_of([*leaves[:3], leaves[6], *leaves[4:6], leaves[3]], signer).get)
    no_entry = audit(log_of([*leaves[:3], b"a claim's value"], signer).get)

    assert [5] == indexes(dropped)
    assert [3, 6] == indexes(reordered)
    assert [3] == indexes(no_entry)
    assert "does not continue its label" in dropped.problems[0].what


@pytest.mark.parametrize("previous", ["kept", "changed"])
def test_an_entry_changed_with_its_hash_is_named_by_its_label(large: Copy, previous: str) -> None:
    """
    Bundle and lowest tile changed together: the tile above names 256 entries, the chain of the
    label says which of them it is.
    """
    entries, _ = decode_bundle(large["tile/entries/000"])
    before = leaf_hash(entries[17]) if previous == "kept" else bytes(32)
    entries[20] = Leaf(EntryType.CONSENT, bytes([2]) * 32, 7, before, bytes(32)).octets()
    hashes = [leaf_hash(entry) for entry in entries]
    changed = {"tile/entries/000": encode_bundle(entries), "tile/0/000": encode_hashes(hashes)}

    report = audit((large | changed).get)

    assert [20] == indexes(report)
    what = "hash 0, over entries 0 to 255, is wrong: its label's chain points at entry 20"
    assert what in report.problems[0].what


def test_what_no_chain_tells_is_named_by_its_tile(large: Copy) -> None:
    """
    A wrong hash above sound entries contradicts no chain, and stays one of 256.
    """
    report = audit(flipped(large, "tile/1/000.p/2", 3, 0).get)

    assert [0] == indexes(report)
    assert report.problems[0].what.endswith("over entries 0 to 255, is wrong")


@pytest.mark.parametrize("missing", [None, "tile/entries/001", "tile/0/001"])
def test_what_is_followed_elsewhere_comes_to_the_same(large: Copy, missing: str | None) -> None:
    """
    Tree here, entries in another process: the same report, whatever is missing.
    """
    copy = {path: octets for path, octets in large.items() if path != missing}

    def beside(size: int, log_label: bytes) -> Callable[[], Followed]:
        return lambda: follow(copy.get, size, log_label)

    here, both = audit(copy.get), audit(copy.get, beside=beside)

    assert here.problems == both.problems
    assert missing is not None or here == both


def test_a_label_made_of_anothers_octets_is_a_label_of_its_own() -> None:
    """
    Whoever may choose a label may choose one that stands across two others in the auditor's rows.
    """
    one = bytes([7]) * 32
    across = one[16:] + (1).to_bytes(8, "big") + (0).to_bytes(8, "big")
    chains = Chains()
    leaves = [Leaf(EntryType.CONSENT, label, 1, None, bytes(32)) for label in (one, across)]
    for index, leaf in enumerate(leaves):
        chains.take(index, leaf, leaf.hash())
    again = Leaf(EntryType.USED, across, 2, leaves[1].hash(), bytes(32))
    chains.take(2, again, again.hash())

    assert [] == chains.problems
    chains.take(3, again, again.hash())
    assert [3] == [problem.index for problem in chains.problems]


async def test_an_export_of_a_live_log_audits(
    ledger: Ledger, world: World, tmp_path: Path
) -> None:
    """
    Through the static files alone, into a folder, and audited from there.
    """
    for _ in range(7):
        await ledger.append(authorised())

    def write(path: str, octets: bytes) -> None:
        file = tmp_path / "copy" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(octets)

    def read(path: str) -> bytes | None:
        file = tmp_path / "copy" / path
        return file.read_bytes() if file.is_file() else None

    exported = await export_log(ledger.file, write)
    report = audit(read, key=ledger.log_key)

    assert report.ok
    assert {"size": 7, "root": report.as_dict()["root"]} == exported.as_dict()
    assert len(list(bundles(7))) == 1
