"""``mydata issuers mandates``: one citizen lets another apply for a certificate about them."""

from collections.abc import Iterable
from typing import Annotated

import typer

from app.cli.invocation import TAKES_ID, AsJson, Server, ask, lines, rows, verb_group
from app.cli.issue_book import Citizen
from app.service_client import ServiceClient, segment
from keys.strict_json import JsonObject

verbs = verb_group("Let one citizen apply for another (위임장).")

_MANDATES = "/issuers/operator/mandates"
_COLUMNS = ("mandate", "from", "to", "kind", "purpose", "until", "used", "uses", "state")


@verbs.command("give")
def give(  # noqa: PLR0913  # every option of the verb is a parameter
    kind: Annotated[str, typer.Argument(metavar="KIND", help="One of `mydata issuers kinds`.")],
    *,
    principal: Annotated[str, typer.Option("--from", metavar="CITIZEN", help="Who lets.")],
    to: Annotated[str, typer.Option(metavar="PROXY", help="Whom: a name and birth date.")],
    until: Annotated[str, typer.Option(metavar="DAY", help="The last day, within a year.")],
    uses: Annotated[int, typer.Option(help="How many certificates.")] = 1,
    purpose: Annotated[str | None, typer.Option(help="What for. [the kind's usual one]")] = None,
    as_json: AsJson = False,
    server: Server = None,
) -> None:
    """Write a mandate down; `mydata issuers offer KIND --to PROXY --mandate ID` uses it."""
    wanted: JsonObject = {
        "kind": kind,
        "from": principal,
        "to": to,
        "until": until,
        "uses": uses,
        **({} if purpose is None else {"purpose": purpose}),
    }

    async def work(client: ServiceClient) -> JsonObject:
        return await client.operator_post(_MANDATES, wanted)

    ask(work, lines, server=server, as_json=as_json)


@verbs.command("list")
def list_mandates(citizen: Citizen, *, as_json: AsJson = False, server: Server = None) -> None:
    """List the mandates a citizen gave and was given, the latest first."""

    async def work(client: ServiceClient) -> JsonObject:
        return await client.operator_get(f"{_MANDATES}?of={segment(citizen)}")

    ask(work, _both, server=server, as_json=as_json)


@verbs.command("withdraw", context_settings=TAKES_ID)
def withdraw(
    mandate: Annotated[str, typer.Argument(metavar="ID", help="The mandate's id.")],
    *,
    principal: Annotated[str, typer.Option("--from", metavar="CITIZEN", help="Who gave it.")],
    as_json: AsJson = False,
    server: Server = None,
) -> None:
    """End a mandate; what was issued under it stays as it is."""

    async def work(client: ServiceClient) -> JsonObject:
        path = f"{_MANDATES}/{segment(mandate)}/withdraw"
        return await client.operator_post(path, {"from": principal})

    ask(work, lines, server=server, as_json=as_json)


def _both(answer: JsonObject) -> Iterable[str]:
    """Tell what was given, then what was received."""
    yield from rows("given", *_COLUMNS)(answer)
    yield from rows("received", *_COLUMNS)(answer)
