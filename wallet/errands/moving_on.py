"""Move errands on: first into the ledger, then to the party, until it has acknowledged.

What an issuer is still preparing is an errand too (`wallet.lasting.polling`), and so is what is
kept fresh (`wallet.lasting.tending`) or given back (`wallet.lasting.losing`).

Who holds an errand's claim works on it, in this process or another; what fails is due again after
a while, and what was cut off when its lease is over.
"""

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import Final

from consent.errors import ConsentError
from consent.forms.deposit import Deposit
from consent.forms.holder_signature import body_sha256, sign_body
from consent.forms.receipt import Receipt, verify_receipt
from consent.forms.withdrawal_notice import NoticeKind
from wallet.errands.delivering import Told, tell
from wallet.errors import WalletError, WalletFailure
from wallet.history.events import Counterpart, Event, HistoryEntry
from wallet.kept.keeping import BoxKind, SealedBox
from wallet.kept.outbox import LEASE, Errand, Stage, later
from wallet.kept.vault import Vault, known_vault, new_id
from wallet.lasting.losing import give_back
from wallet.lasting.polling import poll
from wallet.lasting.tending import tend
from wallet.ledger.appending import append
from wallet.ledger.pairing import Met, Pair, pair_with
from wallet.ledger.withdrawal import Trouble, Withdrawal, opened, resealed
from wallet.ports import Ports

# What asks issuers and not the ledger; each function does one step.
_WORK: Final = {Stage.PREPARING: poll, Stage.TENDING: tend, Stage.REVOKING: give_back}
# At one turn of the worker: parties that do not answer hold nobody else up for long.
_AT_ONCE: Final = 20
# Longer than the outbound client waits: it gives up first.
PATIENCE_SECONDS: Final = 30.0


async def run_due(*, ports: Ports, now: datetime) -> int:
    """Work on what is due, of any holder; return how many errands were moved or put off."""
    due = await ports.outbox.due(int(now.timestamp()), limit=_AT_ONCE)
    worked = await asyncio.gather(*(_run(errand, ports, now) for errand in due))
    return sum(worked)


async def take_up(
    errand: Errand,
    *,
    ports: Ports,
    vault: Vault,
    now: datetime,
    patience: float = PATIENCE_SECONDS,
) -> Errand:
    """Move an errand as far as it goes now, unless it is not due or another has it.

    ``patience``: for how many seconds the party's answer is waited for.
    """
    until = int((now + LEASE).timestamp())
    claimed = await ports.outbox.claim(errand, now=int(now.timestamp()), until=until)
    if claimed is None:
        return errand
    if claimed.stage in _WORK:
        return await _WORK[claimed.stage](claimed, ports=ports, vault=vault, now=now)
    if claimed.stage is Stage.RECORDING:
        claimed = await _recorded(claimed, ports, vault, now)
    # What another took over meanwhile has another claim.
    if claimed.stage is Stage.TELLING and claimed.due_at == until:
        claimed = await _told(claimed, ports, vault, now, patience)
    return claimed


async def _run(errand: Errand, ports: Ports, now: datetime) -> bool:
    """Work on one errand; one whose boxes do not open is left to its lease, and to a person.

    Those of a holder who is gone are forgotten: nobody can open them, nobody waits for them.
    """
    try:
        vault = await known_vault(ports.shelf, ports.store_key, errand.holder)
        if vault is None:
            await ports.outbox.forget(errand.holder)
            return True
        return await take_up(errand, ports=ports, vault=vault, now=now) is not errand
    except WalletError:
        return False


async def _recorded(claimed: Errand, ports: Ports, vault: Vault, now: datetime) -> Errand:
    """Write the entry; what is kept says at once that the party is to be told."""
    withdrawal = opened(claimed, vault)
    try:
        receipt = await _entered(withdrawal, await _pair(withdrawal, ports, vault), ports)
    except WalletError as error:
        if error.failure is not WalletFailure.LEDGER_UNAVAILABLE:
            moved = replace(claimed, stage=Stage.REFUSED, due_at=None)
        else:
            moved = later(claimed, now)
        return await _kept(claimed, moved, ports)
    stage = Stage.DONE if withdrawal.uri is None else Stage.TELLING
    due_at = None if withdrawal.uri is None else claimed.due_at
    moved = replace(claimed, stage=stage, attempts=0, due_at=due_at)
    return await _kept(claimed, moved, ports, *_boxes(withdrawal, receipt, ports, vault, now))


