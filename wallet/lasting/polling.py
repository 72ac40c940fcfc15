"""Ask again for a certificate that is being prepared, until it comes or is refused (section 9).

What goes wrong on the way is tried again later; a certificate that does not hold, and an issuer's
no, end the errand and stand in the history.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from typing import Final

from standards.openid4vci.metadata import CredentialIssuerMetadata
from standards.openid4vci.notification import NotificationEvent
from wallet.errors import WalletError, WalletFailure
from wallet.history.events import Counterpart, Event, HistoryEntry
from wallet.history.remembering import sealed_entry
from wallet.kept.holdings import HeldCredential
from wallet.kept.keeping import BoxKind, SealedBox, Swap
from wallet.kept.outbox import Errand, Stage, later
from wallet.kept.vault import Vault, new_id
from wallet.lasting.letting_go import let_go_of_errand
from wallet.lasting.succeeding import NoPlace, Succession, succession_of
from wallet.outside.credential_asking import CredentialAsking, RefusedError
from wallet.ports import Ports
from wallet.receiving.believing import believed
from wallet.receiving.discovery import read_issuer_metadata
from wallet.receiving.redeeming import Promised, Received, received
from wallet.receiving.refreshing import end_quietly, refreshed
from wallet.receiving.waiting import Waiting, again, opened

# An issuer under load, restarting, or renewing its lists is not saying no.
_PASSING: Final = frozenset({WalletFailure.ISSUER_UNREACHABLE, WalletFailure.STATUS_UNAVAILABLE})


class _GoneError(Exception):
    """What is waited for has no place any more: its holder deleted what it was to replace."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """What came at last: as it was waited for, as it was handed out, as it is kept."""

    waiting: Waiting
    brought: Received
    held: HeldCredential


async def poll(claimed: Errand, *, ports: Ports, vault: Vault, now: datetime) -> Errand:
    """Ask once, keep what came of it, and return the errand as it is then."""
    waiting = opened(claimed, vault)
    try:
        await _check_wanted(waiting, ports, vault)
        waiting, brought = await _asked(waiting, ports, now)
        if isinstance(brought, Promised):
            moved = again(claimed, replace(waiting, interval=brought.interval), vault, now=now)
            return await _moved(claimed, moved, ports)
        held = await _believed(brought, waiting, ports, now)
        return await _kept(claimed, Arrived(waiting, brought, held), ports, vault, now)
    except _GoneError:
        return await _let_go(claimed, waiting, ports, vault, now)
    except WalletError as error:
        if _is_passing(error) and not waiting.is_over(now):
            return await _moved(claimed, later(claimed, now), ports)
        refused = replace(claimed, stage=Stage.REFUSED, due_at=None)
        failed = _failed(waiting, error, ports, vault, now)
        return await _moved(claimed, refused, ports, failed)


async def _let_go(
    claimed: Errand, waiting: Waiting, ports: Ports, vault: Vault, now: datetime
) -> Errand:
    """Ask for it no more, and have its grant ended: at once for a holder who is gone."""
    gone = await let_go_of_errand(claimed, waiting, ports=ports, vault=vault, now=now)
    if await ports.shelf.holder(vault.holder) is None:
        await end_quietly(waiting.renewal, waiting.issuer, ports)
    return await _moved(claimed, gone, ports)


async def _check_wanted(waiting: Waiting, ports: Ports, vault: Vault) -> None:
    """Return while the certificate is still there whose place is to be taken."""
    if waiting.replaces:
        kept = await ports.shelf.find(vault.holder, BoxKind.CREDENTIAL, waiting.replaces)
        if kept is None:
            raise _GoneError


async def _moved(claimed: Errand, moved: Errand, ports: Ports, *boxes: SealedBox) -> Errand:
    """Keep how far it came; whoever has it by now knows better than we do."""
    if await ports.outbox.move(claimed, moved, *boxes):
        return moved
    return await ports.outbox.find(claimed.holder, claimed.subject) or moved


async def _asked(
    waiting: Waiting, ports: Ports, now: datetime
) -> tuple[Waiting, Received | Promised]:
    issuer = await read_issuer_metadata(waiting.issuer, ports)
    waiting, brought = await _brought(waiting, issuer, ports)
    if isinstance(brought, Promised) and waiting.is_over(now):
        raise WalletError(WalletFailure.ISSUER_REFUSED, "It was promised, and never came")
    return waiting, brought


async def _brought(
    waiting: Waiting, issuer: CredentialIssuerMetadata, ports: Ports
) -> tuple[Waiting, Received | Promised]:
    """Ask with the token at hand, and with a later one when that is over."""
    asking = CredentialAsking(issuer, waiting.token, ports.asker())
    try:
        response = await asking.deferred(waiting.transaction_id)
    except RefusedError as error:
        if error.status != HTTPStatus.UNAUTHORIZED or waiting.renewal is None:
            raise
        granted = await refreshed(waiting.renewal, issuer, ports)
        asking = granted.asking
        waiting = waiting.with_token(asking.token, granted.renewal)
        response = await asking.deferred(waiting.transaction_id)
    return waiting, received(waiting.requested, response, asking)


async def _believed(
    brought: Received, waiting: Waiting, ports: Ports, now: datetime
) -> HeldCredential:
    """Return a certificate that holds; of one that does not the issuer hears."""
    try:
        return await believed(brought, expected_issuer=waiting.issuer, ports=ports, now=now)
    except WalletError as error:
        if not _is_passing(error):
            ports.tell(brought.notification, NotificationEvent.CREDENTIAL_FAILURE)
        raise


async def _kept(
    claimed: Errand, arrived: Arrived, ports: Ports, vault: Vault, now: datetime
) -> Errand:
    """Keep what arrived, with the errand's end, while it is waited for and has its place.

    It is fetched once and for all, so it is kept also where the lease is over by now; not for a
    holder who has lost the wallet since, deleted what it replaces, or is gone.
    """
    place = arrived.brought.notification
    current: Errand | None = claimed
    while current is not None and current.stage is Stage.PREPARING:
        done = replace(current, stage=Stage.DONE, due_at=None)
        boxes, swap = await _boxes(arrived, ports, vault, now)
        if not boxes:
            ports.tell(place, NotificationEvent.CREDENTIAL_FAILURE)
            return await _moved(current, done, ports)
        if await ports.outbox.move(current, done, *boxes, swap=swap):
            ports.tell(place, NotificationEvent.CREDENTIAL_ACCEPTED)
            return done
        current = await ports.outbox.find(claimed.holder, claimed.subject)
    ports.tell(place, NotificationEvent.CREDENTIAL_DELETED)
    return current or await _let_go(claimed, arrived.waiting, ports, vault, now)


async def _boxes(
    arrived: Arrived, ports: Ports, vault: Vault, now: datetime
) -> tuple[tuple[SealedBox, ...], Swap | None]:
    """Return what is to be kept: nothing when another one took the place before."""
    waiting, held = arrived.waiting, arrived.held
    if not waiting.replaces:
        entry = HistoryEntry(
            id=new_id(ports.entropy),
            at=now,
            event=Event.RECEIVED,
            counterpart=Counterpart(waiting.issuer, held.provenance.name, verified=True),
            credential_types=(held.vct,),
        )
        box = vault.seal(BoxKind.CREDENTIAL, held.id, now, held.as_dict())
        return (box, sealed_entry(entry, vault)), None
    succession = await succession_of(
        held, waiting.replaces, waiting.generation, ports=ports, vault=vault, now=now
    )
    match succession:
        case Succession(swap, entry_box):
            return (entry_box,), swap
        case NoPlace.TAKEN:
            return (), None
        case NoPlace.GONE:
            ports.tell(arrived.brought.notification, NotificationEvent.CREDENTIAL_DELETED)
            raise _GoneError


def _failed(
    waiting: Waiting, error: WalletError, ports: Ports, vault: Vault, now: datetime
) -> SealedBox:
    entry = HistoryEntry(
        id=new_id(ports.entropy),
        at=now,
        event=Event.FAILED,
        counterpart=Counterpart(waiting.issuer, "", verified=False),
        credential_types=(waiting.offered.vct,),
        reason=error.failure.value,
    )
    return sealed_entry(entry, vault)


def _is_passing(error: WalletError) -> bool:
    if isinstance(error, RefusedError):
        return (
            error.status >= HTTPStatus.INTERNAL_SERVER_ERROR
            or error.status == HTTPStatus.TOO_MANY_REQUESTS
        )
    return error.failure in _PASSING
