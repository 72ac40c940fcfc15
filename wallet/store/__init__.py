"""Where the wallet keeps what it has: sealed boxes, turns, links and errands."""

from wallet.store.boxes import WalletStore
from wallet.store.outbox import OutboxStore
from wallet.store.tables import metadata

__all__ = ["OutboxStore", "WalletStore", "metadata"]