async def _entered(withdrawal: Withdrawal, pair: Pair, ports: Ports) -> Receipt:
    """Return the receipt of the entry, its proof verified."""
    record, log = withdrawal.record, ports.log
    proof = await append(
        Deposit(record, withdrawal.salt),
        withdrawal.key,
        pair=pair,
        log=log,
        correspondent=ports.correspondent,
    )
    signed = sign_body(
        body_sha256(record, None), record.commitment(withdrawal.salt), signer=pair.signer
    )
    receipt = Receipt(record, withdrawal.salt, proof, holder_signature=signed)
    try:
        verify_receipt(receipt, log_key=log.key())
    except ConsentError as error:
        raise WalletError(WalletFailure.LEDGER_REFUSED, error.failure.value) from None
    return receipt


async def _told(
    claimed: Errand, ports: Ports, vault: Vault, now: datetime, patience: float
) -> Errand:
    """Tell the party; whatever goes wrong there is tried again later."""
    withdrawal = opened(claimed, vault)
    box = await ports.shelf.find(vault.holder, BoxKind.RECEIPT, withdrawal.record.record_id)
    if box is None:
        raise WalletError(WalletFailure.STORAGE_BROKEN)
    receipt = Receipt.parse(vault.open(box))
    pair = await _pair(withdrawal, ports, vault)
    try:
        async with asyncio.timeout(patience):
            told = await tell(withdrawal, receipt, pair=pair, ports=ports, now=now)
    except TimeoutError:
        told = Told(None, Trouble.UNREACHABLE)
    if told.acknowledgement is None:
        troubled = replace(withdrawal, trouble=told.trouble)
        return await _kept(claimed, resealed(later(claimed, now), troubled, vault), ports)
    # The party chose the id of its record, perhaps one of ours: the box gets a fresh one.
    named = new_id(ports.entropy)
    kept = vault.seal(BoxKind.RECEIPT, named, now, told.acknowledgement.as_dict())
    done = replace(withdrawal, trouble=None, acknowledgement=named)
    moved = resealed(replace(claimed, stage=Stage.DONE, due_at=None), done, vault)
    return await _kept(claimed, moved, ports, kept)


async def _kept(claimed: Errand, moved: Errand, ports: Ports, *boxes: SealedBox) -> Errand:
    """Keep how far it came; whoever has it by now knows better than we do."""
    if await ports.outbox.move(claimed, moved, *boxes):
        return moved
    found = await ports.outbox.find(claimed.holder, claimed.subject)
    if found is None:
        raise WalletError(WalletFailure.STORAGE_BROKEN)
    return found


def _boxes(
    withdrawal: Withdrawal, receipt: Receipt, ports: Ports, vault: Vault, now: datetime
) -> tuple[SealedBox, SealedBox]:
    """Return the receipt of the entry and the line of the history, for the holder."""
    record = withdrawal.record
    entry = HistoryEntry(
        id=new_id(ports.entropy),
        at=record.event_time,
        event=_event(withdrawal.kind),
        counterpart=Counterpart(record.controller.id, record.controller.name, verified=True),
        receipt=record.record_id,
        consent=withdrawal.consent_id,
    )
    # In the order of this wallet's own doings: the record's time has no fractions of a second.
    line = vault.seal(BoxKind.HISTORY, entry.id, now, entry.as_dict())
    return vault.seal(BoxKind.RECEIPT, record.record_id, now, receipt.as_dict()), line


def _event(kind: NoticeKind) -> Event:
    match kind:
        case NoticeKind.WITHDRAWN:
            return Event.WITHDRAWN
        case NoticeKind.DELETION_REQUESTED:
            return Event.DELETION_REQUESTED


async def _pair(withdrawal: Withdrawal, ports: Ports, vault: Vault) -> Pair:
    """Return the pair the consent was given under: that of its own year."""
    met = Met(withdrawal.record.controller.id, withdrawal.year)
    return await pair_with(met.party_id, vault=vault, shelf=ports.shelf, now=met.midst())
