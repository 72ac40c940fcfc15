"""``mydata issuers day`` and ``export``: the fees of a day, and the issue book as a table."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from app.cli.invocation import AsJson, Server, ask, lines, rows
from app.service_client import ServiceClient
from keys.strict_json import JsonObject

_DESK = "/issuers/operator"


def day(
    on: Annotated[str, typer.Argument(metavar="DAY", help="A day in Korea: 2026-11-22.")],
    *,
    as_json: AsJson = False,
    server: Server = None,
) -> None:
    """Tell what was issued on a day, by kind and officer, and the fees for it."""

    async def work(client: ServiceClient) -> JsonObject:
        return await client.operator_post(f"{_DESK}/day", {"on": on})

    ask(work, _total, server=server, as_json=as_json)


def export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Written anew, as CSV.")],
    *,
    since: Annotated[str | None, typer.Option(metavar="DAY", help="Issued on or after.")] = None,
    until: Annotated[str | None, typer.Option(metavar="DAY", help="Issued on or before.")] = None,
    as_json: AsJson = False,
    server: Server = None,
) -> None:
    """Write the issue book to a file, the latest entry first; no claim is in it."""
    days: JsonObject = {"since": since, "until": until}

    async def work(client: ServiceClient) -> JsonObject:
        given: JsonObject = {name: on for name, on in days.items() if on is not None}
        table = await client.operator_file(f"{_DESK}/book.csv", given)
        file.write_bytes(table)
        return {"file": str(file), "octets": len(table)}

    ask(work, lines, server=server, as_json=as_json)


def _total(answer: JsonObject) -> Iterable[str]:
    """Tell one line for each kind and officer, and the sum at the end."""
    yield from rows("taken", "kind", "channel", "officer", "count", "won")(answer)
    yield f"won: {answer['won']}"
