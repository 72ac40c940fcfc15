"""``mydata wallet``: take a certificate, look at it, show it."""

from collections.abc import Iterable
from typing import Annotated

import typer

from app.cli import wallet_clients, wallet_showing
from app.cli.invocation import (
    TAKES_ID,
    AsJson,
    Holder,
    Server,
    ask,
    lines,
    rows,
    uri_or_input,
    verb_group,
)
from app.cli.reviewed import reviewed
from app.service_client import ServiceClient, segment
from keys.strict_json import JsonObject, JsonValue

verbs = verb_group("Receive, keep and present certificates.")
verbs.add_typer(wallet_clients.verbs, name="clients")
wallet_showing.add_verbs(verbs)


@verbs.command("accept")
def accept(
    offer_uri: Annotated[
        str | None, typer.Argument(metavar="OFFER_URI", help="Standard input when absent.")
    ] = None,
    *,
    tx_code: Annotated[
        str | None, typer.Option("--tx-code", help="The code that came another way.")
    ] = None,
    holder: Holder = "demo",
    as_json: AsJson = False,
    server: Server = None,
) -> None:
    """Redeem an offer: fetch, verify and keep the certificate, or say where to sign in for it."""
    uri = uri_or_input(offer_uri, "credential_offer_uri")

    async def work(client: ServiceClient) -> JsonObject:
        body: JsonObject = {"credential_offer_uri": uri}
        if tx_code is not None:
            body["tx_code"] = tx_code
        return await client.holder_post(holder, "/accept", body)

    ask(work, _taken, server=server, as_json=as_json)


@verbs.command("request")
def request(
    issuer: Annotated[str, typer.Argument(metavar="ISSUER", help="Its identifier, an address.")],
    configuration_id: Annotated[str, typer.Argument(metavar="CONFIGURATION_ID")],
    *,
    holder: Holder = "demo",
    as_json: AsJson = False,
    server: Server = None,
) -> None:
    """Ask an issuer for a certificate nobody offered; it says where to sign in for it."""

    async def work(client: ServiceClient) -> JsonObject:
        body: JsonObject = {
            "credential_issuer": issuer,
            "credential_configuration_id": configuration_id,
        }
        return await client.holder_post(holder, "/request", body)

    ask(work, _taken, server=server, as_json=as_json)


@verbs.command("list")
def list_credentials(
    *, holder: Holder = "demo", as_json: AsJson = False, server: Server = None
) -> None:
    """List the certificates in the wallet, and how each of them stands today."""

    async def work(client: ServiceClient) -> JsonObject:
        listed = await client.holder_get(holder, "/credentials")
        return _with_states(listed, await client.holder_get(holder, "/states"))

    ask(work, _kept, server=server, as_json=as_json)


@verbs.command("show", context_settings=TAKES_ID)
def show(
    credential_id: Annotated[str, typer.Argument(metavar="ID")],
    *,
    holder: Holder = "demo",
    as_json: AsJson = False,
    server: Server = None,
) -> None:
    """Show one certificate, claim by claim."""

    async def work(client: ServiceClient) -> JsonObject:
        return await client.holder_get(holder, f"/credentials/{segment(credential_id)}")

    ask(work, _certificate, server=server, as_json=as_json)


@verbs.command("renew", context_settings=TAKES_ID)
def renew(
    credential_id: Annotated[str, typer.Argument(metavar="ID")],
    *,
    holder: Holder = "demo",
    as_json: AsJson = False,
    server: Server = None,
) -> None:
    """Have its issuer renew one certificate, or say where to sign in for another."""

    async def work(client: ServiceClient) -> JsonObject:
        path = f"/credentials/{segment(credential_id)}/renew"
        return await client.holder_post(holder, path, {})

    ask(work, _taken, server=server, as_json=as_json)


@verbs.command("lost")
def lost(*, holder: Holder = "demo", as_json: AsJson = False, server: Server = None) -> None:
    """Sign out everywhere, destroy every certificate, have all revoked; tell how far that is."""

    async def work(client: ServiceClient) -> JsonObject:
        return await client.holder_post(holder, "/lost", {})

    told = rows("lost", "credential_id", "vct", "issuer", "state")
    ask(work, told, server=server, as_json=as_json)


