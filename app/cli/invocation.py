"""How every verb runs: settings, one piece of work, one answer, one exit code.

With ``--json`` exactly one JSON object is printed. Exit 0: done; 1: refused or failed, told as
``{"error", "party", "detail"}``; 2: the command was written wrong (typer says so itself).
"""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Annotated, Final, TypeAlias

import typer
from pydantic import ValidationError

from app.errors import CommandError
from app.service_client import ServiceClient
from app.settings import Settings
from keys.errors import KeysError
from keys.strict_json import JsonObject
from web.errors import Party

AsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="Print exactly one JSON object.")]
Server: TypeAlias = Annotated[
    str | None,
    typer.Option("--server", metavar="URL", help="A running service. [http://localhost:8000]"),
]
Holder: TypeAlias = Annotated[str, typer.Option("--holder", metavar="H", help="Whose wallet.")]

# Ids are random text and may begin with a hyphen; for verbs that take one, what is no option of
# theirs is the id.
TAKES_ID: Final = {"ignore_unknown_options": True}

Tell: TypeAlias = Callable[[JsonObject], Iterable[str]]
Work: TypeAlias = Callable[[ServiceClient], Awaitable[JsonObject]]


def verb_group(line: str) -> typer.Typer:
    """Return an empty group of verbs; ``line`` says what they are for."""
    return typer.Typer(
        help=line,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )


def current_settings(**given: object) -> Settings:
    """Return the settings of the environment, those given here first.

    Stops with exit code 2 naming what is wrong.
    """
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        for problem in error.errors():
            name = "_".join(str(part) for part in problem["loc"]).upper()
            typer.echo(f"MYDATA_{name}: {problem['msg']}", err=True)
        raise typer.Exit(2) from None


def ask(
    work: Work,
    tell: Tell,
    *,
    server: str | None,
    as_json: bool,
    holds: Callable[[JsonObject], bool] = lambda _result: True,
) -> None:
    """Do one piece of work against a running service, and answer; exit 1 if it does not hold."""

    async def with_client() -> JsonObject:
        settings = current_settings()
        base = server or settings.base
        async with ServiceClient(
            base, settings.home, authority_file=settings.authority_file
        ) as client:
            return await work(client)

    answer(lambda: asyncio.run(with_client()), tell, as_json=as_json, holds=holds)


def answer(
    work: Callable[[], JsonObject],
    tell: Tell,
    *,
    as_json: bool,
    holds: Callable[[JsonObject], bool] = lambda _result: True,
) -> None:
    """Do one piece of work on this machine, and answer; exit 1 when the result does not hold."""
    try:
        result = work()
    except (CommandError, KeysError) as refused:
        _refuse(_told(refused), as_json=as_json)
        raise typer.Exit(1) from None
    if as_json:
        typer.echo(json.dumps(result, ensure_ascii=False))
    else:
        for line in tell(result):
            typer.echo(line)
    if not holds(result):
        raise typer.Exit(1)


def _told(refused: CommandError | KeysError) -> CommandError:
    if isinstance(refused, CommandError):
        return refused
    return CommandError(refused.failure.value, Party.CALLER, refused.detail)


def _refuse(refused: CommandError, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(refused.as_dict(), ensure_ascii=False))
    else:
        problem = refused.problem
        typer.echo(f"{problem.error} ({problem.party}): {problem.detail}", err=True)


def uri_or_input(uri: str | None, member: str) -> str:
    """Return the address given, or the one on standard input.

    Standard input may be the address alone, or the JSON object of the verb before in a pipe.
    """
    text = (uri if uri is not None else sys.stdin.read()).strip()
    if text.startswith("{"):
        try:
            value = json.loads(text).get(member)
        except ValueError:
            value = None
        text = value if isinstance(value, str) else ""
    if not text:
        typer.echo(f"no {member}: give it as an argument or on standard input", err=True)
        raise typer.Exit(2)
    return text


def lines(answer: Mapping[str, object]) -> Iterable[str]:
    """Tell an answer as ``name: value`` lines; nested values as JSON."""
    for name, value in answer.items():
        shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        yield f"{name}: {shown}"


def rows(member: str, *columns: str) -> Tell:
    """Return a teller of one line per object in ``answer[member]``, the columns tab-separated.

    A column that has nothing is a dash, so that the next one keeps its place.
    """

    def tell(answer: JsonObject) -> Iterable[str]:
        listed = answer.get(member)
        for row in listed if isinstance(listed, list) else ():
            if isinstance(row, dict):
                cells = (row.get(column) for column in columns)
                yield "\t".join("-" if cell is None else str(cell) for cell in cells)

    return tell
