"""What must hold before a service starts, each broken condition one line (H100)."""

import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from app.errors import StartError
from app.settings import ROOMS, Role, Settings, is_loopback
from keys import private_files

# Made by demo mode, so that its keys never come to sign for real people.
DEMO_MARKER: Final = "demo-mode"
# Made when a log ends: its last checkpoint.
FROZEN_MARKER: Final = "log.frozen"
# Two machines that keep time differ by far less.
CLOCK_TOLERANCE: Final = timedelta(minutes=5)


def check_start(settings: Settings, *, now: datetime) -> None:
    """Raise ``StartError`` for whatever forbids a start in this mode."""
    _check_workers(settings)
    _check_frozen(settings)
    _check_clock(settings.home, now)
    if settings.demo:
        _check_demo(settings.home)
    else:
        _check_production(settings)


def mark_demo(home: Path) -> None:
    """Note that this data directory holds developer keys."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (home / DEMO_MARKER).exists():
        private_files.replace(home / DEMO_MARKER, b"These keys and people are for trying out.\n")


def _check_workers(settings: Settings) -> None:
    if settings.workers > 1 and settings.database_url is None:
        detail = (
            "SQLite is written by one process: set MYDATA_DATABASE_URL to a PostgreSQL address, "
            "or leave --workers at 1"
        )
        raise StartError("workers_need_postgresql", detail)


def _check_frozen(settings: Settings) -> None:
    if Role.CONSENT.value in settings.role.rooms and (settings.home / FROZEN_MARKER).exists():
        detail = (
            "this log has ended: start the next one in a data directory of its own, "
            "with MYDATA_FROZEN and a new MYDATA_LOG_NAME"
        )
        raise StartError("log_frozen", detail)


def _check_clock(home: Path, now: datetime) -> None:
    """Refuse a clock behind what is on the disk: expired things would be valid again."""
    files = [path.stat().st_mtime for path in home.glob("*") if path.is_file()]
    if files and now.timestamp() < max(files) - CLOCK_TOLERANCE.total_seconds():
        detail = "the clock is behind the files of the data directory: set the clock"
        raise StartError("clock_behind", detail)


def _check_demo(home: Path) -> None:
    if (home / "keys").exists() and not (home / DEMO_MARKER).exists():
        detail = f"{home} holds the keys of a real service: give demo mode its own MYDATA_HOME"
        raise StartError("real_keys", detail)


def _check_production(settings: Settings) -> None:
    home = settings.home
    if (home / DEMO_MARKER).exists():
        detail = f"{home} was made by demo mode, its keys are for trying out: use another"
        raise StartError("developer_keys", detail)
    if sys.flags.dev_mode:
        raise StartError("developer_switch", "Python runs in development mode: leave -X dev away")
    for address in (settings.base, settings.ledger_base):
        if address.startswith("http:") and not is_loopback(address):
            detail = f"{address} is plain http: serve https (--tls, or a proxy in front)"
            raise StartError("http_address", detail)
    kept = [room for room in ROOMS if (home / f"{room}.sqlite").exists()]
    if kept and not (home / "keys" / "master.key").exists():
        detail = f"{home} has databases and no keys/master.key: restore the keys with the data"
        raise StartError("missing_secret", detail)
