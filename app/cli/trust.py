"""``mydata trust``: whose certificates count, at once on the running service."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli.invocation import AsJson, answer, current_settings, lines, rows, verb_group
from app.clock import utc_now
from app.trust import TrustFile, fingerprint, read_roots
from keys.key_store import KeyStore
from keys.role import Role
from keys.strict_json import JsonObject, JsonValue
from keys.trust_list import TrustEntry

verbs = verb_group("Say whose certificates count.")


@verbs.command("list")
def list_roots(*, as_json: AsJson = False) -> None:
    """List the trusted roots."""

    def work() -> JsonObject:
        return _entries(_trust().current().entries)

    answer(work, rows("roots", "role", "fingerprint", "name", "until"), as_json=as_json)


@verbs.command("add")
def add(
    file: Annotated[Path, typer.Argument(metavar="FILE.pem", help="The authority's root.")],
    *,
    role: Annotated[Role, typer.Option("--role", help="For what it is trusted.")],
    lists: Annotated[
        list[str] | None,
        typer.Option(
            "--from-list", metavar="URL", help="Public trust list it was taken from; repeatable."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Trust another authority's root."""

    def work() -> JsonObject:
        return _entries(_trust().add(role, read_roots(file), lists=tuple(lists or ())))

    answer(work, rows("roots", "role", "fingerprint", "name", "until"), as_json=as_json)


@verbs.command("remove")
def remove(
    prefix: Annotated[
        str, typer.Argument(metavar="FINGERPRINT", help="Its SHA-256, or the first 8 digits.")
    ],
    *,
    as_json: AsJson = False,
) -> None:
    """Stop trusting a root."""

    def work() -> JsonObject:
        return _entries(_trust().remove(prefix))

    answer(work, rows("roots", "role", "fingerprint", "name", "until"), as_json=as_json)


@verbs.command("export")
def export(
    directory: Annotated[Path, typer.Argument(metavar="DIR")], *, as_json: AsJson = False
) -> None:
    """Write the roots of each role (issuer.pem and so on), for others to trust us."""

    def work() -> JsonObject:
        files = _trust().export(directory)
        return {"dir": str(directory), "files": [path.name for path in files]}

    answer(work, lines, as_json=as_json)


def _trust() -> TrustFile:
    home = current_settings().home
    return TrustFile(home, KeyStore(home / "keys"), utc_now)


def _entries(entries: tuple[TrustEntry, ...]) -> JsonObject:
    listed: list[JsonValue] = [
        {
            "role": entry.role.value,
            "fingerprint": fingerprint(entry),
            "name": entry.name,
            "scope": list[JsonValue](entry.scope),
            "lists": list[JsonValue](entry.lists),
            "from": entry.valid_from.isoformat(),
            "until": entry.valid_until.isoformat(),
        }
        for entry in entries
    ]
    return {"roots": listed}
