"""Logs made by us, before a verifier that shares nothing with us: in Node, from C2SP alone."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from consent.auditing.export import export_log
from consent.complete.prefix_map import MapEnd, root_over
from consent.forms.entry import EntryType, Leaf, log_label
from consent.tlog.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from consent.tlog.cosignature import Cosigner
from consent.tlog.merkle import inclusion_proof, leaf_hash, root_of
from consent.tlog.signed_note import NoteSigner
from consent.tlog.tlog_proof import TlogProof
from keys.jwk import Algorithm
from keys.signer import SoftwareSigner
from tests.conftest import absent
from tests.consent.test_audit import leaves_of, log_of
from tests.consent.world import ORIGIN, World, authorised, fresh_engine, journal_of

FOLDER = Path(__file__).parent
VERIFIER = FOLDER / "verify.mjs"
PUBLISHED = FOLDER.parents[1] / "docs" / "vectors" / "tlog.json"
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
# One full tile with its root above it, and a partial one.
SIZE = 300

WITNESS = Cosigner("witness.example/w1", SoftwareSigner.generate(Algorithm.ED25519))

Change = Callable[[bytes], bytes]


def run(script: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    node = shutil.which("node")
    if node is None:
        absent("no node: the independent verifier runs on it")
    return subprocess.run(
        [str(node), script, *words], capture_output=True, text=True, timeout=60, check=False
    )


def answer(*words: str | Path) -> dict[str, Any]:
    """Run the verifier, and return the line it printed."""
    done = run(VERIFIER, *words)
    assert "" == done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    assert said["ok"] == (done.returncode == 0)
    return said


@dataclass(frozen=True)
class Made:
    """A folder with a log, its key, its witness's key, and an entry with its proof."""

    folder: Path
    log: NoteSigner
    witness: Cosigner
    leaves: list[bytes]

    @property
    def keys(self) -> tuple[str | Path, ...]:
        return ("--log", self.folder / "vkey", "--witness", self.folder / "witness.vkey")

    def write(self, path: str, octets: bytes) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(octets)

    def cosigned(self, size: int) -> bytes:
        """Return the checkpoint of the first entries, cosigned."""
        root = root_of(map(leaf_hash, self.leaves[:size]))
        checkpoint = Checkpoint(ORIGIN, size, root)
        line = self.witness.line(checkpoint.text(), NOW)
        return (sign_checkpoint(checkpoint, self.log) + line).encode()

    def proof(self, index: int) -> TlogProof:
        """Return the proof of one entry in the whole log."""
        hashes = list(map(leaf_hash, self.leaves))
        path = inclusion_proof(
            index,
            len(hashes),
            lambda level, at: root_of(hashes[at << level : (at + 1) << level]),
        )
        return TlogProof(index, path, self.cosigned(len(hashes)).decode())

    def said_of_the_log(self, *words: str | Path) -> dict[str, Any]:
        return answer("log", self.folder, *self.keys, *words)

    def said_of_the_proof(self) -> dict[str, Any]:
        return answer("proof", self.folder / "entry.tlog-proof", self.folder / "entry", *self.keys)


def made(folder: Path, size: int) -> Made:
    """Return a log of this size with everything in one folder."""
    log = NoteSigner(ORIGIN, SoftwareSigner.generate(Algorithm.ED25519))
    new = Made(folder, log, WITNESS, leaves_of(size))
    for path, octets in log_of(new.leaves, log).items():
        new.write(path, octets)
    new.write("checkpoint", new.cosigned(size))
    new.write("witness.vkey", f"{WITNESS.verifier_key.text()}\n".encode())
    return new


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Made:
    new = made(tmp_path_factory.mktemp("log"), SIZE)
    new.write("entry", new.leaves[260])
    new.write("entry.tlog-proof", new.proof(260).text().encode())
    new.write("kept", new.cosigned(100))
    return new


@pytest.fixture
def restored(log: Made) -> Iterator[Made]:
    """The log, whose files are put back after the test."""
    before = {path: path.read_bytes() for path in log.folder.rglob("*") if path.is_file()}
    yield log
    for path in log.folder.rglob("*"):
        if path.is_file() and path not in before:
            path.unlink()
    for path, octets in before.items():
        path.write_bytes(octets)


