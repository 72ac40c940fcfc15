"""The verifiers registered with our wallet: definition files in the data directory.

    wallet-clients/<SHA-256 of the client_id>.json

``mydata wallet clients add`` writes one; a running service looks before every use and so takes the
change at once. A file that is wrong registers nobody, and ``list`` says what is wrong with it.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.errors import CommandError
from keys import private_files
from keys.errors import KeysError
from keys.strict_json import dumps, loads_object
from standards.openid4vp.errors import RequestError
from standards.openid4vp.registered_client import RegisteredClient
from web.errors import Party

DIRECTORY: Final = "wallet-clients"
# Some addresses, some keys and a few queries.
DEFINITION_LIMIT: Final = 64 * 1024

_Stamp = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Definition:
    """One file: the client it registers, or the ``problem`` that keeps it from doing so."""

    file: str
    client: RegisteredClient | None
    problem: str | None = None


class ClientFiles:
    """The definition files of one data directory."""

    def __init__(self, home: Path) -> None:
        self._directory = home / DIRECTORY
        self._read: tuple[_Stamp, Mapping[str, RegisteredClient]] | None = None

    def current(self) -> Mapping[str, RegisteredClient]:
        """Return the registered clients by client_id; unchanged files are not read again."""
        stamp = self._stamp()
        if self._read is None or self._read[0] != stamp:
            clients = (each.client for each in self.definitions() if each.client is not None)
            self._read = (stamp, {client.client_id: client for client in clients})
        return self._read[1]

    def definitions(self) -> tuple[Definition, ...]:
        """Return what each file says, in the order of their names."""
        return tuple(_definition(path) for path in self._files())

    def add(self, source: Path) -> RegisteredClient:
        """Register the client a file describes, anew when it is known, or ``CommandError``."""
        try:
            client = _parsed(source.read_bytes())
        except OSError:
            raise _wrong(f"{source} cannot be read") from None
        except (KeysError, RequestError) as error:
            raise _wrong(error.detail) from None
        private_files.open_directory(self._directory)
        with private_files.locked(self._directory):
            private_files.replace(self._path(client.client_id), dumps(client.as_dict()))
        return client

    def remove(self, client_id: str) -> None:
        """Forget a client, or raise ``CommandError`` when it is not registered."""
        try:
            self._path(client_id).unlink()
        except FileNotFoundError:
            detail = "no client is registered under this id: mydata wallet clients list"
            raise CommandError("client_unknown", Party.CALLER, detail) from None

    def _path(self, client_id: str) -> Path:
        # Any text may be an id, and not every text may be a file's name.
        return self._directory / f"{hashlib.sha256(client_id.encode()).hexdigest()}.json"

    def _files(self) -> Iterator[Path]:
        return iter(sorted(self._directory.glob("*.json")))

    def _stamp(self) -> _Stamp:
        found = ((path.name, path.stat()) for path in self._files())
        return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in found)


def _definition(path: Path) -> Definition:
    """Read a file; one under another name than its client's could come twice and is refused."""
    try:
        client = _parsed(private_files.read(path) or b"")
    except (KeysError, RequestError) as error:
        return Definition(path.name, None, error.detail)
    if hashlib.sha256(client.client_id.encode()).hexdigest() != path.stem:
        return Definition(path.name, None, "the file is not called after its client_id: add it")
    return Definition(path.name, client)


def _parsed(octets: bytes) -> RegisteredClient:
    return RegisteredClient.parse(loads_object(octets, limit=DEFINITION_LIMIT))


def _wrong(detail: str) -> CommandError:
    return CommandError("client_definition_wrong", Party.CALLER, detail)