@verbs.command("delete", context_settings=TAKES_ID)
def delete(
    credential_id: Annotated[str, typer.Argument(metavar="ID")],
    *,
    holder: Holder = "demo",
    as_json: AsJson = False,
    server: Server = None,
) -> None:
    """Destroy one certificate and its key; what was shown of it stays in the history."""

    async def work(client: ServiceClient) -> JsonObject:
        await client.holder_delete(holder, f"/credentials/{segment(credential_id)}")
        return {"deleted": credential_id}

    ask(work, lines, server=server, as_json=as_json)


@verbs.command("review")
def review(
    request_uri: Annotated[
        str | None, typer.Argument(metavar="REQUEST_URI", help="Standard input when absent.")
    ] = None,
    *,
    holder: Holder = "demo",
    as_json: AsJson = False,
    server: Server = None,
) -> None:
    """See who asks what and why, and what would be confirmed; nothing is sent."""
    uri = uri_or_input(request_uri, "request_uri")

    async def work(client: ServiceClient) -> JsonObject:
        return await client.holder_post(holder, "/review", {"request_uri": uri})

    ask(work, reviewed, server=server, as_json=as_json)


@verbs.command("present")
def present(  # noqa: PLR0913  # every option of the verb is a parameter
    request_uri: Annotated[
        str | None, typer.Argument(metavar="REQUEST_URI", help="Standard input when absent.")
    ] = None,
    *,
    include: Annotated[
        list[str] | None,
        typer.Option("--with", metavar="PATH", help="Also show this claim; repeatable."),
    ] = None,
    drop: Annotated[
        list[str] | None,
        typer.Option("--drop", metavar="PATH", help="Do not show this claim; repeatable."),
    ] = None,
    credentials: Annotated[
        list[str] | None,
        typer.Option(
            "--credential",
            metavar="[QUERY=]ID",
            help="Answer with this certificate; repeatable where several may be sent.",
        ),
    ] = None,
    match: Annotated[
        str | None,
        typer.Option("--match", metavar="NN", help="The number on the desk's screen."),
    ] = None,
    unverified: Annotated[
        bool, typer.Option("--unverified", help="Answer though nobody vouches for who asks.")
    ] = False,
    confirm: Annotated[
        bool, typer.Option("--confirm", help="Confirm the transaction that comes with it.")
    ] = False,
    surplus: Annotated[
        bool,
        typer.Option(
            "--surplus", help="Send also what they ask beyond their own terms or registration."
        ),
    ] = False,
    holder: Holder = "demo",
    as_json: AsJson = False,
    server: Server = None,
) -> None:
    """Answer a request with the smallest set of claims, or the one chosen here."""
    uri = uri_or_input(request_uri, "request_uri")

    async def work(client: ServiceClient) -> JsonObject:
        body: JsonObject = {
            "request_uri": uri,
            "with": list(include or []),
            "drop": list(drop or []),
            "unverified": unverified,
            "surplus": surplus,
            "credentials": list(credentials or []),
            "confirm": confirm,
        }
        if match is not None:
            body["match"] = match
        return await client.holder_post(holder, "/present", body)

    ask(work, lines, server=server, as_json=as_json)


def _with_states(listed: JsonObject, states: JsonObject) -> JsonObject:
    """Return the list with each certificate's state; one that came in between is unknown."""
    by_id, credentials = states["states"], listed["credentials"]
    known = by_id if isinstance(by_id, dict) else {}
    kept: list[JsonValue] = [
        {**each, "state": known.get(str(each["credential_id"]), "unknown")}
        for each in (credentials if isinstance(credentials, list) else ())
        if isinstance(each, dict)
    ]
    return {**listed, "credentials": kept}


def _kept(answer: JsonObject) -> Iterable[str]:
    """Tell each certificate on a line, then each that its issuer is still preparing."""
    yield from rows("credentials", "credential_id", "vct", "state", "expires_at")(answer)
    for line in rows("preparing", "vct", "issuer", "since")(answer):
        yield f"preparing\t{line}"


def _taken(answer: JsonObject) -> Iterable[str]:
    """Tell what came, or where the holder goes now and how it goes on from there."""
    yield from lines(answer)
    if "authorization_url" in answer:
        yield "next: open this address in the browser in which the holder is signed in here; the"
        yield "      issuer leads back, and the certificate is in the wallet: mydata wallet list"


def _certificate(answer: JsonObject) -> Iterable[str]:
    """Tell what a certificate is, then each claim on a line of its own, by its path."""
    claims = answer.pop("claims", [])
    yield from lines(answer)
    for claim in claims if isinstance(claims, list) else ():
        if isinstance(claim, dict):
            yield from lines({f"  {claim['path']}": claim["value"]})
