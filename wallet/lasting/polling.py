"""Ask again for a certificate that is being prepared, until it comes or is refused (section 9).

What goes wrong on the way is tried again later; a certificate that does not hold, and an issuer's
no, end the errand and stand in the history.
"""

from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Final

from standards.openid4vci.metadata import CredentialIssuerMetadata
from standards.openid4vci.notification import NotificationEvent
from wallet.errors import WalletError, WalletFailure
from wallet.history.events import Counterpart, Event, HistoryEntry
from wallet.history.remembering import sealed_entry
from wallet.kept.keeping import BoxKind, SealedBox
from wallet.kept.outbox import Errand, Stage, later
from wallet.kept.vault import Vault, new_id
from wallet.lasting.renewing import renewal_entry, successor
from wallet.outside.credential_asking import CredentialAsking, RefusedError
from wallet.ports import Ports
from wallet.receiving.believing import believed
from wallet.receiving.discovery import read_issuer_metadata
from wallet.receiving.redeeming import Promised, Received, received
from wallet.receiving.refreshing import refreshed
from wallet.receiving.waiting import Waiting, again, opened

# An issuer under load, restarting, or renewing its lists is not saying no.
_PASSING: Final = frozenset({WalletFailure.ISSUER_UNREACHABLE, WalletFailure.STATUS_UNAVAILABLE})


async def poll(claimed: Errand, *, ports: Ports, vault: Vault, now: datetime) -> Errand:
    """Ask once, keep what came of it, and return the errand as it is then."""
    waiting = opened(claimed, vault)
    try:
        moved, boxes = await _asked(claimed, waiting, ports, vault, now)
    except WalletError as error:
        if _is_passing(error) and not waiting.is_over(now):
            moved, boxes = later(claimed, now), ()
        else:
            moved = replace(claimed, stage=Stage.REFUSED, due_at=None)
            boxes = (_failed(waiting, error, ports, vault, now),)
    await ports.outbox.move(claimed, moved, *boxes)
    return moved


async def _asked(
    claimed: Errand, waiting: Waiting, ports: Ports, vault: Vault, now: datetime
) -> tuple[Errand, tuple[SealedBox, ...]]:
    issuer = await read_issuer_metadata(waiting.issuer, ports)
    waiting, brought = await _brought(waiting, issuer, ports)
    if isinstance(brought, Promised):
        if waiting.is_over(now):
            raise WalletError(WalletFailure.ISSUER_REFUSED, "It was promised, and never came")
        waiting = replace(waiting, interval=brought.interval)
        return again(claimed, waiting, vault, now=now), ()
    boxes = await _believed(brought, waiting, ports, vault, now)
    return replace(claimed, stage=Stage.DONE, due_at=None), boxes


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
    brought: Received, waiting: Waiting, ports: Ports, vault: Vault, now: datetime
) -> tuple[SealedBox, ...]:
    """Return the boxes of a certificate that holds, and tell the issuer either way."""
    try:
        held = await believed(brought, expected_issuer=waiting.issuer, ports=ports, now=now)
    except WalletError as error:
        if not _is_passing(error):
            ports.tell(brought.notification, NotificationEvent.CREDENTIAL_FAILURE)
        raise
    ports.tell(brought.notification, NotificationEvent.CREDENTIAL_ACCEPTED)
    if waiting.replaces:
        new = successor(held, waiting.replaces, keeps_fresh=waiting.keeps_fresh)
        renewed = vault.seal(BoxKind.CREDENTIAL, new.id, now, new.as_dict())
        return renewed, renewal_entry(new, ports, vault, now)
    entry = HistoryEntry(
        id=new_id(ports.entropy),
        at=now,
        event=Event.RECEIVED,
        counterpart=Counterpart(waiting.issuer, held.provenance.name, verified=True),
        credential_types=(held.vct,),
    )
    box = vault.seal(BoxKind.CREDENTIAL, held.id, now, held.as_dict())
    return box, sealed_entry(entry, vault)


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
