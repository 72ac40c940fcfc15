"""What a doctor looks at on this machine: files, keys, clock, disk, libraries.

Each look returns what was seen, or raises `CommandError` that says what to do next.
"""

import shutil
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from app.errors import CommandError
from app.keyring import DIRECTORY, RENEWAL
from app.measures import USES, last_days
from app.production import CLOCK_TOLERANCE
from app.settings import Settings
from app.trust import TrustFile
from keys.key_store import KeyStore
from web.errors import Party
from web.qr import qr_png
from web.qr_reading import PictureError, read_picture_now

# The service makes these, for its own user alone.
PRIVATE: Final = (".", DIRECTORY, "sign-in")
_OTHERS: Final = 0o077
# A day of a busy office; a full disk stops the ledger.
FREE_OCTETS: Final = 1024**3
# When this was written: a clock before it was never set.
_WRITTEN: Final = datetime(2026, 11, 1, tzinfo=UTC)
_TRIAL: Final = "openid4vp://?client_id=trial"


def look_at_directory(settings: Settings) -> str:
    """Look whether anybody but the service's own user may enter or read the data directory."""
    home = settings.home
    if not home.is_dir():
        raise _wrong(f"there is no {home}: start the service once, or set MYDATA_HOME")
    open_to_others = [path for path in _private(home) if path.stat().st_mode & _OTHERS]
    if open_to_others:
        found = open_to_others[0]
        mode = stat.S_IMODE(found.stat().st_mode)
        raise _wrong(f"others may read {found} (mode {mode:o}): chmod -R go= {home}")
    return f"{home}: for its owner alone"


def look_at_disk(settings: Settings) -> str:
    """Look whether the log can go on growing."""
    home = settings.home if settings.home.exists() else Path.cwd()
    free = shutil.disk_usage(home).free
    if free < FREE_OCTETS:
        raise _wrong(f"{_gibibytes(free)} free at {home}: make room, a full disk stops the ledger")
    return f"{_gibibytes(free)} free"


def look_at_keys(settings: Settings) -> str:
    """Look whether there are keys."""
    return f"{len(store_of(settings).names())} names"


def look_at_certificates(settings: Settings, now: datetime) -> str:
    """Look how long the first certificate of each use lasts; a start renews in time."""
    store = store_of(settings)
    told = []
    for use in USES:
        ends = list(last_days(store, use))
        if not ends:
            continue
        left = (min(ends) - now) // timedelta(days=1)
        if min(ends) - now <= RENEWAL:
            raise _wrong(f"a certificate of {use} ends in {left} days: restart the service")
        told.append(f"{use} {left} days")
    if not told:
        raise _wrong(f"no key has a certificate in {settings.home}: start the service once")
    return ", ".join(told)


def look_at_trust_list(settings: Settings, now: datetime) -> str:
    """Look how old the trust list is, and how long it lasts."""
    trusted = TrustFile(settings.home, store_of(settings), lambda: now).current()
    age = (now - trusted.issued_at) // timedelta(hours=1)
    return (
        f"{len(trusted.entries)} roots, {age} hours old, good until {trusted.expires_at:%Y-%m-%d}"
    )


def look_at_clock(settings: Settings, now: datetime) -> str:
    """Look whether the clock was set, and is not behind what was signed here."""
    if now < _WRITTEN:
        raise _wrong(f"the clock says {now:%Y-%m-%d}, before this program was made: set it")
    files = settings.home.glob("*")
    newest = max((path.stat().st_mtime for path in files if path.is_file()), default=0.0)
    if now.timestamp() < newest - CLOCK_TOLERANCE.total_seconds():
        raise _wrong("the clock is behind the files of the data directory: set it")
    return f"{now:%Y-%m-%dT%H:%M:%SZ}"


def look_at_pictures() -> str:
    """Look whether codes can be drawn and read: Pillow and zxing-cpp, by doing both."""
    try:
        read = read_picture_now(qr_png(_TRIAL))
    except (PictureError, ImportError, OSError) as error:
        raise _wrong(
            f"a code cannot be drawn and read ({type(error).__name__}): {_AGAIN}"
        ) from None
    if read != _TRIAL:
        raise _wrong(f"a code is read as another: {_AGAIN}")
    return "a code was drawn and read"


_AGAIN: Final = "install the program again with its locked libraries"


def store_of(settings: Settings) -> KeyStore:
    """Return the key store, or raise when the service was never started here."""
    if not (settings.home / DIRECTORY).is_dir():
        detail = f"there are no keys in {settings.home}: start the service once"
        raise CommandError("no_keys", Party.CALLER, detail)
    return KeyStore(settings.home / DIRECTORY)


def _private(home: Path) -> Iterator[Path]:
    """Yield what nobody else may read: the directories, and every file right in them."""
    for name in PRIVATE:
        directory = home / name
        if directory.is_dir():
            yield directory
            yield from (path for path in sorted(directory.iterdir()) if path.is_file())


def _gibibytes(octets: int) -> str:
    return f"{octets / 1024**3:.1f} GiB"


def _wrong(detail: str) -> CommandError:
    return CommandError("not_well", Party.CALLER, detail)
