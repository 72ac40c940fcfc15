"""``mydata verifiers desks``: the codes an institution prints, one for each counter."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli.asking import ask_institution
from app.cli.invocation import TAKES_ID, AsJson, Server, lines, rows, verb_group
from app.cli.pictures import check_suffix, write_picture
from app.institution.client import Institution
from keys.strict_json import JsonObject

verbs = verb_group("Open, list and close the printed codes of counters.")


@verbs.command("list")
def listed(*, as_json: AsJson = False, server: Server = None) -> None:
    """List every counter whose printed code starts something."""
    tell = rows("desks", "desk", "party", "profile", "name", "link")
    ask_institution(Institution.desks, tell, server=server, as_json=as_json)


@verbs.command("open")
def open_one(
    profile: Annotated[str, typer.Argument(metavar="PROFILE", help="What the code asks.")],
    name: Annotated[str, typer.Argument(metavar="NAME", help="Which counter: its name.")],
    *,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="A .png or .svg to print.")
    ] = None,
    as_json: AsJson = False,
    server: Server = None,
) -> None:
    """Open a counter, and draw the code to print: whoever opens it is asked at that counter."""
    if out is not None:
        check_suffix(out)

    async def call(institution: Institution) -> JsonObject:
        desk = await institution.open_desk(profile, name)
        if out is not None:
            write_picture(str(desk["link"]), out)
        return desk

    ask_institution(call, lines, server=server, as_json=as_json)


@verbs.command("close", context_settings=TAKES_ID)
def close(
    desk: Annotated[str, typer.Argument(metavar="DESK", help="One of `desks list`.")],
    *,
    as_json: AsJson = False,
    server: Server = None,
) -> None:
    """Close a counter: its printed code starts nothing any more."""

    async def call(institution: Institution) -> JsonObject:
        await institution.close_desk(desk)
        return {"closed": desk}

    ask_institution(call, lines, server=server, as_json=as_json)
