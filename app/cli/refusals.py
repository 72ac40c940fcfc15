"""``mydata issuers refuse`` and ``refusals``: refusing on a ground the law names, and who was."""

from typing import Annotated

import typer

from app.cli.invocation import AsJson, Server, ask, lines, rows
from app.cli.issue_book import Citizen
from app.service_client import ServiceClient, segment
from keys.strict_json import JsonObject

_REFUSALS = "/issuers/operator/refusals"


def refuse(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="One of `mydata issuers kinds`.")],
    *,
    to: Annotated[str, typer.Option("--to", metavar="CITIZEN", help="Who applied.")],
    ground: Annotated[
        str, typer.Option(metavar="GROUND", help="Such as papers_missing; a wrong one lists all.")
    ],
    as_json: AsJson = False,
    server: Server = None,
) -> None:
    """Refuse an application; the applicant is told the ground and what to do next."""

    async def work(client: ServiceClient) -> JsonObject:
        return await client.operator_post(_REFUSALS, {"kind": kind, "to": to, "ground": ground})

    ask(work, lines, server=server, as_json=as_json)


def refusals(citizen: Citizen, *, as_json: AsJson = False, server: Server = None) -> None:
    """List what a citizen was refused, and on which ground."""

    async def work(client: ServiceClient) -> JsonObject:
        return await client.operator_get(f"{_REFUSALS}?to={segment(citizen)}")

    ask(work, rows("refusals", "at", "kind", "ground", "article"), server=server, as_json=as_json)
