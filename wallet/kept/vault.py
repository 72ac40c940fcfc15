"""A holder's vault: boxes sealed under the holder's data key, which the key store's key wraps.

AES-256-GCM with the place of a box as associated data: a box moved to another holder, kind or id
does not open. Whoever copies the database has no key; whoever loses it, no box.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from keys import base64url
from keys.entropy import Entropy
from keys.errors import KeysError
from keys.sealing import DataKey
from keys.strict_json import JsonObject, canonical, dumps, loads_object
from wallet.errors import WalletError, WalletFailure
from wallet.kept.keeping import BoxKind, HolderRow, SealedBox, Shelf, TurnKey

# Labels on the ledger are derived from it; 256 bits like every key here.
SECRET_SIZE: Final = 32
# Ids name a box and nothing else; 128 bits cannot be guessed.
ID_SIZE: Final = 16
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
# A credential with a photograph, sealed together with its description.
_BOX_LIMIT: Final = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Vault:
    """Seals and opens the boxes of one holder; ``secret`` is the holder's label secret."""

    holder: str
    secret: bytes = field(repr=False)
    _key: DataKey = field(repr=False)

    def seal(self, kind: BoxKind, box_id: str, at: datetime, content: JsonObject) -> SealedBox:
        """Return a box for the shelf."""
        sealed = self._key.seal(dumps(content), context=_context(self.holder, kind.value, box_id))
        kept_at = (at - _EPOCH) // timedelta(microseconds=1)
        return SealedBox(self.holder, kind, box_id, kept_at, sealed)

    def open(self, box: SealedBox) -> JsonObject:
        """Return what is in a box, or raise ``WalletError`` (storage_broken)."""
        return self._open(box.sealed, _context(self.holder, box.kind.value, box.id))

    def seal_outcome(self, turn: TurnKey, content: JsonObject) -> bytes:
        """Return the sealed outcome of a turn."""
        return self._key.seal(dumps(content), context=_context(self.holder, "turn", turn.subject))

    def open_outcome(self, turn: TurnKey, sealed: bytes) -> JsonObject:
        """Return the outcome of a finished turn."""
        return self._open(sealed, _context(self.holder, "turn", turn.subject))

    def _open(self, sealed: bytes, context: bytes) -> JsonObject:
        try:
            return loads_object(self._key.open(sealed, context=context), limit=_BOX_LIMIT)
        except KeysError:
            raise WalletError(WalletFailure.STORAGE_BROKEN) from None


async def open_vault(shelf: Shelf, store_key: DataKey, holder: str, entropy: Entropy) -> Vault:
    """Return the holder's vault, made at the first use; of two first uses one is kept."""
    known = await known_vault(shelf, store_key, holder)
    if known is None:
        await shelf.add_holder(_new_holder(store_key, holder, entropy))
        known = await known_vault(shelf, store_key, holder)
    if known is None:
        raise WalletError(WalletFailure.STORAGE_BROKEN)
    return known


async def known_vault(shelf: Shelf, store_key: DataKey, holder: str) -> Vault | None:
    """Return the vault of a holder who has one, None for one who never came or is gone."""
    row = await shelf.holder(holder)
    if row is None:
        return None
    try:
        key = DataKey.unwrap(row.wrapped_key, store_key, context=_context(holder, "key"))
        secret = key.open(row.sealed_secret, context=_context(holder, "secret"))
    except KeysError:
        raise WalletError(WalletFailure.STORAGE_BROKEN) from None
    return Vault(holder, secret, key)


def new_id(entropy: Entropy) -> str:
    """Return an unguessable name for a box."""
    return base64url.encode(entropy(ID_SIZE))


def _new_holder(store_key: DataKey, holder: str, entropy: Entropy) -> HolderRow:
    key = DataKey.generate(entropy)
    return HolderRow(
        holder=holder,
        wrapped_key=key.wrap(store_key, context=_context(holder, "key")),
        sealed_secret=key.seal(entropy(SECRET_SIZE), context=_context(holder, "secret")),
    )


def _context(*place: str) -> bytes:
    # A JSON array has one reading; names glued together could be cut in two ways.
    return canonical(["mydata-wallet-1", *place])
