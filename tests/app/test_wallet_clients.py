"""The verifiers registered with our wallet: files in the data directory, and three verbs."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli.wallet_clients import verbs
from app.errors import CommandError
from app.wallet_clients import DIRECTORY, ClientFiles
from keys.strict_json import JsonObject
from standards.openid4vp.registered_client import FORMAT
from web.errors import Party

SHOP: JsonObject = {
    "format": FORMAT,
    "client_id": "https://shop.example/../shop",
    "name": "The Shop",
    "response_uris": ["https://shop.example/answers/"],
}


@pytest.fixture
def definition(tmp_path: Path) -> Path:
    path = tmp_path / "shop.json"
    path.write_text(json.dumps(SHOP))
    return path


def test_a_client_added_by_one_process_is_known_at_once_by_another(
    tmp_path: Path, definition: Path
) -> None:
    """
    ``mydata wallet clients add`` works on the running service; ``remove`` likewise.
    """
    service, command = ClientFiles(tmp_path), ClientFiles(tmp_path)
    assert {} == service.current()

    client = command.add(definition)
    assert {client.client_id: client} == service.current()
    assert service.current() is service.current()

    command.remove(client.client_id)
    assert {} == service.current()


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", json.dumps({**SHOP, "client_id": "x509_hash:a"}), "x" * 70_000]
)
def test_a_definition_that_is_wrong_is_not_taken(tmp_path: Path, text: str) -> None:
    """
    The operator is told what is wrong, and nothing is written.
    """
    path = tmp_path / "wrong.json"
    path.write_text(text)

    with pytest.raises(CommandError) as caught:
        ClientFiles(tmp_path).add(path)

    assert ("client_definition_wrong", Party.CALLER) == (
        caught.value.problem.error,
        caught.value.problem.party,
    )
    assert not (tmp_path / DIRECTORY).exists()


def test_a_missing_file_or_client_is_told(tmp_path: Path) -> None:
    """
    Both are mistakes of the caller.
    """
    with pytest.raises(CommandError, match="cannot be read"):
        ClientFiles(tmp_path).add(tmp_path / "nothing.json")
    with pytest.raises(CommandError, match="clients list"):
        ClientFiles(tmp_path).remove("nobody")


def test_a_file_changed_by_another_hand_registers_nobody(tmp_path: Path, definition: Path) -> None:
    """
    Fail closed: a broken, a renamed and a readable-by-all file are listed with what is wrong.
    """
    files = ClientFiles(tmp_path)
    files.add(definition)
    [path] = (tmp_path / DIRECTORY).glob("*.json")
    copy = path.with_name("copy.json")
    copy.write_bytes(path.read_bytes())
    copy.chmod(0o600)
    path.write_text("{}")

    assert {} == files.current()
    assert [None, None] == [each.client for each in files.definitions()]
    assert all(each.problem for each in files.definitions())

    copy.unlink()
    path.chmod(0o644)
    assert {} == files.current()


def test_the_verbs_tell_what_they_did(
    tmp_path: Path, definition: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    DESIGN section 6: one JSON object each, and exit 1 for what is refused.
    """
    monkeypatch.setenv("MYDATA_HOME", str(tmp_path))
    runner, name = CliRunner(), str(SHOP["client_id"])

    added = runner.invoke(verbs, ["add", str(definition), "--json"])
    listed = runner.invoke(verbs, ["list", "--json"])
    removed = runner.invoke(verbs, ["remove", name, "--json"])
    again = runner.invoke(verbs, ["remove", name, "--json"])

    assert {"client_id": name, "name": "The Shop", "signed": False} == json.loads(added.stdout)
    [told] = json.loads(listed.stdout)["clients"]
    assert (name, None) == (told["client_id"], told["problem"])
    assert {"removed": name} == json.loads(removed.stdout)
    assert (1, "client_unknown") == (again.exit_code, json.loads(again.stdout)["error"])
