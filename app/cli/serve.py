"""``mydata serve``: one role, or all of them."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from app.cli.invocation import current_settings, verb_group
from app.errors import StartError
from app.serve import addresses
from app.serve import serve as serve_until_stopped
from app.settings import Role, Settings

verbs = verb_group("Serve one role, or all of them.")

_TRY = "{mydata} issuers offer resident-register{server} --json | {mydata} wallet accept{server}"


@verbs.command("serve")
def serve(  # each is an option of the command line
    *,
    host: Annotated[
        str | None, typer.Option("--host", metavar="H", help="Where to listen.")
    ] = None,
    port: Annotated[
        int | None, typer.Option("--port", metavar="P", help="Where to listen.")
    ] = None,
    database: Annotated[
        str | None, typer.Option("--database", metavar="URL", help="A PostgreSQL address.")
    ] = None,
    role: Annotated[Role | None, typer.Option("--role", help="What to serve.")] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", metavar="N", help="Processes, on PostgreSQL only.")
    ] = None,
    tls: Annotated[bool, typer.Option("--tls", help="https by a local authority.")] = False,
    demo: Annotated[bool, typer.Option("--demo", help="Demo mode: people made up.")] = False,
) -> None:
    """Serve one role, or all of them."""
    given: dict[str, object] = {
        "host": host,
        "port": port,
        "database_url": database,
        "role": role,
        "workers": workers,
        "tls": tls or None,
    }
    try:
        settings = _settings(
            {name: value for name, value in given.items() if value is not None}, demo=demo
        )
        serve_until_stopped(settings, lambda: _announce(settings))
    except StartError as refused:
        typer.echo(f"{refused.problem.error}: {refused.problem.detail}", err=True)
        raise typer.Exit(1) from None


def _settings(given: dict[str, object], *, demo: bool) -> Settings:
    settings = current_settings(**{name: value for name, value in given.items() if value})
    if settings.demo and not demo:
        # A switch that somebody forgot in the environment must not open a real service.
        raise StartError("developer_switch", "MYDATA_DEMO is set: write --demo if it is meant")
    return settings.model_copy(update={"demo": demo})


def _announce(settings: Settings) -> None:
    mode = "demo mode: people and keys are made up" if settings.demo else "production mode"
    typer.echo(f"mydata serves {settings.role.value} ({mode})")
    for address in addresses(settings):
        typer.echo(f"  {address}")
    if settings.demo:
        typer.echo(f"open {settings.base} in a browser, or try in a second terminal:")
        typer.echo(f"  {_trial(settings)}")
    sys.stdout.flush()


def _trial(settings: Settings) -> str:
    """Return a line to copy: the program as it was called, and where it is not the usual port."""
    usual = Settings.model_construct().base
    server = "" if settings.base == usual else f" --server {settings.base}"
    return _TRY.format(mydata=_program(), server=server)


def _program() -> str:
    called = Path(sys.argv[0])
    if called.name != "mydata":
        return "mydata"
    return str(called.relative_to(Path.cwd()) if called.is_relative_to(Path.cwd()) else called)
