"""A certificate takes the place of another: the one it was asked for, if that is still there."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, auto
from typing import Final

from keys import base64url
from wallet.history.events import Counterpart, Event, HistoryEntry
from wallet.history.remembering import sealed_entry
from wallet.kept.holdings import HeldCredential
from wallet.kept.keeping import BoxKind, SealedBox, Swap
from wallet.kept.vault import Vault, new_id
from wallet.ports import Ports

_CONTEXT: Final = b"mydata-renewal-v2"


class NoPlace(Enum):
    """Why a new certificate has no place: the old one is gone, or another one was faster."""

    GONE = auto()
    TAKEN = auto()


@dataclass(frozen=True, slots=True)
class Succession:
    """The new box in the place of the old one as it was read, and the line of the history."""

    swap: Swap
    entry: SealedBox


async def succession_of(
    held: HeldCredential,
    credential_id: str,
    generation: str,
    *,
    ports: Ports,
    vault: Vault,
    now: datetime,
) -> Succession | NoPlace:
    """Return how ``held`` takes the place of the one with this id, as its holder has set it now.

    ``generation`` is that of the one it was asked for; empty replaces any. To be asked again when
    the swap comes too late.
    """
    kept = await ports.shelf.find(vault.holder, BoxKind.CREDENTIAL, credential_id)
    if kept is None:
        return NoPlace.GONE
    old = HeldCredential.parse(vault.open(kept))
    if generation not in ("", generation_of(old)):
        return NoPlace.TAKEN
    new = replace(held, id=old.id, keeps_fresh=old.keeps_fresh)
    box = vault.seal(BoxKind.CREDENTIAL, new.id, now, new.as_dict())
    return Succession(Swap(kept, box), _entry(new, ports, vault, now))


def generation_of(credential: HeldCredential) -> str:
    """Return a name for just these copies, however often shown; the next ones have another."""
    texts = sorted(copy.text for copy in credential.copies)
    named = "\n".join((credential.id, *texts)).encode()
    return base64url.encode(hashlib.sha256(_CONTEXT + named).digest())


def issuer_of(credential: HeldCredential, *, verified: bool = False) -> Counterpart:
    """Return a certificate's issuer, for the history; named where it was just proven."""
    name = credential.provenance.name if verified else ""
    return Counterpart(credential.provenance.issuer, name, verified=verified)


def _entry(new: HeldCredential, ports: Ports, vault: Vault, now: datetime) -> SealedBox:
    entry = HistoryEntry(
        id=new_id(ports.entropy),
        at=now,
        event=Event.RENEWED,
        counterpart=issuer_of(new, verified=True),
        credential_types=(new.vct,),
    )
    return sealed_entry(entry, vault)
