"""``verify-receipt`` and receipts of the first release."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli.application import application

VECTOR = json.loads(
    (Path(__file__).resolve().parents[2] / "docs" / "vectors" / "receipt-1.json").read_text()
)


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the log's key of then, and a home that knows nothing."""
    monkeypatch.setenv("MYDATA_HOME", str(tmp_path))
    (tmp_path / "vkey").write_text(VECTOR["vkey"] + "\n")
    return tmp_path


def verified(files: Path, receipt: object) -> tuple[int, dict[str, object]]:
    (files / "receipt.json").write_text(json.dumps(receipt))
    words = ["consent", "verify-receipt", str(files / "receipt.json"), "--json"]
    result = CliRunner().invoke(application, [*words, "--key", str(files / "vkey")])
    return result.exit_code, json.loads(result.output)


def test_a_receipt_of_the_first_release_still_proves_its_entry(files: Path) -> None:
    """
    Its log's part is checked with the key of then; nothing more is claimed.
    """
    code, report = verified(files, VECTOR["receipts"][0])

    assert (0, True) == (code, report["ok"])
    assert [{"check": "log proof", "outcome": "proved", "reason": ""}] == report["checks"]


def test_a_changed_receipt_of_the_first_release_fails(files: Path) -> None:
    """
    One other salt, and the entry is about nobody knows what.
    """
    code, report = verified(files, {**VECTOR["receipts"][0], "record_salt": "A" * 43})

    assert (1, False) == (code, report["ok"])


def test_what_is_no_receipt_is_refused(files: Path) -> None:
    """
    Exit 1 with the code, and no traceback.
    """
    code, report = verified(files, {"format": "another"})

    assert (1, "malformed") == (code, report["error"])
