"""A receipt on paper, read by a program that knows the log's key and nothing else."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from app.cli.application import application
from consent.forms.printed_receipt import PrintedReceipt
from tests.consent.tlog.test_printed_receipt import LINK, LOG, WITNESSES, receipt_in
from web.qr import qr_png

Said = tuple[int, dict[str, Any]]
Verify = Callable[..., Said]


@pytest.fixture
def verify(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Verify:
    """Return the verb, which knows the log's key by a file."""
    monkeypatch.setenv("MYDATA_HOME", str(tmp_path / "home"))
    key = tmp_path / "log.vkey"
    key.write_text(f"{LOG.verifier_key.text()}\n")

    def run(*words: str) -> Said:
        arguments = ["consent", "verify-printed", *words, "--key", str(key), "--json"]
        result = CliRunner().invoke(application, arguments)
        return result.exit_code, json.loads(result.output)

    return run


def policy(folder: Path, count: int) -> str:
    """Write a policy that asks for so many of the two witnesses."""
    lines = [f"witness w{n} {each.verifier_key.text()}" for n, each in enumerate(WITNESSES)]
    file = folder / "policy"
    file.write_text("\n".join((*lines, f"group both {count} w0 w1", "quorum both", "")))
    return str(file)


def test_a_photograph_of_the_code_is_proof_enough(tmp_path: Path, verify: Verify) -> None:
    """
    From the picture to the entry of a log of a million, and who has seen it.
    """
    receipt = receipt_in(2**20, *WITNESSES)
    picture = tmp_path / "paper.png"
    picture.write_bytes(qr_png(PrintedReceipt.of(receipt, LINK).text()))

    code, said = verify(str(picture), "--policy", policy(tmp_path, 2))

    assert 0 == code, said
    assert ("consent", receipt.log.index, 2**20) == (said["type"], said["index"], said["size"])
    assert (LINK, ["w0", "w1"]) == (said["link"], said["witnesses"])


def test_a_code_may_come_as_text(tmp_path: Path, verify: Verify) -> None:
    """
    Whatever program read it; without a policy nothing is said about witnesses.
    """
    file = tmp_path / "code.txt"
    file.write_text(PrintedReceipt.of(receipt_in(7), LINK).text())

    code, said = verify(str(file))

    assert (0, []) == (code, said["witnesses"])


@pytest.mark.parametrize(
    ("text", "failure", "party"),
    [
        pytest.param("nonsense", "malformed", "caller", id="another code"),
        pytest.param(
            replace(PrintedReceipt.of(receipt_in(7), LINK), entry=receipt_in(8).log)
            .text()
            .replace('"number":2', '"number":3'),
            "proof_invalid",
            "ledger",
            id="a changed entry",
        ),
    ],
)
def test_what_does_not_hold_is_said_h98(
    tmp_path: Path, verify: Verify, text: str, failure: str, party: str
) -> None:
    """
    H98: exit 1, the reason, and whose turn it is.
    """
    file = tmp_path / "code.txt"
    file.write_text(text)

    code, said = verify(str(file))

    assert (1, failure, party) == (code, said["error"], said["party"])


def test_too_few_witnesses_are_named(tmp_path: Path, verify: Verify) -> None:
    """
    One of the two has cosigned, and both are asked for.
    """
    file = tmp_path / "code.txt"
    file.write_text(PrintedReceipt.of(receipt_in(7, WITNESSES[0]), LINK).text())

    code, said = verify(str(file), "--policy", policy(tmp_path, 2))

    assert (1, "quorum_missing") == (code, said["error"])
    assert said["detail"].endswith("w1 absent")
