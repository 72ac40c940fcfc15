"""Which request belongs to which transaction, for as long as somebody may look at its code."""

from collections import OrderedDict
from typing import Final

# A demonstration opens a handful; the oldest are forgotten first.
KEPT: Final = 256


class OpenRequests:
    """The requests begun on the pages of this process, newest last."""

    def __init__(self) -> None:
        self._by_transaction: OrderedDict[str, str] = OrderedDict()

    def remember(self, transaction_id: str, request_uri: str) -> None:
        """Keep a request that was just begun."""
        self._by_transaction[transaction_id] = request_uri
        while len(self._by_transaction) > KEPT:
            self._by_transaction.popitem(last=False)

    def uri_of(self, transaction_id: str) -> str | None:
        """Return the request of a transaction, None when it was not begun here."""
        return self._by_transaction.get(transaction_id)

    def transaction_of(self, request_uri: str) -> str | None:
        """Return the transaction of a request, None when it was not begun here."""
        for transaction_id, uri in self._by_transaction.items():
            if uri == request_uri:
                return transaction_id
        return None
