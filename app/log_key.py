"""The ledger's key: made where the ledger is served, pinned where it is only used."""

from pathlib import Path
from typing import Final

from app.errors import StartError
from consent.errors import ConsentError
from consent.tlog.signed_note import NoteSigner, VerifierKey
from keys import private_files
from keys.errors import KeysError
from keys.jwk import Algorithm
from keys.key_store import KeyStore
from web.outbound import Outbound, OutboundError

KEY: Final = "log"
FILE: Final = "log.vkey"
_LIMIT: Final = 1024


class LogKey:
    """The key that a ledger's checkpoints are signed by, kept in ``log.vkey``."""

    def __init__(self, home: Path, ledger_base: str) -> None:
        self._home = home
        self._url = f"{ledger_base}/consent/log/vkey"
        self._known: VerifierKey | None = None

    def current(self) -> VerifierKey:
        """Return the key, or raise ``StartError`` while nobody has learnt it."""
        self._known = self._known or _kept(self._home)
        if self._known is None:
            raise StartError("no_log_key", "the ledger's key is not known: start the ledger first")
        return self._known

    async def learn(self, outbound: Outbound) -> None:
        """Ask the ledger for its key unless it is known, and pin it.

        A log that shows another key later is another log; the operator decides, by removing the
        file.
        """
        if _kept(self._home) is not None:
            return
        try:
            reply = await outbound.get(self._url, accept="text/plain", limit=_LIMIT)
        except OutboundError as error:
            detail = f"the ledger's key could not be read: {error}"
            raise StartError("no_log_key", detail) from None
        _keep(self._home, read_log_key(reply.body.decode("ascii", "replace")))


def own_log_signer(home: Path, store: KeyStore, host: str) -> NoteSigner:
    """Return the signer of this installation's log, its key made at the first start.

    The log's name is fixed then: it stands in every checkpoint ever signed, so the service may
    move to another address and the log keeps its name.
    """
    if KEY not in store.names():
        store.create(KEY, Algorithm.ED25519)
    signer = store.signer(KEY)
    kept = _kept(home)
    if kept is None:
        kept = VerifierKey.of(f"{host}/consent/log", signer.public)
        _keep(home, kept)
    return NoteSigner(kept.name, signer)


def read_log_key(text: str) -> VerifierKey:
    """Return the key in the text of a vkey file, or raise ``StartError``."""
    try:
        return VerifierKey.parse(text)
    except (ConsentError, KeysError):
        raise StartError("log_key_unreadable", "this is no key of a log (vkey)") from None


def read_log_keys(text: str) -> tuple[VerifierKey, ...]:
    """Return the keys in the text of a vkey file, one a line, or raise ``StartError``.

    A log that changes its key shows two.
    """
    return tuple(read_log_key(line) for line in text.splitlines()) or (read_log_key(text),)


def _kept(home: Path) -> VerifierKey | None:
    octets = private_files.read(home / FILE)
    return None if octets is None else read_log_key(octets.decode("ascii", "replace"))


def _keep(home: Path, key: VerifierKey) -> None:
    private_files.replace(home / FILE, f"{key.text()}\n".encode())
