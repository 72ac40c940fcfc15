"""``mydata verifiers cache`` and ``settle``: what a desk takes along, and what it brings home."""

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated, Final

import typer

from app.cli.asking import ask_institution
from app.cli.invocation import AsJson, Server, answer, current_settings, verb_group
from app.clock import utc_now
from app.errors import CommandError
from app.institution.client import Institution
from app.keyring import DIRECTORY as KEYS
from app.offline_desk import OfflineDesk, QueuedUse
from keys.key_store import KeyStore
from keys.strict_json import JsonObject, JsonValue
from verifiers.delivering.result import credential_form
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.offline.at_desk import (
    MAX_AGE,
    CheckedOffline,
    TakenAlong,
    check_offline,
    read_offline,
)
from verifiers.recording.late import OVERDUE

verbs = verb_group("Take along what codes are checked with where there is no network.")

_ROOM: Final = "offline-desk"
_NOT_ON_SCREEN: Final = "show a new challenge: this code answers none on this desk's screen"

Profile = Annotated[str, typer.Argument(metavar="PROFILE", help="What is to be checked.")]


@verbs.command("refresh")
def refresh(profile: Profile, *, as_json: AsJson = False, server: Server = None) -> None:
    """Fetch trust list, chains and status lists for one check; good for a day."""

    async def call(institution: Institution) -> JsonObject:
        supplies = await institution.supplies(profile)
        now = utc_now()
        taken = _parsed(supplies, now)
        _desk().keep_supplies(profile, supplies)
        return _told(profile, taken, now)

    ask_institution(call, _ages, server=server, as_json=as_json)


@verbs.command("show")
def show(*, as_json: AsJson = False) -> None:
    """Tell what is kept for which check, how old it is, and what waits to be settled."""

    def work() -> JsonObject:
        desk, now = _desk(), utc_now()
        kept: list[JsonValue] = [_kept(desk, check, now) for check in desk.checks()]
        queued = [*desk.queued()]
        overdue = sum(now - use.read_at > OVERDUE for use in queued)
        return {"checks": kept, "queued": len(queued), "overdue": overdue}

    answer(work, _kept_lines, as_json=as_json)


def scan_offline(text: str, profile: str) -> JsonObject:
    """Check a code with what was taken along and queue its use; raises ``CommandError``.

    1. supplies of today; 2. a code in its time, for anybody or a challenge of this desk's;
    3. the first time here; 4. everything it can prove by itself.
    """
    desk, now = _desk(), utc_now()
    taken = _parsed(desk.supplies(profile), now)  # 1
    try:
        read = read_offline(text, taken, now=now)  # 2
    except VerifierError as error:
        raise _refused(error) from None
    if not desk.is_shown(read.addressed, now=now):
        raise _refused(VerifierError(Failure.CHALLENGE_CLOSED, _NOT_ON_SCREEN))
    desk.take(read.addressed, profile, text.strip(), now=now)  # 3
    try:
        checked = asyncio.run(check_offline(read, profile, taken, now=now))  # 4
    except VerifierError as error:
        desk.drop(read.addressed)
        raise _refused(error) from None
    return _result(checked, taken, now)


def challenge_offline(profile: str, nonce: bytes) -> JsonObject:
    """Return a challenge of this desk's own, for one answer."""
    desk, now = _desk(), utc_now()
    taken = _parsed(desk.supplies(profile), now)
    return {"challenge": desk.challenge(taken.party, nonce, now=now).text}


async def settle_all(institution: Institution) -> JsonObject:
    """Bring every queued use home, the oldest first; what cannot be brought now stays queued."""
    desk = _desk()
    settled: list[JsonValue] = [await _settled(desk, use, institution) for use in desk.queued()]
    return {"settled": settled}


async def _settled(desk: OfflineDesk, use: QueuedUse, institution: Institution) -> JsonObject:
    told = await institution.bring_home(use.id, use.check, use.text, read_at=use.read_at)
    desk.settled(use)
    return {"id": use.id, "profile": use.check, **told}


def _desk() -> OfflineDesk:
    home = current_settings().home
    return OfflineDesk(home, KeyStore(home / KEYS).data_key(_ROOM))


def _parsed(supplies: JsonValue, now: datetime) -> TakenAlong:
    try:
        return TakenAlong.parse(supplies, now=now)
    except VerifierError as error:
        raise _refused(error) from None


def _refused(error: VerifierError) -> CommandError:
    failure = error.failure
    return CommandError(failure.code, failure.party.value, error.detail)


def _result(checked: CheckedOffline, taken: TakenAlong, now: datetime) -> JsonObject:
    """Return a result as the service tells it, with how it was checked, and how old that was."""
    listed = checked.status.listed
    return {
        "state": "verified",
        "credentials": [credential_form(checked.credential)],
        "recorded": "late",
        "checked": {
            "online": False,
            "supplies_age": _seconds(now - taken.made_at),
            "trust_list_age": _seconds(now - taken.trust.issued_at),
            "status_list_age": None if listed is None else _seconds(now - listed.issued_at),
        },
    }


def _kept(desk: OfflineDesk, check: str, now: datetime) -> JsonObject:
    try:
        return _told(check, _parsed(desk.supplies(check), now), now)
    except CommandError as error:
        return {"profile": check, "error": error.problem.error}


def _told(profile: str, taken: TakenAlong, now: datetime) -> JsonObject:
    return {
        "profile": profile,
        "supplies_age": _seconds(now - taken.made_at),
        "trust_list_age": _seconds(now - taken.trust.issued_at),
        "good_for": _seconds(taken.made_at + MAX_AGE - now),
        "chains": len(taken.chains),
        "status_lists": len(taken.lists),
    }


def _ages(told: JsonObject) -> Iterable[str]:
    if "error" in told:
        yield f"{told['profile']}: cannot be used ({told['error']})"
        return
    yield "{profile}: {chains} chains, {status_lists} status lists".format_map(told)
    yield "  taken {supplies_age} s ago, the trust list is {trust_list_age} s old".format_map(told)
    yield "  good for {good_for} s more".format_map(told)


def _kept_lines(told: JsonObject) -> Iterable[str]:
    checks = told["checks"]
    for each in checks if isinstance(checks, list) else ():
        if isinstance(each, dict):
            yield from _ages(each)
    yield f"{told['queued']} uses wait to be settled, {told['overdue']} of them overdue"


def _seconds(age: timedelta) -> int:
    return max(0, int(age.total_seconds()))
