"""Take a credential out of the wallet for good: its box and key are gone, the history stays."""

from datetime import datetime

from standards.openid4vci.notification import NotificationEvent
from wallet.errors import WalletError, WalletFailure
from wallet.history.events import Counterpart, Event, HistoryEntry
from wallet.history.remembering import sealed_entry
from wallet.kept.holdings import HeldCredential
from wallet.kept.keeping import BoxKind
from wallet.kept.vault import Vault, new_id
from wallet.ports import Ports


async def delete(credential: HeldCredential, *, ports: Ports, vault: Vault, now: datetime) -> None:
    """Delete a credential and note it in the history, both or neither.

    Raises ``WalletError`` (unknown_credential) when another call was faster. What was shown of it
    stays shown: receipts and history are kept. The issuer is told, if it asked to be.
    """
    entry = HistoryEntry(
        id=new_id(ports.entropy),
        at=now,
        event=Event.DELETED,
        counterpart=Counterpart(
            credential.provenance.issuer, credential.provenance.name, verified=True
        ),
        credential_types=(credential.vct,),
    )
    is_ours = await ports.shelf.remove(
        vault.holder, BoxKind.CREDENTIAL, credential.id, sealed_entry(entry, vault)
    )
    if not is_ours:
        raise WalletError(WalletFailure.UNKNOWN_CREDENTIAL)
    event = NotificationEvent.CREDENTIAL_DELETED
    ports.tell(credential.notification, event)
