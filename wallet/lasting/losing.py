"""A lost device: every key here is destroyed at once, every issuer is asked to take back its own.

What is to be asked is kept before a key is destroyed, and asked again until there is an answer: it
is an errand, so it goes on although nobody is looking. What no protocol takes back is told.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Final

from keys import base64url
from wallet.errors import WalletError, WalletFailure
from wallet.history.events import Event, HistoryEntry
from wallet.history.remembering import sealed_entry
from wallet.kept.holdings import HeldCredential
from wallet.kept.keeping import BoxKind, SealedBox
from wallet.kept.outbox import LEASE, Errand, Stage, later
from wallet.kept.vault import Vault, new_id
from wallet.lasting.losses import Loss, Return
from wallet.lasting.renewing import issuer_of
from wallet.outside.credential_asking import RefusedError
from wallet.ports import Ports
from wallet.receiving.discovery import read_issuer_metadata
from wallet.receiving.refreshing import end_grant

_SUBJECT_CONTEXT: Final = b"mydata-loss-v1"


async def lose(
    held: Sequence[HeldCredential], *, ports: Ports, vault: Vault, now: datetime
) -> None:
    """Destroy these certificates with their keys, and ask for each to be taken back."""
    errands = [await _lost(each, ports, vault, now) for each in held]
    claims = (_asked(errand, ports, vault, now) for errand in errands)
    await asyncio.gather(*claims)


async def give_back(claimed: Errand, *, ports: Ports, vault: Vault, now: datetime) -> Errand:
    """Ask an issuer once, and return the errand as it is then."""
    loss = _opened(claimed, vault)
    if loss is None or loss.renewal is None:
        raise WalletError(WalletFailure.STORAGE_BROKEN)
    try:
        issuer = await read_issuer_metadata(loss.issuer, ports)
        await end_grant(loss.renewal, issuer, ports)
    except WalletError as error:
        moved = later(claimed, now) if _is_passing(error) else _ended(claimed, loss, vault, now)
    else:
        done = replace(loss, ended=Return.TAKEN_BACK, renewal=None)
        moved = _sealed(replace(claimed, stage=Stage.DONE, due_at=None), done, vault, now)
    await ports.outbox.move(claimed, moved)
    return moved


async def read_losses(*, ports: Ports, vault: Vault) -> tuple[Loss, ...]:
    """Return what this holder has lost, the latest first."""
    opened = [_opened(each, vault) for each in await ports.outbox.all(vault.holder)]
    losses = [each for each in opened if each is not None]
    return tuple(sorted(losses, key=lambda each: (each.lost_at, each.id), reverse=True))


async def _lost(credential: HeldCredential, ports: Ports, vault: Vault, now: datetime) -> Errand:
    """Keep what is to be asked, then destroy the keys; either may be done twice."""
    loss = Loss(
        credential.id,
        credential.vct,
        credential.description.names(),
        credential.provenance.issuer,
        credential.provenance.name,
        now,
        _first(credential, now),
        credential.renewal,
    )
    is_asked = loss.ended is Return.ASKED
    new = Errand(
        vault.holder,
        _subject(credential.id),
        Stage.REVOKING if is_asked else Stage.DONE,
        0,
        int(now.timestamp()) if is_asked else None,
        b"",
    )
    errand = await ports.outbox.begin(_sealed(new, loss, vault, now))
    entry = HistoryEntry(
        id=new_id(ports.entropy),
        at=now,
        event=Event.LOST,
        counterpart=issuer_of(credential, verified=True),
        credential_types=(credential.vct,),
    )
    line = sealed_entry(entry, vault)
    await ports.shelf.remove(vault.holder, BoxKind.CREDENTIAL, credential.id, line)
    return errand


def _first(credential: HeldCredential, now: datetime) -> Return:
    """Return what there is to do: nothing can be shown any more of what has ended."""
    if credential.renewal is not None:
        return Return.ASKED
    return Return.OVER if credential.is_expired(now) else Return.TELL_ISSUER


async def _asked(errand: Errand, ports: Ports, vault: Vault, now: datetime) -> None:
    """Ask at once where nobody else does; the errand asks again later."""
    until = int((now + LEASE).timestamp())
    claimed = await ports.outbox.claim(errand, now=int(now.timestamp()), until=until)
    if claimed is not None:
        await give_back(claimed, ports=ports, vault=vault, now=now)


def _ended(claimed: Errand, loss: Loss, vault: Vault, now: datetime) -> Errand:
    """Return the errand as it ends without an issuer that takes its certificate back."""
    told = replace(loss, ended=Return.TELL_ISSUER, renewal=None)
    return _sealed(replace(claimed, stage=Stage.DONE, due_at=None), told, vault, now)


def _is_passing(error: WalletError) -> bool:
    """Tell who may answer later from who has said no."""
    if isinstance(error, RefusedError):
        is_busy = error.status == HTTPStatus.TOO_MANY_REQUESTS
        return is_busy or error.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return error.failure is WalletFailure.ISSUER_UNREACHABLE


def _opened(errand: Errand, vault: Vault) -> Loss | None:
    box = SealedBox(errand.holder, BoxKind.ERRAND, errand.subject, 0, errand.sealed)
    return Loss.parse(vault.open(box))


def _sealed(errand: Errand, loss: Loss, vault: Vault, now: datetime) -> Errand:
    box = vault.seal(BoxKind.ERRAND, errand.subject, now, loss.as_dict())
    return replace(errand, sealed=box.sealed)


def _subject(credential_id: str) -> str:
    digest = hashlib.sha256(_SUBJECT_CONTEXT + credential_id.encode()).digest()
    return base64url.encode(digest)
