"""``mydata issuers load``: fill the sources of record with people who do not exist."""

from importlib import import_module
from typing import Annotated

import typer

from app.cli.invocation import AsJson, answer, current_settings, lines
from keys.strict_json import JsonObject


def load(
    *,
    people: Annotated[
        int, typer.Option("--people", metavar="N", min=1, help="How many, at the least.")
    ],
    as_json: AsJson = False,
) -> None:
    """Fill the registers with N people who do not exist; run again after an interruption."""

    def work() -> JsonObject:
        # The database and the rooms are loaded when somebody loads people, not for every verb.
        loaded: JsonObject = import_module("app.cli.loading").load_people(
            current_settings(), people
        )
        return loaded

    answer(work, lines, as_json=as_json)
