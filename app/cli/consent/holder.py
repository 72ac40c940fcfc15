"""``mydata consent history | receipt``: what a holder can read of what happened."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from app.cli.consent.files import write
from app.cli.consent.group import verbs
from app.cli.invocation import TAKES_ID, AsJson, Holder, Server, ask, lines
from app.errors import CommandError
from app.service_client import ServiceClient, segment
from keys.strict_json import JsonObject, dumps
from web.errors import Party


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
        write(out, dumps(found))
        return {"receipt": receipt_id, "file": str(out)}

    ask(work, lines, server=server, as_json=as_json)
