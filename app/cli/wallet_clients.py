"""``mydata wallet clients``: the verifiers our wallet knows beforehand, at once when it runs."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli.invocation import AsJson, answer, current_settings, lines, rows, verb_group
from app.wallet_clients import ClientFiles, Definition
from keys.strict_json import JsonObject

verbs = verb_group("Register the verifiers the wallet knows beforehand.")


@verbs.command("list")
def list_clients(*, as_json: AsJson = False) -> None:
    """List them, and what is wrong with a definition that registers nobody."""

    def work() -> JsonObject:
        return {"clients": [_told(each) for each in _clients().definitions()]}

    answer(work, rows("clients", "client_id", "name", "signed", "problem"), as_json=as_json)


@verbs.command("add")
def add(
    file: Annotated[Path, typer.Argument(metavar="FILE.json", help="Its definition.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Register a verifier; one that is registered already is registered anew."""

    def work() -> JsonObject:
        client = _clients().add(file)
        return {"client_id": client.client_id, "name": client.name, "signed": bool(client.keys)}

    answer(work, lines, as_json=as_json)


@verbs.command("remove")
def remove(
    client_id: Annotated[str, typer.Argument(metavar="CLIENT_ID")], *, as_json: AsJson = False
) -> None:
    """Forget a verifier; its next request is refused."""

    def work() -> JsonObject:
        _clients().remove(client_id)
        return {"removed": client_id}

    answer(work, lines, as_json=as_json)


def _clients() -> ClientFiles:
    return ClientFiles(current_settings().home)


def _told(definition: Definition) -> JsonObject:
    client = definition.client
    return {
        "client_id": None if client is None else client.client_id,
        "name": None if client is None else client.name,
        "signed": None if client is None else bool(client.keys),
        "file": definition.file,
        "problem": definition.problem,
    }
