"""The ledger's key: made where the ledger is served, pinned where it is only used."""

from pathlib import Path
from typing import Final

from app.errors import StartError
from consent.errors import ConsentError
from consent.signed_note import NoteSigner, VerifierKey
from keys import private_files
from keys.errors import KeysError
from keys.jwk import Algorithm
from keys.key_store import KeyStore
from web.outbound import Outbound, OutboundError

KEY: Final = "log"
FILE: Final = "log.vkey"
_LIMIT: Final = 1024


def own_log_signer(home: Path, store: KeyStore, host: str) -> NoteSigner:
    """Return the signer of this installation's log.

    The log's name is fixed at the first start: it stands in every checkpoint ever signed, so the
    service may move to another address and the log keeps its name.
    """
    if KEY not in store.names():
        store.create(KEY, Algorithm.ED25519)
    signer = store.signer(KEY)
    kept = _kept(home)
    if kept is None:
        kept = VerifierKey.of(f"{host}/consent/log", signer.public)
        _keep(home, kept)
    return NoteSigner(kept.name, signer)


async def others_log_key(home: Path, outbound: Outbound, ledger_base: str) -> VerifierKey:
    """Return the key of a log served elsewhere: asked for once, then pinned.

    A log that shows another key later is another log; the operator decides, by removing the file.
    """
    kept = _kept(home)
    if kept is not None:
        return kept
    url = f"{ledger_base}/consent/log/vkey"
    try:
        reply = await outbound.get(url, accept="text/plain", limit=_LIMIT)
        found = VerifierKey.parse(reply.body.decode("ascii", "replace").strip())
    except (OutboundError, ConsentError, KeysError):
        detail = f"the ledger's key could not be read at {url}: start the ledger first"
        raise StartError("no_log_key", detail) from None
    _keep(home, found)
    return found


def read_log_key(text: str) -> VerifierKey:
    """Return the key in a vkey file's text, or raise ``StartError``."""
    try:
        return VerifierKey.parse(text.strip())
    except (ConsentError, KeysError):
        raise StartError("log_key_unreadable", "this is no key of a log (vkey)") from None


def _kept(home: Path) -> VerifierKey | None:
    octets = private_files.read(home / FILE)
    return None if octets is None else read_log_key(octets.decode("ascii", "replace"))


def _keep(home: Path, key: VerifierKey) -> None:
    private_files.replace(home / FILE, f"{key.text}\n".encode())
