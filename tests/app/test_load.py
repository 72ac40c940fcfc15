"""``mydata issuers load``: a job with progress, one JSON object, and no real data directory."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import loading
from app.cli.application import application


def run(home: Path, *arguments: str) -> tuple[int, str, str]:
    command = ["issuers", "load", *arguments]
    result = CliRunner(env={"MYDATA_HOME": str(home)}).invoke(application, command)
    return result.exit_code, result.stdout, result.stderr


def test_people_are_loaded_and_counted(tmp_path: Path) -> None:
    """
    --json prints one object; whole households, so at least as many as were asked for.
    """
    code, printed, told = run(tmp_path / "home", "--people", "60", "--json")
    result = json.loads(printed)

    assert 0 == code
    assert {"people", "households", "loaded", "seconds", "peak_rss_mib"} == set(result)
    assert 60 <= result["people"] < 70
    assert result["loaded"] == result["people"]
    assert result["peak_rss_mib"] > 0
    assert "of 60 people (100%)" in told
    assert (tmp_path / "home" / "demo-mode").exists()


def test_a_second_run_loads_what_is_missing(tmp_path: Path) -> None:
    """
    The same command again does nothing, a larger number only the rest.
    """
    first = json.loads(run(tmp_path, "--people", "30", "--json")[1])
    again = json.loads(run(tmp_path, "--people", "30", "--json")[1])
    _code, more, _told = run(tmp_path, "--people", "50")

    assert 0 == again["loaded"]
    assert first["people"] == again["people"]
    assert "people: 5" in more


def test_real_data_directories_are_refused(tmp_path: Path) -> None:
    """
    People who do not exist never come among those who do.
    """
    (tmp_path / "keys").mkdir()
    code, printed, _told = run(tmp_path, "--people", "30", "--json")

    assert 1 == code
    assert "real_keys" == json.loads(printed)["error"]
    assert not (tmp_path / "issuers.sqlite").exists()


@pytest.mark.parametrize("people", ["0", "-5", "many"])
def test_a_number_that_is_none_is_a_wrong_command(tmp_path: Path, people: str) -> None:
    """
    Exit code 2, as for every command that was written wrong.
    """
    assert 2 == run(tmp_path, "--people", people)[0]


def test_a_terminal_gets_a_bar(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Where somebody watches, progress is a bar and not a list of lines.
    """
    monkeypatch.setattr(loading, "stderr_is_watched", lambda: True)
    code, printed, told = run(tmp_path, "--people", "20", "--json")

    assert 0 == code
    assert json.loads(printed)["people"] >= 20
    assert "20/20" in told
    assert "(100%)" not in told
