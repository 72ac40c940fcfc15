"""What a desk's computer keeps to check codes without network: supplies, and uses to be settled.

A use is a code somebody showed: it lies sealed under the data directory's own key until it is
settled, in a file named by what is signed. The name is taken before anything is verified, so that
of two readings at once one counts; it stays, empty, as long as the code could be shown again.
"""

import hashlib
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from app.errors import CommandError
from keys import base64url, private_files
from keys.errors import KeysError
from keys.json_value import JsonObject, JsonValue
from keys.sealing import DataKey
from keys.strict_json import dumps, loads
from standards.shown_code.challenge import CHALLENGE_TIME, NONCE_SIZE, Challenge
from verifiers.verifying.scanned import Addressed
from web.errors import Party

DIRECTORY: Final = "offline-desk"
# The bytes of supplies for some authorities: lists of 32 KiB each, certificates, names.
SUPPLIES_LIMIT: Final = 16 * 1024 * 1024
# Longer than a code and its challenge live together.
_FORGOTTEN_AFTER: Final = timedelta(minutes=10)
_ID_SIZE: Final = 16
_NAME: Final = re.compile("[a-z0-9-]{1,64}")


@dataclass(frozen=True, slots=True)
class QueuedUse:
    """A use that is to be settled: `id` is the desk's own name for it, ``check`` a profile."""

    path: Path
    id: str
    check: str
    text: str
    read_at: datetime


class OfflineDesk:
    """The folder of one desk; ``key`` seals what it queues."""

    def __init__(self, home: Path, key: DataKey) -> None:
        self._home = home / DIRECTORY
        self._key = key
        private_files.open_directory(self._home)

    def keep_supplies(self, check: str, supplies: JsonObject) -> None:
        """Keep what was fetched for a check, in place of what was kept before."""
        private_files.replace(self._supplies(check), dumps(supplies))

    def supplies(self, check: str) -> JsonValue:
        """Return what was fetched for a check, or raise ``CommandError`` (no_supplies)."""
        try:
            octets = self._supplies(check).read_bytes()
        except OSError:
            detail = "run `mydata verifiers cache refresh` for this check while there is a network"
            raise CommandError("no_supplies", Party.CALLER, detail) from None
        try:
            return loads(octets, limit=SUPPLIES_LIMIT)
        except KeysError:
            detail = "they cannot be read: run `mydata verifiers cache refresh` again"
            raise CommandError("supplies_unusable", Party.CALLER, detail) from None

    def checks(self) -> tuple[str, ...]:
        """Return the checks something is kept for."""
        found = self._home.glob("*.supplies.json")
        return tuple(sorted(path.name.removesuffix(".supplies.json") for path in found))

    def challenge(self, party: str, nonce: bytes, *, now: datetime) -> Challenge:
        """Return a challenge for the desk's screen; one answer is taken for it."""
        if len(nonce) != NONCE_SIZE:
            raise ValueError(f"{NONCE_SIZE} octets are needed")
        challenge = Challenge.new(party, nonce, now=now)
        until = int((now + CHALLENGE_TIME).timestamp())
        private_files.replace(self._challenge(challenge.nonce), dumps(until))
        return challenge

    def is_shown(self, addressed: Addressed, *, now: datetime) -> bool:
        """Tell whether a code is for anybody, or answers a challenge on this desk's screen."""
        if addressed.party is None:
            return True
        until = private_files.read(self._challenge(addressed.nonce))
        return until is not None and int(until) > now.timestamp()

    def take(self, addressed: Addressed, check: str, text: str, *, now: datetime) -> None:
        """Queue a use for the first who takes this code, or raise ``CommandError`` (code_used)."""
        name = hashlib.sha256(f"{addressed.audience}\n{addressed.nonce}".encode()).digest()
        path = self._home / f"{base64url.encode(name)}.use"
        use: JsonObject = {
            "id": base64url.encode(name[:_ID_SIZE]),
            "check": check,
            "text": text,
            "read_at": int(now.timestamp()),
        }
        sealed = self._key.seal(dumps(use), context=path.name.encode())
        with private_files.locked(self._home):
            self._forget(now)
            if path.exists():
                detail = "it was read here before, and counts once: ask for a new one"
                raise CommandError("code_used", Party.WALLET, detail)
            private_files.replace(path, sealed)

    def drop(self, addressed: Addressed) -> None:
        """Settle nothing of a code that was refused; it stays used."""
        name = hashlib.sha256(f"{addressed.audience}\n{addressed.nonce}".encode()).digest()
        private_files.replace(self._home / f"{base64url.encode(name)}.use", b"")

    def queued(self) -> Iterator[QueuedUse]:
        """Yield what is to be settled, in the order in which it was read."""
        found = (self._opened(path) for path in self._home.glob("*.use"))
        yield from sorted(filter(None, found), key=lambda use: (use.read_at, use.id))

    def settled(self, use: QueuedUse) -> None:
        """Let go of a use the service has; that the code was read stays known a while."""
        private_files.replace(use.path, b"")

    def _opened(self, path: Path) -> QueuedUse | None:
        sealed = private_files.read(path)
        if not sealed:
            return None
        match loads(self._key.open(sealed, context=path.name.encode())):
            case {
                "id": str(use_id),
                "check": str(check),
                "text": str(text),
                "read_at": int(seconds),
            }:
                return QueuedUse(path, use_id, check, text, datetime.fromtimestamp(seconds, UTC))
            case _:
                return None

    def _forget(self, now: datetime) -> None:
        """Remove names of codes whose time is over, and challenges that left the screen."""
        before = (now - _FORGOTTEN_AFTER).timestamp()
        for path in (*self._home.glob("*.use"), *self._home.glob("*.challenge")):
            with suppress(FileNotFoundError):
                found = path.stat()
                if found.st_mtime < before and (not found.st_size or path.suffix != ".use"):
                    path.unlink()

    def _supplies(self, check: str) -> Path:
        if not _NAME.fullmatch(check):
            raise CommandError("profile_unknown", Party.CALLER, "choose a profile that is listed")
        return self._home / f"{check}.supplies.json"

    def _challenge(self, nonce: str) -> Path:
        return self._home / f"{nonce}.challenge"
