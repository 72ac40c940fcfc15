"""A lost device: every key here is destroyed at once, every issuer is asked to take back its own.

What is to be asked is kept before a key is destroyed, and asked again until there is an answer: it
is an errand, so it goes on although nobody is looking. What no protocol takes back is told.
"""

import asyncio
import hashlib
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Final

from keys import base64url
from wallet.errors import WalletError, WalletFailure
from wallet.history.events import Counterpart, Event, HistoryEntry
from wallet.history.remembering import sealed_entry
from wallet.kept.holdings import HeldCredential
from wallet.kept.keeping import BoxKind, SealedBox
from wallet.kept.outbox import LEASE, Errand, Stage, later
from wallet.kept.vault import Vault, new_id
from wallet.lasting.letting_go import let_go_of_errand, opened_loss, sealed_loss
from wallet.lasting.losses import Loss, Return
from wallet.lasting.succeeding import issuer_of
from wallet.outside.credential_asking import RefusedError
from wallet.ports import Ports
from wallet.receiving.discovery import read_issuer_metadata
from wallet.receiving.refreshing import end_grant
from wallet.receiving.waiting import Waiting, opened

_SUBJECT_CONTEXT: Final = b"mydata-loss-v1"


async def lose(*, ports: Ports, vault: Vault, now: datetime) -> None:
    """Destroy every certificate with its keys, and ask for each to be taken back.

    What is being prepared goes first: it becomes a certificate, which is then seen, or none.
    """
    errands = [
        lost
        for each in await ports.outbox.all(vault.holder)
        if (lost := await _lost_wait(each, ports, vault, now)) is not None
    ]
    for box in await ports.shelf.all(vault.holder, BoxKind.CREDENTIAL):
        lost = await _lost(box, ports, vault, now)
        if lost is not None:
            errands.append(lost)
    claims = (_asked(errand, ports, vault, now) for errand in errands)
    await asyncio.gather(*claims)


async def give_back(claimed: Errand, *, ports: Ports, vault: Vault, now: datetime) -> Errand:
    """Ask an issuer once, and return the errand as it is then."""
    loss = opened_loss(claimed, vault)
    if loss is None or loss.renewal is None:
        raise WalletError(WalletFailure.STORAGE_BROKEN)
    try:
        issuer = await read_issuer_metadata(loss.issuer, ports)
        await end_grant(loss.renewal, issuer, ports)
    except WalletError as error:
        moved = later(claimed, now) if _is_passing(error) else _ended(claimed, loss, vault, now)
    else:
        done = replace(loss, ended=Return.TAKEN_BACK, renewal=None)
        moved = sealed_loss(replace(claimed, stage=Stage.DONE, due_at=None), done, vault, now)
    await ports.outbox.move(claimed, moved)
    return moved


async def _lost(box: SealedBox, ports: Ports, vault: Vault, now: datetime) -> Errand | None:
    """Keep what is to be asked and destroy the keys, in one step; None for one that is gone.

    A renewal that was faster is what is lost then, with what its issuer is asked by now.
    """
    current: SealedBox | None = box
    while current is not None:
        credential = HeldCredential.parse(vault.open(current))
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
        errand = _errand(loss, _subject(credential.id), vault, now)
        line = _line(loss, issuer_of(credential, verified=True), ports, vault)
        if await ports.outbox.begin_for(errand, current, line):
            return errand
        current = await ports.shelf.find(vault.holder, BoxKind.CREDENTIAL, box.id)
    return None


async def _lost_wait(errand: Errand, ports: Ports, vault: Vault, now: datetime) -> Errand | None:
    """Wait no more for what is being prepared, and have its grant ended; None for what is not.

    Whoever asks for it at this moment finds that nobody waits any more, and keeps nothing.
    """
    current: Errand | None = errand
    while current is not None and current.stage is Stage.PREPARING:
        waiting = opened(current, vault)
        if waiting.replaces:
            moved = await let_go_of_errand(current, waiting, ports=ports, vault=vault, now=now)
            lines: tuple[SealedBox, ...] = ()
        else:
            loss = _loss_of(waiting, current.subject, now)
            moved = _errand(loss, current.subject, vault, now)
            issuer = Counterpart(waiting.issuer, "", verified=False)
            lines = (_line(loss, issuer, ports, vault),)
        if await ports.outbox.move(current, moved, *lines):
            return moved
        current = await ports.outbox.find(vault.holder, errand.subject)
    return None


def _loss_of(waiting: Waiting, subject: str, now: datetime) -> Loss:
    """Return what is lost with a certificate that never came; its type alone names it."""
    ended = Return.TELL_ISSUER if waiting.renewal is None else Return.ASKED
    vct, issuer = waiting.offered.vct, waiting.issuer
    return Loss(subject, vct, {}, issuer, "", now, ended, waiting.renewal)


def _errand(loss: Loss, subject: str, vault: Vault, now: datetime) -> Errand:
    """Return the errand that asks for what was lost, or keeps that there is nobody to ask."""
    is_asked = loss.ended is Return.ASKED
    stage = Stage.REVOKING if is_asked else Stage.DONE
    due_at = int(now.timestamp()) if is_asked else None
    new = Errand(vault.holder, subject, stage, 0, due_at, b"")
    return sealed_loss(new, loss, vault, now)


def _line(loss: Loss, issuer: Counterpart, ports: Ports, vault: Vault) -> SealedBox:
    entry = HistoryEntry(
        id=new_id(ports.entropy),
        at=loss.lost_at,
        event=Event.LOST,
        counterpart=issuer,
        credential_types=(loss.vct,),
    )
    return sealed_entry(entry, vault)


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
    return sealed_loss(replace(claimed, stage=Stage.DONE, due_at=None), told, vault, now)


def _is_passing(error: WalletError) -> bool:
    """Tell who may answer later from who has said no."""
    if isinstance(error, RefusedError):
        is_busy = error.status == HTTPStatus.TOO_MANY_REQUESTS
        return is_busy or error.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return error.failure is WalletFailure.ISSUER_UNREACHABLE


def _subject(credential_id: str) -> str:
    digest = hashlib.sha256(_SUBJECT_CONTEXT + credential_id.encode()).digest()
    return base64url.encode(digest)
