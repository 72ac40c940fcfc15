"""``mydata issuers``, the second half: the issue book, notices, and the resident register."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, TypeAlias

import typer

from app.cli.invocation import AsJson, Server, ask, lines, rows
from app.service_client import ServiceClient, segment
from keys.strict_json import JsonObject

_DESK = "/issuers/operator"


class State(StrEnum):
    """What a certificate can be."""

    VALID = "valid"
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    OUTDATED = "outdated"
    EXPIRED = "expired"


CredentialId = Annotated[str, typer.Argument(metavar="ID", help="The credential's id.")]
Citizen: TypeAlias = Annotated[str, typer.Argument(metavar="CITIZEN", help="Whose.")]
Protected: TypeAlias = Annotated[str, typer.Option(metavar="CITIZEN", help="Who is protected.")]
Against: TypeAlias = Annotated[str, typer.Option(metavar="CITIZEN", help="From whom.")]


def book(  # noqa: PLR0913  # every option of the verb is a parameter
    *,
    kind: Annotated[str | None, typer.Option(help="Of one kind.")] = None,
    status: Annotated[State | None, typer.Option(help="What the certificates are now.")] = None,
    since: Annotated[str | None, typer.Option(metavar="DAY", help="Issued on or after.")] = None,
    until: Annotated[str | None, typer.Option(metavar="DAY", help="Issued on or before.")] = None,
    text: Annotated[str | None, typer.Option(help="An issue number, or a citizen.")] = None,
    before: Annotated[
        str | None, typer.Option(metavar="PAGE", help="The page named at the end of the last one.")
    ] = None,
    limit: Annotated[int, typer.Option(help="So many entries at most.")] = 50,
    as_json: AsJson = False,
    server: Server = None,
) -> None:
    """Read the issue book: who was issued what, the latest first; no claim is in it."""
    asked: JsonObject = {
        "kind": kind,
        "status": None if status is None else status.value,
        "since": since,
        "until": until,
        "text": text,
        "before": before,
        "limit": limit,
    }

    async def work(client: ServiceClient) -> JsonObject:
        given: JsonObject = {name: v for name, v in asked.items() if v is not None}
        return await client.operator_post(f"{_DESK}/book", given)

    ask(work, _page, server=server, as_json=as_json)


def show(credential_id: CredentialId, *, as_json: AsJson = False, server: Server = None) -> None:
    """Show an entry of the issue book with every change of its status."""

    async def work(client: ServiceClient) -> JsonObject:
        return await client.operator_get(f"{_DESK}/credentials/{segment(credential_id)}")

    ask(work, lines, server=server, as_json=as_json)


def notices(citizen: Citizen, *, as_json: AsJson = False, server: Server = None) -> None:
    """List who was issued a certificate about a citizen, and what for."""

    async def work(client: ServiceClient) -> JsonObject:
        return await client.operator_get(f"{_DESK}/notices?to={segment(citizen)}")

    columns = ("at", "kind", "applicant", "purpose")
    ask(work, rows("notices", *columns), server=server, as_json=as_json)


def report_move(
    citizen: Citizen,
    *,
    address: Annotated[str, typer.Option(help="Where the household lives now.")],
    on: Annotated[str, typer.Option(metavar="DAY", help="Since when.")],
    reason: Annotated[str, typer.Option(help="The reason the register keeps.")] = "전입",
    as_json: AsJson = False,
    server: Server = None,
) -> None:
    """Report that a citizen's household has moved; earlier certificates become outdated."""

    async def work(client: ServiceClient) -> JsonObject:
        move: JsonObject = {"citizen": citizen, "address": address, "on": on, "reason": reason}
        return await client.operator_post(f"{_DESK}/moves", move)

    ask(work, lines, server=server, as_json=as_json)


def revoke_all(
    citizen: Citizen,
    *,
    reason: Annotated[str, typer.Option(help="Why; kept with each certificate.")] = "분실 신고",
    as_json: AsJson = False,
    server: Server = None,
) -> None:
    """Revoke everything a citizen was issued, in one act, and every right to more of it."""

    async def work(client: ServiceClient) -> JsonObject:
        return await client.operator_post(
            f"{_DESK}/revocations", {"to": citizen, "reason": reason}
        )

    ask(work, lines, server=server, as_json=as_json)


def restrict(
    *, protected: Protected, against: Against, as_json: AsJson = False, server: Server = None
) -> None:
    """Give an applicant nothing about a citizen, nor about the citizen's household."""
    _restriction("restrictions", protected, against, server=server, as_json=as_json)


def lift(
    *, protected: Protected, against: Against, as_json: AsJson = False, server: Server = None
) -> None:
    """End such a restriction."""
    _restriction("restrictions/lift", protected, against, server=server, as_json=as_json)


def _page(answer: JsonObject) -> Iterable[str]:
    """Tell one entry a line, and at the end the name of the page before."""
    columns = ("issued_at", "id", "kind", "about", "to", "status", "officer")
    yield from rows("entries", *columns)(answer)
    if "earlier" in answer:
        yield f"earlier: {answer['earlier']}"


def _restriction(
    what: str, protected: str, against: str, *, server: str | None, as_json: bool
) -> None:
    async def work(client: ServiceClient) -> JsonObject:
        pair: JsonObject = {"protected": protected, "against": against}
        return await client.operator_post(f"{_DESK}/{what}", pair)

    ask(work, lines, server=server, as_json=as_json)
