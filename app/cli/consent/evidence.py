"""``mydata consent reconcile``: what several parties kept of one sharing, held together."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from app.cli.consent.files import object_of
from app.cli.consent.group import verbs
from app.cli.invocation import AsJson, answer
from app.errors import CommandError
from consent.auditing.reconciliation import reconcile
from consent.auditing.views import View, parse_view
from consent.errors import ConsentError
from keys.strict_json import JsonObject
from web.errors import Party


@verbs.command("reconcile")
def reconcile_views(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE…", help="Receipts, opened records, issue book entries."),
    ],
    *,
    as_json: AsJson = False,
) -> None:
    """Hold together what issuer, wallet and relying party each saw of one sharing."""

    def work() -> JsonObject:
        return reconcile([_view_in(file) for file in files]).as_dict()

    answer(work, _told, as_json=as_json, holds=lambda found: found["ok"] is True)


def _view_in(file: Path) -> View:
    try:
        return parse_view(object_of(file))
    except ConsentError as error:
        detail = f"{file}: {error.detail}"
        raise CommandError(error.failure.value, Party.CALLER, detail) from None


def _told(found: JsonObject) -> Iterable[str]:
    """Tell each fact on a line: the verdict, the fact, what each said where they differ."""
    absent = found["absent"]
    if isinstance(absent, list) and absent:
        yield f"absent: {', '.join(map(str, absent))}"
    facts = found["facts"]
    for row in facts if isinstance(facts, list) else ():
        match row:
            case {"verdict": "matched" as verdict, "fact": fact}:
                yield f"{verdict}\t{fact}"
            case {"verdict": verdict, "fact": fact, "said": dict(said)}:
                told = "; ".join(f"{source}: {text}" for source, text in said.items())
                yield f"{verdict}\t{fact}\t{told}"
            case _:
                pass
