"""``mydata issuers``: what can be issued, offers, and what is done to what was issued."""

from enum import StrEnum
from typing import Annotated

import typer

from app.cli import bulk, clients, issue_book, mandates
from app.cli import day as day_book
from app.cli import queue as waiting
from app.cli import refusals as refusing
from app.cli.invocation import AsJson, Server, ask, lines, rows, verb_group
from app.cli.issue_book import CredentialId
from app.cli.load import load
from app.service_client import ServiceClient, segment
from keys.strict_json import JsonObject

verbs = verb_group("Issue certificates, and revoke them.")

_OFFERS = "/issuers/operator/offers"


class OfferBy(StrEnum):
    """Whether the offer stands in its link, or is fetched from there (OpenID4VCI section 4.1)."""

    VALUE = "value"
    REFERENCE = "reference"


class Grant(StrEnum):
    """How a wallet takes the offer: with a code in it, or after the citizen has signed in."""

    PRE_AUTHORIZED_CODE = "pre-authorized_code"
    AUTHORIZATION_CODE = "authorization_code"


class Channel(StrEnum):
    """Where somebody applies: alone, in front of an officer, or of a machine."""

    ELECTRONIC = "electronic"
    COUNTER = "counter"
    KIOSK = "kiosk"


class View(StrEnum):
    """The laws that show an outsider a part of a certificate."""

    CREDITOR = "creditor"
    FINANCIAL_COMPANY = "financial-company"


Reason = Annotated[str, typer.Option("--reason", help="Why; kept with the change.")]


@verbs.command("kinds")
def kinds(*, as_json: AsJson = False, server: Server = None) -> None:
    """List the kinds of certificate."""

    async def work(client: ServiceClient) -> JsonObject:
        return await client.operator_get("/issuers/operator/kinds")

    ask(work, rows("kinds", "kind", "vct"), server=server, as_json=as_json)


@verbs.command("offer")
def offer(  # noqa: PLR0913  # every option of the verb is a parameter
    kind: Annotated[str, typer.Argument(metavar="KIND", help="One of `mydata issuers kinds`.")],
    *,
    to: Annotated[str, typer.Option("--to", metavar="CITIZEN", help="Who applies.")] = "demo",
    about: Annotated[
        str | None, typer.Option("--about", metavar="CITIZEN", help="Whom it is about. [--to]")
    ] = None,
    view: Annotated[
        View | None, typer.Option("--view", help="The law by which an outsider may have it.")
    ] = None,
    option: Annotated[
        list[str] | None,
        typer.Option("--option", metavar="NAME=VALUE", help="A choice of the kind; repeatable."),
    ] = None,
    mandate: Annotated[
        str | None, typer.Option("--mandate", metavar="ID", help="Under which a proxy applies.")
    ] = None,
    purpose: Annotated[
        str | None, typer.Option("--purpose", help="What for; the form prints it.")
    ] = None,
    payer: Annotated[
        str | None, typer.Option("--payer", help="Who pays, where it is for a payment.")
    ] = None,
    tx_code: Annotated[
        bool, typer.Option("--tx-code", help="Ask for a code that travels another way.")
    ] = False,
    decision: Annotated[
        bool, typer.Option("--decision", help="Let an officer decide before it is issued.")
    ] = False,
    year: Annotated[
        int | None,
        typer.Option("--year", metavar="Y", help="Wait until this year's are made in bulk."),
    ] = None,
    grant: Annotated[
        Grant, typer.Option("--grant", help="How a wallet takes it.")
    ] = Grant.PRE_AUTHORIZED_CODE,
    channel: Annotated[
        Channel, typer.Option("--channel", help="Where the citizen applies; it sets the fee.")
    ] = Channel.COUNTER,
    by: Annotated[OfferBy, typer.Option("--by", help="Where the offer stands.")] = OfferBy.VALUE,
    as_json: AsJson = False,
    server: Server = None,
) -> None:
    """Offer a certificate; prints the whole openid-credential-offer:// address."""
    choices: JsonObject = dict(map(_choice, option or ()))

    async def work(client: ServiceClient) -> JsonObject:
        wanted: JsonObject = {"kind": kind, "to": to, "tx_code": tx_code, "by": by.value}
        wanted |= {"decision": True} if decision else {}
        wanted["grant"] = grant.value
        law = None if view is None else view.value
        given: JsonObject = {
            "about": about,
            "view": law,
            "mandate": mandate,
            "channel": channel.value,
            "purpose": purpose,
            "payer": payer,
            "options": choices,
            "year": year,
        }
        wanted |= {name: value for name, value in given.items() if value}
        return await client.operator_post(_OFFERS, wanted)

    ask(work, lines, server=server, as_json=as_json)


@verbs.command("list")
def list_certificates(
    *,
    to: Annotated[str, typer.Option("--to", metavar="CITIZEN", help="Who applied.")] = "demo",
    as_json: AsJson = False,
    server: Server = None,
) -> None:
    """List the certificates a citizen applied for, the latest first."""

    async def work(client: ServiceClient) -> JsonObject:
        return await client.operator_get(f"/issuers/operator/credentials?to={segment(to)}")

    ask(work, rows("credentials", "id", "kind", "status"), server=server, as_json=as_json)


@verbs.command("revoke")
def revoke(
    credential_id: CredentialId,
    *,
    reason: Reason = "revoked by the operator",
    as_json: AsJson = False,
    server: Server = None,
) -> None:
    """Revoke a credential for good."""
    _change(credential_id, "revoke", reason, server=server, as_json=as_json)


@verbs.command("suspend")
def suspend(
    credential_id: CredentialId,
    *,
    reason: Reason = "suspended by the operator",
    as_json: AsJson = False,
    server: Server = None,
) -> None:
    """Suspend a credential until it is reinstated."""
    _change(credential_id, "suspend", reason, server=server, as_json=as_json)


@verbs.command("reinstate")
def reinstate(
    credential_id: CredentialId,
    *,
    reason: Reason = "reinstated by the operator",
    as_json: AsJson = False,
    server: Server = None,
) -> None:
    """Make a suspended credential valid again."""
    _change(credential_id, "reinstate", reason, server=server, as_json=as_json)


verbs.command("book")(issue_book.book)
verbs.command("show")(issue_book.show)
verbs.command("notices")(issue_book.notices)
verbs.command("report-move")(issue_book.report_move)
verbs.command("revoke-all")(issue_book.revoke_all)
verbs.command("restrict")(issue_book.restrict)
verbs.command("lift")(issue_book.lift)
verbs.command("queue")(waiting.queue)
verbs.command("approve")(waiting.approve)
verbs.command("deny")(waiting.deny)
verbs.command("day")(day_book.day)
verbs.command("export")(day_book.export)
verbs.command("refuse")(refusing.refuse)
verbs.command("refusals")(refusing.refusals)


def _choice(text: str) -> tuple[str, str]:
    """Return an option and its choice, or stop with exit code 2."""
    name, equals, value = text.partition("=")
    if not (name and equals and value):
        raise typer.BadParameter("an option is NAME=VALUE")
    return name, value


def _change(
    credential_id: str, what: str, reason: str, *, server: str | None, as_json: bool
) -> None:
    async def work(client: ServiceClient) -> JsonObject:
        path = f"/issuers/operator/credentials/{segment(credential_id)}/{what}"
        return await client.operator_post(path, {"reason": reason})

    ask(work, lines, server=server, as_json=as_json)


verbs.add_typer(mandates.verbs, name="mandates")
verbs.command("load")(load)
verbs.add_typer(clients.verbs, name="clients")
verbs.add_typer(bulk.verbs, name="bulk")