def test_it_agrees_with_the_published_vectors() -> None:
    """
    Checkpoints, cosignatures, proofs and policies of docs/vectors/tlog.json, refused ones too.
    """
    done = run(FOLDER / "vectors.mjs", PUBLISHED)

    assert {"ok": True, "count": 38} == json.loads(done.stdout), done.stderr


def test_it_accepts_a_log_of_ours(log: Made) -> None:
    """
    Notes, tiles of every level, entry bundles, the witness's time, and a kept checkpoint.
    """
    said = log.said_of_the_log("--since", log.folder / "kept")

    root = root_of(map(leaf_hash, log.leaves))
    witnesses = [{"name": "witness.example/w1", "time": int(NOW.timestamp())}]
    assert {"ok": True, "size": SIZE, "root": root.hex(), "cosigned": witnesses} == said


@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257, 512])
def test_it_accepts_logs_of_all_shapes(tmp_path: Path, size: int) -> None:
    """
    Without entries, at the edges of tiles, and each consistent with some older checkpoint.
    """
    one = made(tmp_path, size)
    one.write("kept", one.cosigned(size // 2))

    assert size == one.said_of_the_log("--since", one.folder / "kept").get("size")


def test_it_accepts_a_log_that_has_changed_its_key(restored: Made) -> None:
    """
    Two keys in the file, one line in the checkpoint; keys of two names are no log's.
    """
    new = NoteSigner(ORIGIN, SoftwareSigner.generate(Algorithm.ED25519))
    stranger = NoteSigner("other.example", SoftwareSigner.generate(Algorithm.ED25519))
    old = restored.log.verifier_key.text()

    restored.write("vkey", f"{new.verifier_key.text()}\n{old}\n".encode())
    assert restored.said_of_the_log()["ok"]
    restored.write("vkey", f"{stranger.verifier_key.text()}\n{old}\n".encode())
    assert "one name" in restored.said_of_the_log()["reason"]


def test_it_accepts_a_proof_of_ours(log: Made) -> None:
    """
    A tlog-proof and the entry's octets are all it takes.
    """
    said = log.said_of_the_proof()

    assert (True, 260, SIZE) == (said["ok"], said["index"], said["size"])
    assert 1 == len(said["cosigned"])


async def test_it_accepts_what_a_running_ledger_exports(tmp_path: Path) -> None:
    """
    Not only our formats but our ledger: entries appended, exported through its static files.
    """
    engine: AsyncEngine = await fresh_engine(tmp_path / "consent.sqlite")
    ledger = World().ledger(engine)
    await ledger.start()
    for _ in range(3):
        for _ in range(7):
            await ledger.append(authorised())
        await ledger._sequencer.run(journal_of(ledger).append, [authorised()], seal=True)
    folder = tmp_path / "copy"

    def write(path: str, octets: bytes) -> None:
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(octets)

    await export_log(ledger.file, write)
    await ledger.close()
    await engine.dispose()

    said = answer("map", folder, "--log", folder / "vkey")
    signed = open_checkpoint((folder / "checkpoint").read_text(), log_key=ledger.log_key)
    assert (True, signed.size, signed.root.hex()) == (said["ok"], said["size"], said["root"])
    assert 2 <= said["seals"]


def test_it_finds_a_seal_of_another_map(tmp_path: Path) -> None:
    """
    Correct hashes, a correct signature, and a map that leaves one label out.
    """
    log = NoteSigner(ORIGIN, SoftwareSigner.generate(Algorithm.ED25519))
    entries = [Leaf.parse(octets) for octets in leaves_of(3)]
    ends = {leaf.label: MapEnd(leaf.label, leaf.number, leaf.hash()) for leaf in entries}

    for left_out, expected in ((0, None), (1, "entry 3: seals another map")):
        kept = sorted(ends)[left_out:]
        root = root_over(kept, [ends[label].hash() for label in kept])
        seal = Leaf(EntryType.MAP, log_label(ORIGIN), 1, None, root)
        one = Made(tmp_path / str(left_out), log, WITNESS, [])
        for path, octets in log_of([leaf.octets() for leaf in (*entries, seal)], log).items():
            one.write(path, octets)
        said = answer("map", one.folder, "--log", one.folder / "vkey")
        assert expected == said.get("reason"), said


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("checkpoint", ""),
        ("vkey", "vkey"),
        ("tile/0/000", "entry"),
        ("tile/0/001.p/44", "entry"),
        ("tile/1/000.p/1", "level 1"),
        ("tile/entries/000", ""),
        ("tile/entries/001.p/44", ""),
        ("kept", ""),
    ],
)
@pytest.mark.parametrize("part", [0.0, 0.49, 1.0])
def test_it_refuses_one_flipped_bit_h97(
    restored: Made, path: str, reason: str, part: float
) -> None:
    """
    H97: at the beginning, the middle and the end of each kind of file.
    """
    file = restored.folder / path
    octets = bytearray(file.read_bytes())
    octets[int(part * (len(octets) - 1))] ^= 1
    file.write_bytes(octets)

    said = restored.said_of_the_log("--since", restored.folder / "kept")

    assert not said["ok"]
    assert reason in said["reason"]


