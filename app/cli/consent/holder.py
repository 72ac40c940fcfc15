"""``mydata consent history | receipt | withdraw``: what a holder reads, and takes back."""

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from app.cli.consent.files import write
from app.cli.consent.group import verbs
from app.cli.consent.told_proof import told_proof
from app.cli.invocation import TAKES_ID, AsJson, Holder, Server, ask, lines
from app.errors import CommandError
from app.service_client import ServiceClient, segment
from keys.strict_json import JsonObject, dumps
from web.errors import Party


class Export(StrEnum):
    """The forms of `wallet.history.exporting.ExportForm`, without loading the wallet."""

    JSON = "json"
    CSV = "csv"
    JSONLD = "jsonld"


@verbs.command("history")
def history(
    *,
    prove: Annotated[
        bool, typer.Option("--prove", help="Prove that nothing is missing, or name what is.")
    ] = False,
    export: Annotated[
        Export | None, typer.Option("--export", help="Write every receipt into one file.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="The file of --export.")
    ] = None,
    holder: Holder = "demo",
    as_json: AsJson = False,
    server: Server = None,
) -> None:
    """List what happened, newest first; or prove that it is all there is."""
    if export is not None:
        _export(export, out, holder, as_json=as_json, server=server)
        return

    async def work(client: ServiceClient) -> JsonObject:
        if prove:
            return await client.holder_post(holder, "/history/prove", {})
        return await client.holder_get(holder, "/history")

    ask(
        work,
        told_proof if prove else _events,
        server=server,
        as_json=as_json,
        holds=lambda answer: not prove or answer["complete"] is True,
    )


def _export(
    form: Export, out: Path | None, holder: str, *, as_json: bool, server: str | None
) -> None:
    if out is None:
        raise typer.BadParameter("name the file by --out")

    async def work(client: ServiceClient) -> JsonObject:
        write(out, await client.holder_file(holder, f"/history/export?form={form.value}"))
        return {"form": form.value, "file": str(out)}

    ask(work, lines, server=server, as_json=as_json)


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
        return await _kept(client, holder, receipt_id, out)

    ask(work, lines, server=server, as_json=as_json)


@verbs.command("withdraw", context_settings=TAKES_ID)
def withdraw(
    receipt_id: Annotated[str, typer.Argument(metavar="RECEIPT_ID")],
    *,
    delete_only: Annotated[
        bool, typer.Option("--delete-only", help="Ask for erasure; the consent stands.")
    ] = False,
    holder: Holder = "demo",
    as_json: AsJson = False,
    server: Server = None,
) -> None:
    """Take a consent back; the party is told until it acknowledges."""

    async def work(client: ServiceClient) -> JsonObject:
        path = f"/receipts/{segment(receipt_id)}/withdraw"
        return await client.holder_post(holder, path, {"delete_only": delete_only})

    ask(work, lines, server=server, as_json=as_json)


@verbs.command("evidence", context_settings=TAKES_ID)
def evidence(
    receipt_id: Annotated[str, typer.Argument(metavar="RECEIPT_ID")],
    *,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to keep it.")],
    holder: Holder = "demo",
    as_json: AsJson = False,
    server: Server = None,
) -> None:
    """Fetch all that can be shown of one sharing, to be checked anywhere years from now."""

    async def work(client: ServiceClient) -> JsonObject:
        return await _kept(client, holder, receipt_id, out, part="/evidence")

    ask(work, lines, server=server, as_json=as_json)


async def _kept(
    client: ServiceClient, holder: str, receipt_id: str, out: Path, part: str = ""
) -> JsonObject:
    """Write what the wallet has of a receipt to a file, and say where it is."""
    found = await client.holder_get(holder, f"/receipts/{segment(receipt_id)}{part}")
    write(out, dumps(found))
    return {"receipt": receipt_id, "file": str(out)}
