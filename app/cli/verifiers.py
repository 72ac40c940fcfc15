"""``mydata verifiers``: what may be asked, ask, and read the result."""

import json
import tomllib
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from app.cli import counter, desks, offline_desk, test_codes, webhooks
from app.cli.asking import ask_institution
from app.cli.invocation import TAKES_ID, AsJson, Server, lines, rows, uri_or_input, verb_group
from app.cli.selfcheck import look
from app.cli.verdict import verdict
from app.errors import CommandError
from app.institution.client import Institution
from keys.strict_json import JsonObject, loads_object
from web.errors import Party

verbs = verb_group("Ask for claims, and verify them.")
verbs.add_typer(counter.verbs)
verbs.add_typer(test_codes.verbs)
verbs.add_typer(offline_desk.verbs, name="cache")
verbs.add_typer(desks.verbs, name="desks")
verbs.add_typer(webhooks.verbs, name="webhooks")

# Longer than any path: what was given is the request itself.
_PATH_LIMIT = 1024


class Mode(StrEnum):
    """How the answer travels (OpenID4VP sections 8.2, 8.3 and A.2)."""

    DIRECT_POST = "direct_post"
    DIRECT_POST_JWT = "direct_post.jwt"
    DC_API = "dc_api"
    DC_API_JWT = "dc_api.jwt"


class Method(StrEnum):
    """How the wallet fetches the request (OpenID4VP section 5.10)."""

    GET = "get"
    POST = "post"


class Protocol(StrEnum):
    """How a request that goes by the browser is signed (OpenID4VP section A.1)."""

    UNSIGNED = "openid4vp-v1-unsigned"
    SIGNED = "openid4vp-v1-signed"
    MULTISIGNED = "openid4vp-v1-multisigned"


class Prefix(StrEnum):
    """By what the relying party is named (OpenID4VP section 5.9.3)."""

    X509_HASH = "x509_hash"
    X509_SAN_DNS = "x509_san_dns"


class Flow(StrEnum):
    """Where the person and the screens are."""

    COUNTER = "counter"
    SAME_DEVICE = "same_device"
    CROSS_DEVICE = "cross_device"


@verbs.command("profiles")
def profiles(*, as_json: AsJson = False, server: Server = None) -> None:
    """List what may be asked, by whom and why."""
    tell = rows("profiles", "profile")
    ask_institution(Institution.profiles, tell, server=server, as_json=as_json)


@verbs.command("request")
def request(  # noqa: PLR0913  # each is an option of the command line
    profile: Annotated[
        str | None, typer.Argument(metavar="PROFILE", help="One of `mydata verifiers profiles`.")
    ] = None,
    *,
    dcql: Annotated[
        Path | None, typer.Option("--dcql", metavar="FILE.json", help="A query of your own.")
    ] = None,
    mode: Annotated[Mode | None, typer.Option("--mode", help="How the answer travels.")] = None,
    method: Annotated[
        Method | None, typer.Option("--method", help="How the request is fetched.")
    ] = None,
    prefix: Annotated[Prefix | None, typer.Option("--prefix", help="How we are named.")] = None,
    flow: Annotated[Flow | None, typer.Option("--flow", help="Where the screens are.")] = None,
    protocol: Annotated[
        Protocol | None,
        typer.Option("--protocol", help="How it is signed, with --mode dc_api or dc_api.jwt."),
    ] = None,
    consent: Annotated[
        str | None,
        typer.Option("--consent", metavar="ID", help="Ask within this consent, without anybody."),
    ] = None,
    transaction: Annotated[
        list[Path] | None,
        typer.Option(
            "--transaction", metavar="FILE.json", help="Have this confirmed too; repeatable."
        ),
    ] = None,
    as_json: AsJson = False,
    server: Server = None,
) -> None:
    """Open a transaction; prints the whole openid4vp:// address.

    With --mode dc_api or dc_api.jwt: what a page gives to navigator.credentials.get.
    """
    if (profile is None) == (dcql is None):
        raise typer.BadParameter("give either PROFILE or --dcql FILE.json")
    chosen: dict[str, StrEnum | None] = {"mode": mode, "method": method, "prefix": prefix}
    chosen |= {"flow": flow, "protocol": protocol}

    async def call(institution: Institution) -> JsonObject:
        body: JsonObject = (
            {"profile": profile} if dcql is None else {"dcql": _object(dcql, "query")}
        )
        if transaction:
            body["transactions"] = [_object(each, "transaction") for each in transaction]
        if consent is not None:
            body["consent"] = consent
        body |= {name: value.value for name, value in chosen.items() if value is not None}
        return await institution.open(body)

    ask_institution(call, lines, server=server, as_json=as_json)