@pytest.mark.parametrize("at", [0, 24, 40, 60, 300, 460, 620, -1])
def test_it_refuses_a_changed_proof_h98(restored: Made, at: int) -> None:
    """
    H98: header, index, hashes, checkpoint, signature; and another entry under the same proof.
    """
    file = restored.folder / "entry.tlog-proof"
    octets = bytearray(file.read_bytes())
    octets[at] ^= 1
    file.write_bytes(octets)

    assert not restored.said_of_the_proof()["ok"]


def test_it_refuses_another_entry_under_a_proof_h98(restored: Made) -> None:
    """
    H98: the proof names a place, and only one entry is there.
    """
    restored.write("entry", restored.leaves[259])

    assert "does not lead" in restored.said_of_the_proof()["reason"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        pytest.param(lambda octets: octets[:-32], "44 hashes", id="cut"),
        pytest.param(lambda octets: octets + bytes(32), "44 hashes", id="longer"),
        pytest.param(None, "is missing", id="missing"),
    ],
)
def test_it_refuses_a_tile_of_another_width(
    restored: Made, change: Change | None, reason: str
) -> None:
    """
    A tile has exactly the hashes that the size implies.
    """
    file = restored.folder / "tile/0/001.p/44"
    if change is None:
        file.unlink()
    else:
        file.write_bytes(change(file.read_bytes()))

    assert reason in restored.said_of_the_log()["reason"]


def test_older_partial_tiles_must_agree(restored: Made) -> None:
    """
    What was published for an earlier size may stay, and must say the same.
    """
    tile = (restored.folder / "tile/0/001.p/44").read_bytes()
    restored.write("tile/0/001.p/3", tile[:96])
    assert restored.said_of_the_log()["ok"]

    restored.write("tile/0/001.p/3", tile[32:128])
    assert "differs" in restored.said_of_the_log()["reason"]


def test_a_rewritten_log_is_found_by_a_kept_checkpoint(restored: Made, tmp_path: Path) -> None:
    """
    One entry exchanged, every hash and signature correct again: only the old checkpoint tells.
    """
    leaves = [*restored.leaves[:50], b"another entry", *restored.leaves[51:]]
    for path, octets in log_of(leaves, restored.log).items():
        restored.write(path, octets)

    assert restored.said_of_the_log()["ok"]
    said = restored.said_of_the_log("--since", restored.folder / "kept")
    assert "kept checkpoint: history was rewritten" == said["reason"]


def test_a_shorter_log_is_found_by_a_kept_checkpoint(log: Made, tmp_path: Path) -> None:
    """
    A log that lost its end cannot continue a longer one.
    """
    short = Made(tmp_path, log.log, log.witness, log.leaves[:50])
    for path, octets in log_of(short.leaves, log.log).items():
        short.write(path, octets)
    short.write("witness.vkey", (log.folder / "witness.vkey").read_bytes())

    said = short.said_of_the_log("--since", log.folder / "kept")
    assert "kept checkpoint: the log has become shorter" == said["reason"]


def test_a_forged_cosignature_refuses_the_checkpoint_h97(restored: Made) -> None:
    """
    H97: the line of a known witness over another checkpoint.
    """
    note = (restored.folder / "checkpoint").read_text()
    other = restored.cosigned(299).decode()
    restored.write(
        "checkpoint",
        (note.rpartition("\u2014")[0] + "\u2014" + other.rpartition("\u2014")[2]).encode(),
    )

    assert "the cosignature is not of this" in restored.said_of_the_log()["reason"]
