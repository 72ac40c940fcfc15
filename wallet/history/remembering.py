"""Write the history: sealed like everything else, failures too."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Final

from keys.strict_json import JsonObject
from wallet.errors import WalletError, WalletFailure
from wallet.history.events import Counterpart, Event, HistoryEntry
from wallet.kept.keeping import BoxKind, SealedBox
from wallet.kept.vault import Vault, new_id
from wallet.ports import Ports

# Somebody else has the turn, or had it, or has deleted the certificate: that call writes the
# history. And nothing has happened when the person is sent to the issuer.
_NOT_REMEMBERED: Final = frozenset(
    {
        WalletFailure.OFFER_IN_PROGRESS,
        WalletFailure.REQUEST_IN_PROGRESS,
        WalletFailure.REQUEST_ANSWERED,
        WalletFailure.AUTHORIZATION_NEEDED,
        WalletFailure.RENEWAL_IN_PROGRESS,
        WalletFailure.RENEWAL_NEEDS_SIGN_IN,
        WalletFailure.UNKNOWN_CREDENTIAL,
    }
)


def sealed_entry(entry: HistoryEntry, vault: Vault) -> SealedBox:
    """Return the box of a history entry."""
    return vault.seal(BoxKind.HISTORY, entry.id, entry.at, entry.as_dict())


async def read_history(*, ports: Ports, vault: Vault) -> tuple[JsonObject, ...]:
    """Return every entry's JSON form, newest first."""
    boxes = await ports.shelf.all(vault.holder, BoxKind.HISTORY)
    return tuple(vault.open(box) for box in boxes)


@asynccontextmanager
async def remember_failure(
    counterpart: Counterpart,
    *,
    ports: Ports,
    vault: Vault,
    now: datetime,
    claims: tuple[str, ...] = (),
) -> AsyncIterator[None]:
    """Note a ``WalletError`` in the history, and let it pass."""
    try:
        yield
    except WalletError as error:
        if error.failure not in _NOT_REMEMBERED:
            entry = failure_entry(counterpart, error, ports, now, claims)
            await ports.shelf.put(sealed_entry(entry, vault))
        raise


def failure_entry(
    counterpart: Counterpart,
    error: WalletError,
    ports: Ports,
    now: datetime,
    claims: tuple[str, ...] = (),
) -> HistoryEntry:
    """Return the line of the history for what did not come about."""
    return HistoryEntry(
        id=new_id(ports.entropy),
        at=now.astimezone(UTC),
        event=Event.FAILED,
        counterpart=counterpart,
        claims=claims,
        reason=error.failure.value,
        receipt=error.receipt,
    )
