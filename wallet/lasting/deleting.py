"""Take a credential out of the wallet for good: its box and key are gone, the history stays."""

from datetime import datetime

from standards.openid4vci.notification import NotificationEvent
from wallet.errors import WalletError, WalletFailure
from wallet.history.events import Event, HistoryEntry
from wallet.history.remembering import sealed_entry
from wallet.kept.holdings import HeldCredential
from wallet.kept.keeping import BoxKind
from wallet.kept.vault import Vault, new_id
from wallet.lasting.letting_go import let_go_of_coming
from wallet.lasting.succeeding import issuer_of
from wallet.ports import Ports


async def delete(credential_id: str, *, ports: Ports, vault: Vault, now: datetime) -> None:
    """Delete a credential and note it in the history, both or neither.

    Raises ``WalletError`` (unknown_credential) when another call was faster. What was shown of it
    stays shown: receipts and history are kept. The issuer is told, if it asked to be: of what is
    deleted, which is the new one when it was renewed a moment ago. A renewal that is under way is
    not waited for any more, and brings nothing back.
    """
    while True:
        box = await ports.shelf.find(vault.holder, BoxKind.CREDENTIAL, credential_id)
        if box is None:
            raise WalletError(WalletFailure.UNKNOWN_CREDENTIAL)
        credential = HeldCredential.parse(vault.open(box))
        entry = HistoryEntry(
            id=new_id(ports.entropy),
            at=now,
            event=Event.DELETED,
            counterpart=issuer_of(credential, verified=True),
            credential_types=(credential.vct,),
        )
        if await ports.shelf.take(box, sealed_entry(entry, vault)):
            break
    ports.tell(credential.notification, NotificationEvent.CREDENTIAL_DELETED)
    await let_go_of_coming(credential_id, ports=ports, vault=vault, now=now)
