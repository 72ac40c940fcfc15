"""The one line to try that a demo service prints: it must work when copied."""

from pathlib import Path

import pytest

from app.cli.serve import _trial
from app.settings import Settings


def test_the_usual_port_needs_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    On port 8000 the commands find the service by themselves.
    """
    monkeypatch.setattr("sys.argv", ["/usr/bin/mydata"])

    line = _trial(Settings.model_construct())

    assert (
        "/usr/bin/mydata issuers offer resident-register --json | /usr/bin/mydata wallet accept"
        == line
    )


def test_another_port_is_named_in_both_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    The program is written as a person in this folder would write it.
    """
    monkeypatch.setattr("sys.argv", [str(Path.cwd() / ".venv/bin/mydata")])

    line = _trial(Settings.model_construct(port=8123))

    assert 2 == line.count("--server http://localhost:8123")
    assert line.startswith(".venv/bin/mydata ")


def test_a_program_of_another_name_is_called_by_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    `python -m app` is no command to copy.
    """
    monkeypatch.setattr("sys.argv", ["/srv/app/__main__.py"])

    assert _trial(Settings.model_construct()).startswith("mydata issuers ")
