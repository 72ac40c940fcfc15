"""``mydata consent``: the holder's history and receipts, and the audit of the log by anyone."""

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from app.cli.invocation import (
    TAKES_ID,
    AsJson,
    Holder,
    Server,
    answer,
    ask,
    current_settings,
    lines,
    rows,
    verb_group,
)
from app.errors import CommandError
from app.log_copy import copy_log, copy_log_from, read_copy
from app.log_key import LogKey, read_log_key
from app.service_client import ServiceClient, segment
from consent.audit import audit
from consent.errors import ConsentError
from consent.receipt import Receipt, VerifiedReceipt, verify_receipt
from consent.signed_note import VerifierKey
from keys.errors import KeysError
from keys.strict_json import JsonObject, JsonValue, dumps, loads_object
from web.errors import Party

verbs = verb_group("Read, export and verify the record of consents.")

_LOG = "/consent/log"
Key = Annotated[
    Path | None, typer.Option("--key", metavar="VKEY_FILE", help="The log's key as you know it.")
]


@verbs.command("history")
def history(*, holder: Holder = "demo", as_json: AsJson = False, server: Server = None) -> None:
    """List what happened, newest first."""

    async def work(client: ServiceClient) -> JsonObject:
        return await client.holder_get(holder, "/history")

    ask(work, _events, server=server, as_json=as_json)


def _events(answer: JsonObject) -> Iterable[str]:
    """Tell each event on a line: when, what, with whom, and its receipt where there is one."""
    listed = answer["history"]
    for event in listed if isinstance(listed, list) else ():
        match event:
            case {
                "at": at,
                "event": what,
                "party": {"name": name, "id": host},
                "receipt": receipt,
            }:
                yield "\t".join(map(str, (at, what, name or host, receipt or "-")))
            case _:
                raise CommandError("unexpected_answer", Party.WALLET, "an event is not readable")


@verbs.command("receipt", context_settings=TAKES_ID)
def receipt(
    receipt_id: Annotated[str, typer.Argument(metavar="ID")],
    *,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to keep it.")],
    holder: Holder = "demo",
    as_json: AsJson = False,
    server: Server = None,
) -> None:
    """Fetch a receipt, to keep and to verify anywhere."""

    async def work(client: ServiceClient) -> JsonObject:
        found = await client.holder_get(holder, f"/receipts/{segment(receipt_id)}")
        _write(out, dumps(found))
        return {"receipt": receipt_id, "file": str(out)}

    ask(work, lines, server=server, as_json=as_json)


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
            key=None if key is None else _vkey(key),
            since=None if since is None else _text(since),
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
        log_key = _vkey(key) if key else LogKey(settings.home, settings.ledger_base).current()
        try:
            given = Receipt.parse(loads_object(_text(file)))
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


def _vkey(path: Path) -> VerifierKey:
    return read_log_key(_text(path))


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise CommandError("unreadable", Party.CALLER, f"{path} cannot be read") from None


def _write(path: Path, octets: bytes) -> None:
    try:
        path.write_bytes(octets)
    except OSError as error:
        detail = f"{path} cannot be written: {error.strerror}"
        raise CommandError("unwritable", Party.CALLER, detail) from None
