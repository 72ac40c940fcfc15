"""``mydata consent freeze``: end the log of a year."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from app.cli.consent.group import verbs
from app.cli.invocation import AsJson, answer, current_settings, lines
from app.freezing import freeze as freeze_log
from app.installation import open_installation
from app.wiring.consent import ANCHOR
from keys.strict_json import JsonObject


@verbs.command("freeze")
def freeze(
    directory: Annotated[Path, typer.Argument(metavar="DIR")], *, as_json: AsJson = False
) -> None:
    """End the log: copy it into a folder, and never append to it again. Stop the service first."""

    def work() -> JsonObject:
        settings = current_settings()
        installation = open_installation(settings)
        anchor = settings.home / ANCHOR if settings.workers == 1 else None
        exported = asyncio.run(freeze_log(installation, anchor, directory))
        return {"dir": str(directory), **exported.as_dict()}

    answer(work, lines, as_json=as_json)
