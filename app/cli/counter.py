"""``mydata verifiers challenge``, ``scan`` and ``settle``: with the person before the desk."""

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from app.cli.asking import ask_institution
from app.cli.invocation import AsJson, Server, answer, lines, rows, uri_or_input, verb_group
from app.cli.offline_desk import challenge_offline, scan_offline, settle_all
from app.cli.pictures import check_suffix, text_or_picture, write_picture
from app.cli.verdict import verdict
from app.errors import CommandError
from app.institution.client import Institution
from keys.entropy import SYSTEM_ENTROPY
from keys.strict_json import JsonObject
from standards.shown_code.challenge import NONCE_SIZE

verbs = verb_group("Scan what a person holds up, or show a challenge first.")

Offline: TypeAlias = Annotated[
    bool, typer.Option("--offline", help="Without network, by `cache refresh`.")
]


@verbs.command("challenge")
def challenge(
    profile: Annotated[str, typer.Argument(metavar="PROFILE", help="What is to be checked.")],
    *,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="A .png or .svg picture of it.")
    ] = None,
    offline: Offline = False,
    as_json: AsJson = False,
    server: Server = None,
) -> None:
    """Show what a person's code has to answer: then it is worth nothing at any other desk."""
    if out is not None:
        check_suffix(out)
    if offline:
        nonce = SYSTEM_ENTROPY(NONCE_SIZE)
        answer(lambda: _drawn(challenge_offline(profile, nonce), out), lines, as_json=as_json)
        return

    async def call(institution: Institution) -> JsonObject:
        return _drawn(await institution.challenge(profile), out)

    ask_institution(call, lines, server=server, as_json=as_json)


@verbs.command("settle")
def settle(*, as_json: AsJson = False, server: Server = None) -> None:
    """Bring home the uses that were checked without network: each is recorded as a late one."""
    ask_institution(
        settle_all,
        rows("settled", "id", "profile", "state", "code"),
        server=server,
        as_json=as_json,
    )


@verbs.command("scan")
def scan(
    scanned: Annotated[
        str | None,
        typer.Argument(
            metavar="FILE_OR_TEXT", help="A picture, or what a scanner read. [standard input]"
        ),
    ] = None,
    *,
    profile: Annotated[
        str | None,
        typer.Option("--profile", metavar="P", help="What to check. [the test desk's purpose]"),
    ] = None,
    offline: Offline = False,
    as_json: AsJson = False,
    server: Server = None,
) -> None:
    """Check what a person holds up or reads out: the verdict, then the claims."""
    argument = uri_or_input(scanned, "text")
    if offline:
        if profile is None:
            raise typer.BadParameter("--offline checks what was taken along for --profile P")
        answer(lambda: scan_offline(text_or_picture(argument), profile), verdict, as_json=as_json)
        return

    async def call(institution: Institution) -> JsonObject:
        answered = await institution.scan(text_or_picture(argument), profile)
        match answered.get("failure"):
            case {"code": str(code), "party": str(party), "detail": str(detail)}:
                raise CommandError(code, party, detail)
            case _:
                return answered

    ask_institution(call, verdict, server=server, as_json=as_json)


def _drawn(shown: JsonObject, out: Path | None) -> JsonObject:
    if out is not None:
        write_picture(str(shown["challenge"]), out)
    return shown
