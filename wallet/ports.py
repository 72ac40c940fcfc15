"""Everything the wallet's rules need from outside, in one place, handed to each of them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from consent.transactions.types import NO_TYPES, TransactionTypes
from keys.entropy import Entropy
from keys.sealing import DataKey
from keys.trust_list import TrustList
from standards.openid4vci.notification import NotificationEvent
from wallet.kept.keeping import Shelf
from wallet.kept.outbox import Outbox
from wallet.ledger.appending import Log
from wallet.outside.asking import Asker
from wallet.outside.correspondence import Correspondent
from wallet.outside.known_clients import KnownClients
from wallet.outside.notices import Notices
from wallet.outside.notifying import NotificationPlace, Notifier
from wallet.outside.provider import WalletProvider
from wallet.status.states import StatusLists

# One for each of the few parties a certificate is shown to before it is renewed.
DEFAULT_COPIES: Final = 3


def _no_token() -> str | None:
    return None


def _no_provider() -> WalletProvider | None:
    return None


def _no_clients() -> KnownClients:
    return {}


@dataclass(frozen=True, slots=True)
class Ports:
    """Shelf and outbox and the key that opens them, the world outside, trust, time and randomness.

    ``clock`` returns an aware time in UTC; it is read once for each call of a holder. ``base`` is
    our own public address, without a slash at the end. ``trust_token`` is the trust list as its
    keeper signed it, None where there is no such token. ``lists`` are the status lists seen
    lately, ``notices`` the privacy notices, ``notifier`` what issuers are being told. ``provider``
    returns who vouches for this wallet, None where nobody does; ``clients`` the verifiers that
    were registered with it; ``copies`` are asked for of each certificate where its issuer hands
    out several.
    ``transaction_types`` are what a holder can be asked to confirm.
    """

    shelf: Shelf
    outbox: Outbox
    store_key: DataKey
    correspondent: Correspondent
    log: Log
    trust: Callable[[], TrustList]
    clock: Callable[[], datetime]
    entropy: Entropy
    base: str
    trust_token: Callable[[], str | None] = _no_token
    provider: Callable[[], WalletProvider | None] = _no_provider
    clients: Callable[[], KnownClients] = _no_clients
    copies: int = DEFAULT_COPIES
    transaction_types: TransactionTypes = NO_TYPES
    lists: StatusLists = field(default_factory=StatusLists)
    notices: Notices = field(default_factory=Notices)
    notifier: Notifier = field(default_factory=Notifier)

    def asker(self) -> Asker:
        """Return a new conversation with an issuer's servers."""
        return Asker(self.correspondent, self.clock, self.entropy)

    def tell(self, place: NotificationPlace | None, event: NotificationEvent) -> None:
        """Begin to tell an issuer what became of a credential; None is one that does not ask."""
        self.notifier.tell(place, event, self.asker())
