"""``mydata issuers clients``: the wallets that may send citizens to the authorities' pages."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli.invocation import AsJson, Server, ask, lines, rows, verb_group
from app.errors import CommandError
from app.service_client import ServiceClient
from keys.errors import KeysError
from keys.strict_json import JsonObject, loads_object
from web.errors import Party

verbs = verb_group("Register the wallets that may send citizens to the authorities.")

_CLIENTS = "/issuers/operator/clients"

ClientId = Annotated[
    str, typer.Argument(metavar="CLIENT_ID", help="What the wallet calls itself.")
]


@verbs.command("list")
def list_clients(*, as_json: AsJson = False, server: Server = None) -> None:
    """List the registered wallets and how each proves who it is."""

    async def work(client: ServiceClient) -> JsonObject:
        return await client.operator_get(_CLIENTS)

    ask(work, rows("clients", "client_id", "proves_by"), server=server, as_json=as_json)


@verbs.command("add")
def add(
    client_id: ClientId,
    *,
    redirect_uri: Annotated[
        list[str],
        typer.Option(
            "--redirect-uri", metavar="URI", help="Where citizens return to; repeatable."
        ),
    ],
    jwks: Annotated[
        Path | None,
        typer.Option("--jwks", metavar="FILE", help="Its public keys. Without, it is attested."),
    ] = None,
    as_json: AsJson = False,
    server: Server = None,
) -> None:
    """Register a wallet; one that is registered already is registered anew."""

    async def work(client: ServiceClient) -> JsonObject:
        wanted: JsonObject = {"client_id": client_id, "redirect_uris": [*redirect_uri]}
        if jwks is not None:
            wanted["jwks"] = _key_set(jwks)
        return await client.operator_post(_CLIENTS, wanted)

    ask(work, lines, server=server, as_json=as_json)


@verbs.command("remove")
def remove(client_id: ClientId, *, as_json: AsJson = False, server: Server = None) -> None:
    """Forget a wallet, and end every token it was given."""

    async def work(client: ServiceClient) -> JsonObject:
        return await client.operator_post(f"{_CLIENTS}/remove", {"client_id": client_id})

    ask(work, lines, server=server, as_json=as_json)


def _key_set(file: Path) -> JsonObject:
    """Return the JWK Set in a file; whether its keys are any good, the service says."""
    try:
        return loads_object(file.read_bytes())
    except (OSError, KeysError):
        detail = f"{file} is no JWK Set that can be read"
        raise CommandError("jwks_unreadable", Party.CALLER, detail) from None
