"""``mydata wallet qr``, ``say`` and ``asked``: show a certificate at a counter."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli.invocation import TAKES_ID, AsJson, Holder, Server, ask, lines
from app.cli.pictures import check_suffix, claim_paths, write_picture
from app.service_client import ServiceClient, segment
from keys.strict_json import JsonObject


def add_verbs(verbs: typer.Typer) -> None:
    """Add what is done at a counter to the verbs of the wallet."""
    verbs.command("qr", context_settings=TAKES_ID)(qr)
    verbs.command("say")(say)
    verbs.command("asked")(asked)


def qr(
    credential_id: Annotated[str, typer.Argument(metavar="ID")],
    *,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="A .png or .svg picture.")],
    show: Annotated[
        list[str] | None,
        typer.Option("--show", metavar="PATH", help="Show this claim; repeatable."),
    ] = None,
    challenge: Annotated[
        str | None,
        typer.Option("--challenge", metavar="TEXT", help="Answer what this desk's screen shows."),
    ] = None,
    holder: Holder = "demo",
    as_json: AsJson = False,
    server: Server = None,
) -> None:
    """Draw a code with the claims named, good for 30 seconds: for any desk, or the one asked."""
    check_suffix(out)

    async def work(client: ServiceClient) -> JsonObject:
        if not show:
            shown = await client.holder_get(holder, f"/credentials/{segment(credential_id)}")
            claims = ", ".join(claim_paths(shown))
            raise typer.BadParameter(f"name at least one claim by --show: {claims}")
        body: JsonObject = {"credential_id": credential_id, "show": [*show]}
        if challenge is not None:
            body["challenge"] = challenge
        code = await client.holder_post(holder, "/shown-codes", body)
        write_picture(str(code["text"]), out)
        return {"file": str(out), "expires_at": code["expires_at"]}

    ask(work, lines, server=server, as_json=as_json)


def say(*, holder: Holder = "demo", as_json: AsJson = False, server: Server = None) -> None:
    """Draw a code to read out at a desk; it brings one request and releases nothing."""

    async def work(client: ServiceClient) -> JsonObject:
        return await client.holder_post(holder, "/spoken-codes", {})

    ask(work, lines, server=server, as_json=as_json)


def asked(*, holder: Holder = "demo", as_json: AsJson = False, server: Server = None) -> None:
    """Tell what the desk asks that was told the code: its request, for `wallet present`."""

    async def work(client: ServiceClient) -> JsonObject:
        return await client.holder_get(holder, "/spoken-codes")

    ask(work, lines, server=server, as_json=as_json)
