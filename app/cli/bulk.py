"""``mydata issuers bulk``: a year's certificates issued, or made ready, for many people."""

from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli.invocation import AsJson, answer, current_settings, lines, verb_group
from keys.strict_json import JsonObject

verbs = verb_group("Issue a year's certificates, or make them ready, for many people.")

Job = Annotated[str, typer.Argument(metavar="JOB", help="As start named it: KIND-YEAR.")]
Workers = Annotated[
    int, typer.Option("--workers", min=1, max=64, help="Processes; above 1 on PostgreSQL only.")
]


@verbs.command("start")
def start(  # every option of the verb is a parameter
    kind: Annotated[str, typer.Argument(metavar="KIND", help="One of `mydata issuers kinds`.")],
    *,
    year: Annotated[int, typer.Option("--year", metavar="Y", help="The year it is for.")],
    people: Annotated[
        Path | None,
        typer.Option("--for", metavar="FILE", help="One citizen's handle a line. [everybody]"),
    ] = None,
    everybody: Annotated[bool, typer.Option("--all", help="Everybody in the registers.")] = False,
    workers: Workers = 1,
    as_json: AsJson = False,
) -> None:
    """Begin a job and work it to its end; interrupted, `resume` goes on."""
    if everybody == (people is not None):
        raise typer.BadParameter("give either --for FILE or --all")
    _answer(
        lambda: _working().start(current_settings(), kind, year, people, workers),
        as_json=as_json,
    )


@verbs.command("status")
def status(job: Job, *, as_json: AsJson = False) -> None:
    """Say how far a job is."""
    _answer(lambda: _working().status(current_settings(), job), as_json=as_json)


@verbs.command("resume")
def resume(job: Job, *, workers: Workers = 1, as_json: AsJson = False) -> None:
    """Go on with a job that was interrupted or cancelled; several may share it."""
    _answer(lambda: _working().resume(current_settings(), job, workers), as_json=as_json)


@verbs.command("cancel")
def cancel(job: Job, *, as_json: AsJson = False) -> None:
    """Stop a job after the chunks that are being worked; what is done stays done."""
    _answer(lambda: _working().cancel(current_settings(), job), as_json=as_json)


def _answer(work: Any, *, as_json: bool) -> None:
    def told() -> JsonObject:
        done: JsonObject = work()
        return done

    answer(told, lines, as_json=as_json)


def _working() -> Any:
    """Return the job's module: the database and the rooms are loaded when somebody needs them."""
    return import_module("app.cli.bulk_working")
