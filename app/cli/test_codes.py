"""``mydata verifiers test-codes``: the links of the demo's test wallet, as pictures to scan."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli.asking import ask_institution
from app.cli.invocation import AsJson, Server, rows, verb_group
from app.cli.pictures import write_picture
from app.errors import CommandError
from app.institution.client import Institution
from keys import private_files
from keys.strict_json import JsonObject, dumps
from web.errors import Party

verbs = verb_group("Try a desk on the test wallet of demo mode.")
# What a program that tests a desk reads.
EXPECTED = "expected.json"


@verbs.command("test-codes")
def codes(
    *,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Write a picture a case, and what is expected."),
    ] = None,
    as_json: AsJson = False,
    server: Server = None,
) -> None:
    """List codes for a desk to scan, and what it must find: of a service in demo mode."""

    async def call(institution: Institution) -> JsonObject:
        sheet = await institution.test_codes()
        if out is not None:
            _write(sheet, out)
        return sheet

    tell = rows("codes", "case", "state", "failure", "link")
    ask_institution(call, tell, server=server, as_json=as_json)


def _write(sheet: JsonObject, out: Path) -> None:
    """Write the sheet into a folder, or raise (unwritable)."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        private_files.replace(out / EXPECTED, dumps(sheet))
    except OSError:
        detail = f"{out} cannot be written: choose another place"
        raise CommandError("unwritable", Party.CALLER, detail) from None
    every = sheet["codes"]
    for each in every if isinstance(every, list) else ():
        if isinstance(each, dict):
            write_picture(str(each["link"]), out / f"{_name(str(each['case']))}.png")


def _name(case: str) -> str:
    """Return a file's name; what a service says names no place outside the folder."""
    return Path(case).name