@verbs.command("result", context_settings=TAKES_ID)
def result(
    transaction_id: Annotated[str, typer.Argument(metavar="TRANSACTION_ID")],
    *,
    as_json: AsJson = False,
    server: Server = None,
) -> None:
    """Read what came of a transaction: the verdict, then the claims."""

    async def call(institution: Institution) -> JsonObject:
        return (await institution.result(transaction_id)).form

    ask_institution(call, verdict, server=server, as_json=as_json)


@verbs.command("register")
def register(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A definition, TOML or JSON.")],
    *,
    as_json: AsJson = False,
    server: Server = None,
) -> None:
    """Register a relying party: who it is, and what it may ask for; counts at once."""

    async def call(institution: Institution) -> JsonObject:
        return await institution.register(definition_in(file))

    ask_institution(call, lines, server=server, as_json=as_json)


@verbs.command("check")
def check(
    given: Annotated[
        str | None,
        typer.Argument(
            metavar="FILE_OR_URI", help="A link, request object, query or HTTP answer. [stdin]"
        ),
    ] = None,
    *,
    as_json: AsJson = False,
    server: Server = None,
) -> None:
    """Look a request over as a wallet would: all that is wrong, why, and how to mend it."""
    argument = uri_or_input(given, "text")

    def text() -> str:
        file = Path(argument)
        is_file = len(argument) < _PATH_LIMIT and file.is_file()
        return file.read_text("utf-8", errors="replace") if is_file else argument

    async def call(institution: Institution) -> JsonObject:
        return await institution.look_over(text())

    ask_institution(call, look, server=server, as_json=as_json)


@verbs.command("registrations")
def registrations(*, as_json: AsJson = False, server: Server = None) -> None:
    """List everything that was ever registered, with its hash and since when."""
    columns = ("party", "purpose", "since", "current", "sha256")
    tell = rows("registrations", *columns)
    ask_institution(Institution.registrations, tell, server=server, as_json=as_json)


@verbs.command("originals")
def originals(*, as_json: AsJson = False, server: Server = None) -> None:
    """List what a law has kept sealed, until when, and who has read it; opens nothing."""
    columns = ("transaction_id", "party", "purpose", "kept_until", "readings")
    tell = rows("originals", *columns)
    ask_institution(Institution.originals, tell, server=server, as_json=as_json)


def definition_in(file: Path) -> JsonObject:
    """Return the definition in a file; whether it is a good one, the service says."""
    try:
        text = file.read_text("utf-8")
        read = json.loads(text) if file.suffix == ".json" else tomllib.loads(text)
    except (OSError, ValueError) as error:
        told = f"{file}: {error}" if isinstance(error, tomllib.TOMLDecodeError) else f"{file}"
        detail = f"{told} is no TOML or JSON file that can be read"
        raise CommandError("definition_unreadable", Party.CALLER, detail) from None
    # A date or a NaN of the file would be refused later by nobody that can name it.
    return loads_object(json.dumps(read, default=str).encode())


def _object(path: Path, what: str) -> JsonObject:
    """Return the JSON object in a file: a query, or a transaction."""
    try:
        value = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        raise CommandError(f"{what}_unreadable", "caller", f"{path} is no JSON file") from None
    if not isinstance(value, dict):
        raise CommandError(f"{what}_unreadable", "caller", f"{path} holds no JSON object")
    return value
