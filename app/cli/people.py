"""``mydata people``: who may sign in, and the links that let them."""

from typing import Annotated

import typer

from app.cli.invocation import AsJson, Server, ask, lines, rows, verb_group
from app.service_client import ServiceClient, segment
from keys.strict_json import JsonObject
from web.people import PersonRole

verbs = verb_group("Say who may sign in, and make sign-in links.")

_PEOPLE = "/people"
Name = Annotated[str, typer.Argument(metavar="NAME", help="The person's sign-in name.")]


@verbs.command("add")
def add(
    name: Name,
    *,
    role: Annotated[PersonRole, typer.Option("--role", help="As what the person acts.")],
    subject: Annotated[
        str | None,
        typer.Option(
            "--subject",
            metavar="S",
            help="For whom: a citizen's handle, an authority, a registration id. [NAME]",
        ),
    ] = None,
    shown_name: Annotated[
        str | None, typer.Option("--shown-name", metavar="N", help="What pages say. [NAME]")
    ] = None,
    server: Server = None,
    as_json: AsJson = False,
) -> None:
    """Add a person; `mydata people invite` then makes the link that signs them in."""
    person: JsonObject = {
        "name": name,
        "role": role.value,
        "subject": subject or name,
        "shown_name": shown_name or name,
    }

    async def work(client: ServiceClient) -> JsonObject:
        return await client.operator_post(_PEOPLE, person)

    ask(work, lines, server=server, as_json=as_json)


@verbs.command("invite")
def invite(name: Name, *, server: Server = None, as_json: AsJson = False) -> None:
    """Make a sign-in link that works once, for ten minutes."""

    async def work(client: ServiceClient) -> JsonObject:
        return await client.operator_post(f"{_PEOPLE}/{segment(name)}/invite", {})

    ask(work, lines, server=server, as_json=as_json)


@verbs.command("list")
def list_people(*, server: Server = None, as_json: AsJson = False) -> None:
    """List everybody who may sign in."""

    async def work(client: ServiceClient) -> JsonObject:
        return await client.operator_get(_PEOPLE)

    columns = rows("people", "name", "role", "subject", "shown_name")
    ask(work, columns, server=server, as_json=as_json)


@verbs.command("remove")
def remove(name: Name, *, server: Server = None, as_json: AsJson = False) -> None:
    """Remove a person, and sign them out everywhere at once."""

    async def work(client: ServiceClient) -> JsonObject:
        return await client.operator_post(f"{_PEOPLE}/{segment(name)}/remove", {})

    ask(work, lines, server=server, as_json=as_json)
