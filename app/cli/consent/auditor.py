"""``mydata consent export | verify | verify-receipt``: the audit of the log, by anyone."""

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from app.cli.consent.files import text_of, vkey_of
from app.cli.consent.group import verbs
from app.cli.invocation import (
    AsJson,
    Server,
    answer,
    ask,
    current_settings,
    lines,
    rows,
)
from app.errors import CommandError
from app.log_copy import copy_log, copy_log_from, read_copy
from app.log_key import LogKey
from app.service_client import ServiceClient
from consent.auditing.audit import audit
from consent.errors import ConsentError
from consent.forms.receipt import Receipt, VerifiedReceipt, verify_receipt
from keys.errors import KeysError
from keys.strict_json import JsonObject, JsonValue, loads_object
from web.errors import Party

_LOG = "/consent/log"
Key = Annotated[
    Path | None, typer.Option("--key", metavar="VKEY_FILE", help="The log's key as you know it.")
]


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
    as_json: AsJson = False,
) -> None:
    """Verify the whole log, offline from a copy; the first line says what was proved."""
    told: list[str] = []

    def work() -> JsonObject:
        if not where.startswith(("http://", "https://")):
            return verified(Path(where))
        with tempfile.TemporaryDirectory() as copy:
            copy_log_from(where, current_settings().home, Path(copy))
            return verified(Path(copy))

    def verified(directory: Path) -> JsonObject:
        if not (directory / "checkpoint").is_file():
            detail = f"{where} holds no copy of a log: mydata consent export DIR makes one"
            raise CommandError("no_copy", Party.CALLER, detail)
        report = audit(
            read_copy(directory),
            key=None if key is None else vkey_of(key),
            since=None if since is None else text_of(since),
        )
        told.append(report.first_line())
        return report.as_dict()

    def tell(report: JsonObject) -> Iterable[str]:
        yield from told
        yield from rows("problems", "index", "what")(report)

    answer(work, tell, as_json=as_json, holds=lambda report: report["ok"] is True)


@verbs.command("verify-receipt")
def verify_receipt_file(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    *,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Verify a receipt offline: the log provably holds this very record."""

    def work() -> JsonObject:
        settings = current_settings()
        log_key = vkey_of(key) if key else LogKey(settings.home, settings.ledger_base).current()
        try:
            given = Receipt.parse(loads_object(text_of(file)))
            return _proven(given, verify_receipt(given, log_key=log_key))
        except (ConsentError, KeysError) as error:
            raise CommandError(error.failure.value, Party.LEDGER, error.detail) from None

    answer(work, lines, as_json=as_json)


def _proven(given: Receipt, verified: VerifiedReceipt) -> JsonObject:
    record = verified.record
    return {
        "ok": True,
        "record_id": record.record_id,
        "event": record.event_state.value,
        "at": record.event_time.isoformat(),
        "party": record.controller.id,
        "claims": list[JsonValue](record.asked.disclosed),
        "index": verified.entry.index,
        "size": verified.entry.checkpoint.size,
        "terms_binding": str(record.evidence.terms_binding or "none"),
        # It signs what was presented, which is not in the receipt: the wallet checked it then.
        "countersignature": "none" if given.countersignature is None else "not checked here",
    }
