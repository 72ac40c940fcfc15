"""``mydata doctor``: settings in force, files, and the running service, looked over."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from app.cli.invocation import AsJson, Server, answer, current_settings, verb_group
from app.clock import utc_now
from app.errors import CommandError
from app.production import DEMO_MARKER, check_start
from app.service_client import ServiceClient
from app.settings import Settings
from app.trust import TrustFile
from keys.errors import KeysError
from keys.key_store import KeyStore
from keys.strict_json import JsonObject, JsonValue, loads_object

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
    return [
        Check("mode", ok=True, seen=mode_text),
        _check("start", lambda: _start(mode)),
        Check("transport", ok=True, seen=_transport(base)),
        _check("keys", lambda: f"{len(_store(settings).names())} names"),
        _check("trust list", lambda: _trusted(settings)),
        _check("service", lambda: asyncio.run(_readiness(base, settings))),
    ]


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


def _store(settings: Settings) -> KeyStore:
    if not (settings.home / "keys").is_dir():
        detail = f"there are no keys in {settings.home}: start the service once"
        raise CommandError("no_keys", "caller", detail)
    return KeyStore(settings.home / "keys")


def _trusted(settings: Settings) -> str:
    trusted = TrustFile(settings.home, _store(settings), utc_now).current()
    return f"{len(trusted.entries)} roots, good until {trusted.expires_at:%Y-%m-%d}"


async def _readiness(base: str, settings: Settings) -> str:
    async with ServiceClient(
        base, settings.home, authority_file=settings.authority_file
    ) as client:
        ready = loads_object(await client.public("/readyz"))
    return f"ready: {ready.get('rooms')}"


def _shown(name: str, value: object) -> JsonValue:
    if isinstance(value, frozenset):
        return ",".join(sorted(value))
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
