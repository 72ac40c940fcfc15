"""``mydata consent valid-on``: was a certificate valid on that day, by a list signed then."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlsplit

import typer

from app.cli.consent.files import text_of
from app.cli.consent.group import verbs
from app.cli.invocation import AsJson, answer, current_settings
from app.clock import utc_now
from app.errors import CommandError
from app.service_client import ServiceClient
from app.trust import TrustFile
from consent.auditing.valid_on import ValidOn, issuer_parts, reference_of, valid_on
from consent.errors import ConsentError
from keys.key_store import KeyStore
from keys.strict_json import JsonObject, JsonValue
from keys.trust_list import TrustList
from standards.formats.errors import CredentialError
from standards.formats.parts import IssuerPart
from standards.status_list.errors import StatusListError
from standards.status_list.token import MAX_TOKEN
from web.errors import Party

_HOUR: Final = timedelta(hours=1)
_HOURS: Final = 24


@verbs.command("valid-on")
def was_valid_on(
    day: Annotated[str, typer.Argument(metavar="DATE", help="2026-11-22, or a time in UTC.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A certificate, or a receipt.")],
    *,
    status_token: Annotated[
        Path | None,
        typer.Option("--status-token", metavar="FILE", help="A status list token of that day."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say whether a certificate was valid on that day, by a list that was signed then.

    Without a token, the issuer is asked for the list it kept; of a day without one nobody can
    tell, and the answer says so.
    """

    def work() -> JsonObject:
        home = current_settings().home
        trust = TrustFile(home, KeyStore(home / "keys"), utc_now).current()
        kept = None if status_token is None else text_of(status_token).strip()
        try:
            found = [
                _judged(part, _times(day), kept, home, trust)
                for part in issuer_parts(text_of(file))
            ]
        except (ConsentError, CredentialError, StatusListError) as error:
            party = Party.ISSUER if isinstance(error, StatusListError) else Party.CALLER
            raise CommandError(error.failure.value, party, error.detail) from None
        told = list[JsonValue]([each.as_dict() for each in found])
        return {"ok": all(each.ok for each in found), "certificates": told}

    answer(work, _told, as_json=as_json, holds=lambda found: found["ok"] is True)


def _judged(
    part: IssuerPart, times: list[datetime], kept: str | None, home: Path, trust: TrustList
) -> ValidOn:
    """Return the first moment that can be answered; a day may be kept by its first list alone."""
    refused: ConsentError | StatusListError | CommandError | None = None
    for at in times:
        try:
            token = kept if kept is not None else _fetched(reference_of(part).uri, at, home)
            return valid_on(part, token, trust=trust, at=at)
        except (ConsentError, StatusListError, CommandError) as error:
            refused = error
    if isinstance(refused, CommandError):
        detail = f"no list of that time can be shown: {refused.problem.detail}"
        raise CommandError("status_not_kept", Party.ISSUER, detail)
    raise refused or _no_time()


def _fetched(uri: str, at: datetime, home: Path) -> str:
    """Ask for the list of then (Token Status List section 8.4)."""
    parts = urlsplit(uri)
    path = f"{parts.path}?time={int(at.timestamp())}"

    async def fetch() -> str:
        async with ServiceClient(f"{parts.scheme}://{parts.netloc}", home) as client:
            return (await client.public(path, limit=MAX_TOKEN)).decode("ascii", "replace")

    return asyncio.run(fetch())


def _times(text: str) -> list[datetime]:
    """Return the moment that was asked for, or each hour of the day that was."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return [_moment(text)]
    first = datetime.combine(day, time(), UTC)
    return [first + hour * _HOUR + _HOUR - timedelta(seconds=1) for hour in range(_HOURS)]


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise _no_time() from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _no_time() -> CommandError:
    return CommandError("malformed", Party.CALLER, "a day such as 2026-11-22 was expected")


def _told(found: JsonObject) -> Iterable[str]:
    certificates = found["certificates"]
    for each in certificates if isinstance(certificates, list) else ():
        if isinstance(each, dict):
            yield (
                f"{each['status']} at {each['at']}, by the list signed {each['signed_at']} "
                f"and good until {each['good_until']}"
            )
