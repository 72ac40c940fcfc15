"""The ledger's key: made where the ledger is served, pinned where it is only used."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from app.errors import StartError
from consent.errors import ConsentError
from consent.key_history import follow, parse_changes
from consent.tlog.signed_note import NoteSigner
from consent.tlog.verifier_key import VerifierKey
from keys import private_files
from keys.errors import KeysError
from keys.jwk import Algorithm
from keys.key_store import KeyState, KeyStore
from keys.signer import Signer, SoftwareSigner
from keys.strict_json import loads
from web.outbound import Outbound, OutboundError

KEY: Final = "log"
FILE: Final = "log.vkey"
# Both keys sign for this long: whoever comes by once in a season learns the new one.
OVERLAP: Final = timedelta(days=90)
_LIMIT: Final = 16 * 1024
_HISTORY_LIMIT: Final = 256 * 1024


class LogKey:
    """The key that a ledger's checkpoints are signed by, kept in ``log.vkey``."""

    def __init__(self, home: Path, ledger_base: str, *, is_own: bool = False) -> None:
        """Keep the key of the ledger at an address; ``is_own``: this process serves it itself."""
        self._home = home
        self._log = f"{ledger_base}/consent/log"
        self._is_own = is_own
        self._known: VerifierKey | None = None

    def current(self) -> VerifierKey:
        """Return the key, or raise ``StartError`` while nobody has learnt it."""
        self._known = self._known or _kept(self._home)
        if self._known is None:
            raise StartError("no_log_key", "the ledger's key is not known: start the ledger first")
        return self._known

    async def learn(self, outbound: Outbound) -> None:
        """Ask the ledger for its key and pin it; once pinned, follow it to its next key.

        A new key counts when the log has an entry about it that the pinned key has signed too. A
        log that shows another key without one is another log: the operator decides, by removing
        the file.
        """
        kept = _kept(self._home)
        if kept is None:
            text = await self._text(outbound, "vkey", limit=_LIMIT)
            _keep(self._home, read_log_key(text))
        elif not self._is_own:
            self._known = await self._followed(outbound, kept)

    async def _followed(self, outbound: Outbound, kept: VerifierKey) -> VerifierKey:
        """Return the key that the pinned one leads to; the pinned one when nothing does."""
        try:
            text = await self._text(outbound, "key-history", limit=_HISTORY_LIMIT)
            followed = follow(parse_changes(loads(text.encode())), known=kept)
        except (StartError, ConsentError, KeysError):
            # The ledger may be away, and the pinned key may do for years yet.
            return kept
        if followed != kept:
            _keep(self._home, followed)
        return followed

    async def _text(self, outbound: Outbound, path: str, *, limit: int) -> str:
        try:
            reply = await outbound.get(f"{self._log}/{path}", accept="text/plain", limit=limit)
        except OutboundError as error:
            detail = f"the ledger's key could not be read: {error}"
            raise StartError("no_log_key", detail) from None
        return reply.body.decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class OwnLog:
    """What this installation's log is called and signs with.

    ``signer`` is its key, ``beside`` are keys that it takes the place of and that sign too while
    readers learn the new one, ``retired`` those before.
    """

    name: str
    signer: Signer
    beside: tuple[Signer, ...]
    retired: tuple[VerifierKey, ...]

    def note_signer(self) -> NoteSigner:
        """Return what signs its checkpoints."""
        return NoteSigner(self.name, self.signer, beside=self.beside, retired=self.retired)


def own_log(home: Path, store: KeyStore, host: str, *, name: str | None = None) -> OwnLog:
    """Return this installation's log, its key made at the first start; its keys are pinned.

    Raises ``StartError`` (log_name) when it is called something else than ``name``.

    The log's name is fixed then: it stands in every checkpoint ever signed, so the service may
    move to another address and the log keeps its name.
    """
    if KEY not in store.names():
        store.create(KEY, Algorithm.ED25519)
    kept = _kept(home)
    if name is not None and kept is not None and kept.name != name:
        detail = f"this log is {kept.name}: another one needs a data directory of its own"
        raise StartError("log_name", detail)
    name = kept.name if kept is not None else name or f"{host}/consent/log"
    _, *former = store.all(KEY)
    own = OwnLog(
        name,
        store.signer(KEY),
        tuple(SoftwareSigner.from_der(key.private) for key in former if key.private is not None),
        tuple(VerifierKey.of(name, key.public) for key in former if key.private is None),
    )
    key = own.note_signer().verifier_key
    if kept is None or kept.history != key.history:
        _keep(home, key)
    return own


def end_overlap(store: KeyStore, now: datetime) -> None:
    """Retire every key of the log that signed beside its successor for long enough."""
    if KEY not in store.names():
        return
    for key in store.all(KEY):
        since = key.retiring_since
        if key.state is KeyState.RETIRING and since is not None and now - since > OVERLAP:
            store.retire(KEY, key.kid)


def read_log_key(text: str) -> VerifierKey:
    """Return the key in the text of a vkey file, or raise ``StartError``.

    Further lines are keys that it took the place of.
    """
    try:
        return VerifierKey.parse(text)
    except (ConsentError, KeysError):
        raise StartError("log_key_unreadable", "this is no key of a log (vkey)") from None


def _kept(home: Path) -> VerifierKey | None:
    octets = private_files.read(home / FILE)
    return None if octets is None else read_log_key(octets.decode("ascii", "replace"))


def _keep(home: Path, key: VerifierKey) -> None:
    private_files.replace(home / FILE, key.lines().encode())
