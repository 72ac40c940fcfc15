"""``mydata consent export | verify | compare``: the audit, by anyone."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from app.cli.consent.copies import copy_at, policy_of, side_at
from app.cli.consent.files import text_of, vkey_of
from app.cli.consent.group import verbs
from app.cli.consent.known_keys import Key, PolicyFile
from app.cli.consent.opened import told_records, with_records, with_statistics
from app.cli.invocation import (
    AsJson,
    Server,
    answer,
    ask,
    lines,
    rows,
)
from app.cli.progress import Bar
from app.errors import CommandError
from app.log_audit import audit_copy
from app.log_copy import copy_log
from app.service_client import ServiceClient
from consent.auditing.compare import compare
from consent.auditing.export import VKEY
from consent.auditing.report import Proved
from consent.errors import ConsentError
from consent.tlog.verifier_key import VerifierKey
from keys.strict_json import JsonObject
from web.errors import Party

_LOG = "/consent/log"


@verbs.command("export")
def export(
    directory: Annotated[Path, typer.Argument(metavar="DIR")],
    *,
    as_json: AsJson = False,
    server: Server = None,
) -> None:
    """Copy the whole log into a folder, for anyone to verify."""

    async def work(client: ServiceClient) -> JsonObject:
        exported = await copy_log(client, _LOG, directory)
        return {"dir": str(directory), **exported.as_dict()}

    ask(work, lines, server=server, as_json=as_json)


@verbs.command("verify")
def verify(
    where: Annotated[str, typer.Argument(metavar="DIR_OR_URL", help="A copy, or a service.")],
    *,
    key: Key = None,
    since: Annotated[
        Path | None, typer.Option("--since", metavar="FILE", help="A checkpoint you kept.")
    ] = None,
    policy: PolicyFile = None,
    records: Annotated[
        Path | None,
        typer.Option("--records", metavar="FILE", help="Records that were opened for a case."),
    ] = None,
    statistics: Annotated[
        Path | None,
        typer.Option("--statistics", metavar="FILE", help="A month's sheet, to count again."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Verify the whole log, offline from a copy; the first line says what was proved.

    With records, also what they show: each consent's state, its duties, uses beyond it; with a
    sheet of statistics, whether its totals are the log's own counts.
    """
    told: list[str] = []

    def work() -> JsonObject:
        with copy_at(where) as directory, Bar("verifying", hidden=as_json) as bar:
            report = audit_copy(
                directory,
                key=None if key is None else vkey_of(key),
                since=None if since is None else text_of(since),
                policy=None if policy is None else policy_of(policy),
                told=bar.tell,
            )
            told.append(report.first_line())
            found = report.as_dict()
            if report.proved is not Proved.NOTHING and records is not None:
                found = with_records(found, records, directory)
            if report.proved is not Proved.NOTHING and statistics is not None:
                found = with_statistics(found, statistics, directory)
            return found

    def tell(report: JsonObject) -> Iterable[str]:
        yield from told
        yield from _counted(report)
        yield from told_records(report)
        yield from rows("problems", "index", "what")(report)

    answer(work, tell, as_json=as_json, holds=lambda report: report["ok"] is True)


@verbs.command("compare")
def compare_views(
    one: Annotated[str, typer.Argument(metavar="A", help="A copy's folder, or a checkpoint.")],
    other: Annotated[str, typer.Argument(metavar="B", help="Another of the same log.")],
    *,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Compare two copies: the same, one the continuation, or two histories and their proof."""
    told: list[str] = []

    def work() -> JsonObject:
        log_key = vkey_of(key) if key else _vkey_in(one, other)
        try:
            found = compare(side_at(one), side_at(other), log_key=log_key)
        except ConsentError as error:
            raise CommandError(error.failure.value, Party.LEDGER, error.detail) from None
        told.append(found.first_line())
        return found.as_dict()

    def tell(found: JsonObject) -> Iterable[str]:
        yield from told
        notes = found["checkpoints"]
        if found["ok"] is False and isinstance(notes, list):
            yield from (f"\n{note}" for note in notes)

    answer(work, tell, as_json=as_json, holds=lambda found: found["ok"] is True)


def _vkey_in(*folders: str) -> VerifierKey:
    for folder in folders:
        if (Path(folder) / VKEY).is_file():
            return vkey_of(Path(folder) / VKEY)
    detail = "two checkpoints need the log's key beside them: --key VKEY_FILE"
    raise CommandError("no_key", Party.CALLER, detail)


def _counted(report: JsonObject) -> Iterable[str]:
    """Tell how many entries there are of each type, on one line."""
    counts = report["counts"]
    if isinstance(counts, dict) and counts:
        yield "entries: " + ", ".join(f"{count} {type_}" for type_, count in counts.items())
