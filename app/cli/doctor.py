"""``mydata doctor``: settings in force, files, and the running service, looked over."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from app.cli.invocation import AsJson, Server, answer, current_settings, verb_group
from app.clock import utc_now
from app.database_examination import look_at_database, look_at_ledger, rooms_of
from app.errors import CommandError
from app.examination import (
    look_at_certificates,
    look_at_clock,
    look_at_directory,
    look_at_disk,
    look_at_keys,
    look_at_pictures,
    look_at_trust_list,
)
from app.late_examination import look_at_late_uses
from app.production import DEMO_MARKER, check_start
from app.service_client import ServiceClient
from app.settings import Settings
from app.signer_examination import look_at_signers, look_at_status_lists
from app.skew_examination import look_at_skew
from app.witness_examination import look_at_witnesses
from keys.errors import KeysError
from keys.strict_json import JsonObject, JsonValue, loads_object
from web.errors import Party

verbs = verb_group("Look over settings, files and the running service.")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: whether it is well, and what was seen."""

    name: str
    ok: bool
    seen: str

    def as_dict(self) -> JsonObject:
        """Return the JSON form."""
        return {"check": self.name, "ok": self.ok, "seen": self.seen}


@verbs.command("doctor")
def doctor(*, as_json: AsJson = False, server: Server = None) -> None:
    """Look over settings, files and the running service."""

    def work() -> JsonObject:
        settings = current_settings()
        checks = examine(settings, server or settings.base)
        return {
            "ok": all(check.ok for check in checks),
            "settings": settings_in_force(settings),
            "checks": [check.as_dict() for check in checks],
        }

    answer(work, _tell, as_json=as_json, holds=lambda report: report["ok"] is True)


def settings_in_force(settings: Settings) -> JsonObject:
    """Return every setting by its variable; a password in an address is masked."""
    shown: JsonObject = {}
    for name in Settings.model_fields:
        value = getattr(settings, name)
        shown[f"MYDATA_{name.upper()}"] = _shown(name, value)
    return shown


def examine(settings: Settings, base: str) -> list[Check]:
    """Return what was looked at, in the order in which things break."""
    demo = (settings.home / DEMO_MARKER).exists()
    mode = settings.model_copy(update={"demo": demo})
    mode_text = "demo mode: keys and people are made up" if demo else "production mode"
    now = utc_now()
    return [
        Check("mode", ok=True, seen=mode_text),
        _check("start", lambda: _start(mode)),
        Check("transport", ok=True, seen=_transport(base)),
        _check("directory", lambda: look_at_directory(settings)),
        _check("disk", lambda: look_at_disk(settings)),
        _check("clock", lambda: look_at_clock(settings, now)),
        _check("keys", lambda: look_at_keys(settings)),
        _check("certificates", lambda: look_at_certificates(settings, now)),
        _check("trust list", lambda: look_at_trust_list(settings, now)),
        _check("signers", lambda: look_at_signers(settings, now)),
        *(_database(settings, room) for room in rooms_of(settings)),
        _check("ledger", lambda: asyncio.run(look_at_ledger(settings))),
        _check("witnesses", lambda: asyncio.run(look_at_witnesses(settings, now))),
        _check("pictures", look_at_pictures),
        _check("service", lambda: asyncio.run(_readiness(base, settings))),
        _check("status lists", lambda: asyncio.run(look_at_status_lists(base, settings, now))),
        _check("late uses", lambda: asyncio.run(look_at_late_uses(base, settings))),
        _check("clock differences", lambda: asyncio.run(look_at_skew(base, settings))),
    ]


def _database(settings: Settings, room: str) -> Check:
    return _check(f"database {room}", lambda: asyncio.run(look_at_database(settings, room)))


def _check(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, ok=True, seen=look())
    except CommandError as error:
        return Check(name, ok=False, seen=error.problem.detail)
    except KeysError as error:
        return Check(name, ok=False, seen=error.detail)


def _start(settings: Settings) -> str:
    check_start(settings, now=utc_now())
    return "nothing forbids a start"


def _transport(base: str) -> str:
    if base.startswith("https:"):
        return f"{base}: https"
    return f"{base}: plain http, for this machine alone; --tls or a proxy gives https"


async def _readiness(base: str, settings: Settings) -> str:
    async with ServiceClient(
        base, settings.home, authority_file=settings.authority_file
    ) as client:
        ready = loads_object(await client.public("/readyz"))
    if ready.get("hindered"):
        detail = f"nothing is signed for {ready['hindered']}: see Ready to issue at the desk"
        raise CommandError("hindered", Party.ISSUER, detail)
    return f"ready: {ready.get('rooms')}"


def _shown(name: str, value: object) -> JsonValue:
    if isinstance(value, frozenset | tuple):
        return ",".join(sorted(map(str, value)))
    if name == "database_url" and isinstance(value, str):
        try:
            return make_url(value).render_as_string(hide_password=True)
        except ArgumentError:
            return "not a database address"
    return value if isinstance(value, bool | int | str) or value is None else str(value)


def _tell(report: JsonObject) -> Iterable[str]:
    settings, checks = report["settings"], report["checks"]
    if isinstance(settings, dict):
        yield from (f"{name}={'' if value is None else value}" for name, value in settings.items())
    for check in checks if isinstance(checks, list) else ():
        if isinstance(check, dict):
            yield f"{'well' if check['ok'] else 'NOT WELL'}  {check['check']}: {check['seen']}"
