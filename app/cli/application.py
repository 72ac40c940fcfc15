"""The verbs, each loaded when it is used: ``mydata --help`` reads this file alone."""

from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

import typer
from typer.core import TyperCommand, TyperGroup
from typing_extensions import override


@dataclass(frozen=True, slots=True)
class Verb:
    """Where a verb's module is, and the line shown for it before it is loaded."""

    module: str
    line: str

    def load(self, name: str) -> Any:
        """Import the module and return its command, or its group of commands.

        The library keeps the type of both to itself.
        """
        command = typer.main.get_command(import_module(self.module).verbs)
        command.name = name
        return command


VERBS: Final = {
    "serve": Verb("app.cli.serve", "Serve one role, or all of them."),
    "demo": Verb("app.cli.demo", "Walk the main job once, end to end, each step told."),
    "issuers": Verb("app.cli.issuers", "Issue certificates, and revoke them."),
    "wallet": Verb("app.cli.wallet", "Receive, keep and present certificates."),
    "verifiers": Verb("app.cli.verifiers", "Ask for claims, and verify them."),
    "consent": Verb("app.cli.consent", "Read, export and verify the record of consents."),
    "people": Verb("app.cli.people", "Say who may sign in, and make sign-in links."),
    "keys": Verb("app.cli.keys", "List and rotate the keys of the data directory."),
    "trust": Verb("app.cli.trust", "Say whose certificates count."),
    "doctor": Verb("app.cli.doctor", "Look over settings, files and the running service."),
}


class _Verbs(TyperGroup):
    """A group that knows its verbs' names and lines, and loads the one that is called."""

    @override
    def list_commands(self, ctx: Any) -> list[str]:
        return list(VERBS)

    @override
    def get_command(self, ctx: Any, cmd_name: str) -> TyperCommand | None:
        verb = VERBS.get(cmd_name)
        return None if verb is None else TyperCommand(cmd_name, help=verb.line)

    @override
    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, command, rest = super().resolve_command(ctx, args)
        return (name, VERBS[name].load(name), rest) if name in VERBS else (name, command, rest)


application = typer.Typer(
    cls=_Verbs,
    name="mydata",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@application.callback()
def _mydata() -> None:
    """Certificates as verifiable credentials, shown claim by claim, recorded for audit."""
