"""``mydata verifiers webhooks``: where institutions are told of what happened, and since when."""

from typing import Annotated, TypeAlias

import typer

from app.cli.asking import ask_institution
from app.cli.invocation import AsJson, Server, lines, rows, verb_group
from app.institution.client import Institution
from keys.strict_json import JsonObject

verbs = verb_group("Tell institutions what became of their questions.")

Party: TypeAlias = Annotated[
    str, typer.Argument(metavar="PARTY", help="A relying party's registration id.")
]


@verbs.command("list")
def listed(*, as_json: AsJson = False, server: Server = None) -> None:
    """List who is told where, how far, and why the last try failed."""
    columns = ("party", "address", "delivered", "numbered", "trouble")
    tell = rows("webhooks", *columns)
    ask_institution(Institution.webhooks, tell, server=server, as_json=as_json)


@verbs.command("register")
def register(
    party: Party,
    address: Annotated[str, typer.Argument(metavar="URL", help="Where events are posted to.")],
    *,
    as_json: AsJson = False,
    server: Server = None,
) -> None:
    """Have a party's events posted to an address from now on, in place of the one before."""

    async def call(institution: Institution) -> JsonObject:
        return await institution.tell_at(party, address)

    ask_institution(call, lines, server=server, as_json=as_json)


@verbs.command("events")
def events(
    party: Party,
    *,
    after: Annotated[
        int, typer.Option("--after", metavar="N", min=0, help="The last number you have.")
    ] = 0,
    as_json: AsJson = False,
    server: Server = None,
) -> None:
    """Replay what happened above a number, in order, a hundred at the most."""

    async def call(institution: Institution) -> JsonObject:
        found = await institution.events(party, after=after)
        return {"events": [event.as_dict() for event in found]}

    tell = rows("events", "sequence", "event", "transaction_id", "at")
    ask_institution(call, tell, server=server, as_json=as_json)


@verbs.command("retire")
def retire(party: Party, *, as_json: AsJson = False, server: Server = None) -> None:
    """Tell a party nothing any more; its numbered events are forgotten."""

    async def call(institution: Institution) -> JsonObject:
        await institution.tell_no_more(party)
        return {"retired": party}

    ask_institution(call, lines, server=server, as_json=as_json)
