"""The pair of one holder and one party: label and secret on the ledger, and the pair's own key.

Each party meets another key and another label, so that two of them cannot compare notes; a new
year of the log has new ones.
"""

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime

from consent.forms.submission import PairSecret
from keys import base64url
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject
from wallet.errors import WalletError, WalletFailure
from wallet.kept.keeping import BoxKind, Shelf
from wallet.kept.vault import Vault

_HANDLE_CONTEXT = b"mydata-wallet-pair-v1"


@dataclass(frozen=True, slots=True)
class Pair:
    """Who the holder is to one party, and to nobody else."""

    secret: PairSecret
    signer: SoftwareSigner


@dataclass(frozen=True, slots=True)
class Met:
    """A party the holder had to do with, by its registration id, in one year of the log."""

    party_id: str
    year: int

    def midst(self) -> datetime:
        """Return a moment of that year, for asking after its pair."""
        return datetime(self.year, 7, 1, tzinfo=UTC)


async def pair_with(party_id: str, *, vault: Vault, shelf: Shelf, now: datetime) -> Pair:
    """Return the pair of this holder and ``party_id``, made at the first meeting of a year."""
    year = now.astimezone(UTC).year
    handle = _handle(vault.secret, party_id, year)
    met: JsonObject = {"party": party_id, "year": year}
    signer = await _kept_signer(handle, met, vault=vault, shelf=shelf, now=now)
    return Pair(PairSecret.derive(vault.secret, party_id=party_id, year=year), signer)


async def pair_under(secret: PairSecret, *, vault: Vault, shelf: Shelf, now: datetime) -> Pair:
    """Return this holder under a label somebody else gave, with a key of its own for it."""
    message = _HANDLE_CONTEXT + secret.label
    handle = base64url.encode(hmac.digest(vault.secret, message, "sha256"))
    return Pair(secret, await _kept_signer(handle, {}, vault=vault, shelf=shelf, now=now))


async def met_parties(*, vault: Vault, shelf: Shelf) -> tuple[Met, ...]:
    """Return every pair there was, the latest first; one kept before it was named is left out."""
    boxes = await shelf.all(vault.holder, BoxKind.PAIR)
    named = ((content.get("party"), content.get("year")) for content in map(vault.open, boxes))
    return tuple(
        Met(party, year)
        for party, year in named
        if isinstance(party, str) and isinstance(year, int)
    )


async def _kept_signer(
    handle: str, met: JsonObject, *, vault: Vault, shelf: Shelf, now: datetime
) -> SoftwareSigner:
    """Return the key kept under a handle, made at the first use."""
    box = await shelf.find(vault.holder, BoxKind.PAIR, handle)
    if box is None:
        key = base64url.encode(SoftwareSigner.generate().private_octets())
        # Of two first meetings at once one key stays, and both go on with it.
        await shelf.add(vault.seal(BoxKind.PAIR, handle, now, {"key": key, **met}))
        box = await shelf.find(vault.holder, BoxKind.PAIR, handle)
    content = vault.open(box) if box is not None else {}
    key_text = content.get("key")
    if not isinstance(key_text, str):
        raise WalletError(WalletFailure.STORAGE_BROKEN)
    return SoftwareSigner.from_der(base64url.decode(key_text))


def _handle(secret: bytes, party_id: str, year: int) -> str:
    """Return the box's name; not the label, which is public and would name the holder."""
    message = _HANDLE_CONTEXT + party_id.encode() + b"\x00" + str(year).encode()
    return base64url.encode(hmac.digest(secret, message, "sha256"))
