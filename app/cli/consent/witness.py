"""``mydata consent witness``: cosign the checkpoints of other people's logs."""

import json
from pathlib import Path
from typing import Annotated, Final

import typer

from app.cli.consent.group import verbs
from app.cli.invocation import AsJson, current_settings
from app.errors import StartError
from app.logging_pipe import LogForm, set_up
from app.serve import serve_app
from app.witness import WitnessProcess, open_witness
from keys.strict_json import JsonObject, JsonValue

# Beside a service at the usual address.
PORT: Final = 8001


@verbs.command("witness")
def witness(  # each is an option of the command line
    *,
    home: Annotated[Path, typer.Option("--home", metavar="DIR", help="Its own data directory.")],
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="What its key is called.")],
    log: Annotated[
        list[Path],
        typer.Option("--log", metavar="VKEY_FILE", help="The key of a log. Repeatable."),
    ],
    host: Annotated[
        str, typer.Option("--host", metavar="H", help="Where to listen.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", metavar="P", help="Where to listen.")] = PORT,
    ml_dsa: Annotated[bool, typer.Option("--ml-dsa", help="Cosign with ML-DSA-44 too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Run a witness: cosign that a log only grew, for logs that others run."""
    settings = current_settings(home=home, host=host, port=port)
    try:
        process = open_witness(home, name, log, ml_dsa=ml_dsa)
        set_up(LogForm.JSON, settings.log_level)
        address = f"http://{host}:{port}"
        serve_app(settings, process.app, lambda: _tell(process, address, as_json=as_json))
    except StartError as refused:
        if as_json:
            typer.echo(json.dumps(refused.as_dict(), ensure_ascii=False))
        else:
            typer.echo(f"{refused.problem.error}: {refused.problem.detail}", err=True)
        raise typer.Exit(1) from None


def _tell(process: WitnessProcess, address: str, *, as_json: bool) -> None:
    keys = [key.text() for key in process.keys]
    told: JsonObject = {
        "address": address,
        "keys": list[JsonValue](keys),
        "logs": list[JsonValue](process.logs),
    }
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    typer.echo(f"mydata witnesses {', '.join(process.logs)} at {address}")
    for key in keys:
        typer.echo(f"  {key}")
