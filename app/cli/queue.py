"""``mydata issuers queue``, ``approve`` and ``deny``: what waits for an officer's decision."""

from typing import Annotated

import typer

from app.cli.invocation import AsJson, Server, ask, lines, rows
from app.service_client import ServiceClient, segment
from keys.strict_json import JsonObject

_QUEUE = "/issuers/operator/queue"
Number = Annotated[str, typer.Argument(metavar="ID", help="One of `mydata issuers queue`.")]


def queue(*, as_json: AsJson = False, server: Server = None) -> None:
    """List the orders that wait for a decision, the oldest first."""

    async def work(client: ServiceClient) -> JsonObject:
        return await client.operator_get(_QUEUE)

    columns = ("since", "id", "kind", "about", "to", "officer")
    ask(work, rows("orders", *columns), server=server, as_json=as_json)


def approve(number: Number, *, as_json: AsJson = False, server: Server = None) -> None:
    """Approve an order; its wallet fetches the certificate when it asks next."""
    _decide(number, "approve", {}, server=server, as_json=as_json)


def deny(
    number: Number,
    *,
    ground: Annotated[str, typer.Option(help="The ground, as `mydata issuers refuse` knows it.")],
    as_json: AsJson = False,
    server: Server = None,
) -> None:
    """Refuse an order that waits; the applicant is told the ground."""
    _decide(number, "deny", {"ground": ground}, server=server, as_json=as_json)


def _decide(
    number: str, what: str, body: JsonObject, *, server: str | None, as_json: bool
) -> None:
    async def work(client: ServiceClient) -> JsonObject:
        return await client.operator_post(f"{_QUEUE}/{segment(number)}/{what}", body)

    ask(work, lines, server=server, as_json=as_json)
