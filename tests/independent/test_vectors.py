"""The vectors of our own formats, checked in another language from the documentation's text."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import absent

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "vectors"

Place = tuple[str | int, ...]


def check(folder: Path) -> dict[str, Any]:
    node = shutil.which("node")
    if node is None:
        absent("no node: the checker of the vectors runs on it")
    done = subprocess.run(
        [str(node), FOLDER / "check.mjs", folder],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "" == done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    assert said["ok"] == (done.returncode == 0)
    return said


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the vectors to change."""
    for file in FOLDER.glob("*.json"):
        shutil.copy(file, tmp_path)
    return tmp_path


def changed(folder: Path, name: str, place: Place, change: Callable[[Any], Any]) -> None:
    file = folder / f"{name}.json"
    vector = json.loads(file.read_text())
    inner: Any = vector
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = change(inner[place[-1]])
    file.write_text(json.dumps(vector, ensure_ascii=False))


def another(value: Any) -> Any:
    """Return a value of the same form: another digit or letter, another number."""
    if isinstance(value, int):
        return value + 1
    at = len(value) // 2
    return value[:at] + ("A" if value[at] != "A" else "B") + value[at + 1 :]


def test_every_vector_holds() -> None:
    """
    Canonical JSON, hashes, labels, MACs, entries, receipts, codes: nothing of ours is asked.
    """
    said = check(FOLDER)

    assert said["ok"], said["reason"]
    assert 100 < said["count"]


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("leaf", ("leaves", 0, "hash")),
        ("leaf", ("leaves", 2, "text")),
        ("leaf", ("leaves", 1, "number")),
        ("submission", ("holder_secret",)),
        ("submission", ("pairs", 1, "year")),
        ("submission", ("pairs", 2, "mac_key")),
        ("submission", ("entry", "mac")),
        ("submission", ("payload", "commitment")),
        ("terms", ("valid", 0, "terms", "sender")),
        ("terms", ("valid", 0, "canonical")),
        ("terms", ("valid", 1, "sha256")),
        ("terms", ("valid", 0, "random")),
        ("record", ("record", "language")),
        ("record", ("salt",)),
        ("record", ("commitment",)),
        ("record", ("disclosure", "digests", 0)),
        ("record", ("key_binding", "sha256")),
        ("receipt", ("vkey",)),
        ("receipt", ("receipts", 0, "record", "event_time")),
        ("receipt", ("receipts", 0, "terms", "jurisdiction")),
        ("receipt", ("receipts", 1, "leaf")),
        ("receipt", ("receipts", 1, "proof")),
        ("receipt", ("receipts", 0, "holder_signature")),
        ("receipt", ("receipts", 0, "countersignature")),
        ("receipt-3", ("receipts", 0, "offline", "kb_jwts", 0)),
        ("receipt-3", ("receipts", 0, "disclosure_salt")),
        ("receipt-3", ("receipts", 1, "offline", "request_object")),
        ("receipt-3", ("receipts", 1, "offline", "presentations", 1, "holder_part")),
        ("receipt-3", ("receipts", 1, "offline", "presentations", 1, "issuer_part")),
        ("receipt-3", ("receipts", 1, "offline", "presentations", 1, "disclosed_digests", 0)),
        ("receipt-1", ("receipts", 0, "record", "language")),
        ("receipt-1", ("receipts", 1, "log", "index")),
        ("submission", ("payload", "deposit", "salt")),
        ("completeness", ("cases", 0, "as_of")),
        ("completeness", ("cases", 0, "proof", "lookup", "path", 0, "sibling")),
        ("completeness", ("cases", 0, "proof", "entries", 1, "leaf")),
        ("states", ("cases", 11, "standing", "state")),
        ("states", ("cases", 13, "at")),
        ("shown-code", ("code",)),
        ("shown-code", ("presentation",)),
        ("shown-code", ("request_sha256",)),
    ],
    ids=lambda part: part if isinstance(part, str) else ".".join(map(str, part)),
)
def test_a_changed_vector_is_found(copied: Path, name: str, place: Place) -> None:
    """
    One letter of one value, and the checker is red.
    """
    changed(copied, name, place, another)

    assert not check(copied)["ok"]


@pytest.mark.parametrize(
    ("name", "good"),
    [
        ("leaf", ("leaves", 0)),
        ("terms", ("valid", 0)),
        ("completeness", ("cases", 0)),
    ],
)
def test_what_must_be_refused_is_refused(copied: Path, name: str, good: Place) -> None:
    """
    A good case among the refused ones, and the checker is red.
    """
    vector = json.loads((copied / f"{name}.json").read_text())
    changed(copied, name, ("refused", 0), lambda _: {"why": "good", **vector[good[0]][good[1]]})

    assert "accepted: good" in check(copied)["reason"]
