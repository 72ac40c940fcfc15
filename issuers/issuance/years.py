"""Orders for a year while they wait, and what a year's job has signed for them.

The wallet has proven its keys; the job signs for these keys, and the copies are kept sealed under
a key of this room's secret, bound to their transaction, until the wallet fetches them.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol

from issuers.errors import IssuerError, IssuerFailure
from issuers.numbers.codes import IssuerSecret
from keys.entropy import Entropy
from keys.errors import KeysError
from keys.sealing import DataKey

_PURPOSE: Final = "sealing copies of a year"
_CONTEXT: Final = b"mydata-copies-of-a-year-v1\0"
# No copy holds a line break: it is base64url, dots and tildes.
_BREAK: Final = "\n"


@dataclass(frozen=True, slots=True)
class YearOrder:
    """An order that waits as its citizen sees it; ``is_made`` when it waits to be fetched.

    ``year`` is that whose job makes it, None for one that an officer decides about.
    """

    number: str
    kind: str
    year: int | None
    since: datetime
    is_made: bool


@dataclass(frozen=True, slots=True)
class SealedCopies:
    """What was signed under a transaction, and the number of the certificate."""

    transaction_hash: bytes
    certificate: str
    sealed: bytes = field(repr=False)


class CopySeal:
    """Seals copies for one transaction each, and opens them for no other."""

    def __init__(self, secret: IssuerSecret) -> None:
        self._key = DataKey(secret.mac(_PURPOSE))

    def seal(self, copies: Iterable[str], transaction_hash: bytes, entropy: Entropy) -> bytes:
        """Return copies sealed."""
        text = _BREAK.join(copies).encode("ascii")
        return self._key.seal(text, context=_CONTEXT + transaction_hash, entropy=entropy)

    def open(self, kept: SealedCopies) -> tuple[str, ...] | None:
        """Return the copies; None for what another secret has sealed: it is signed anew."""
        try:
            opened = self._key.open(kept.sealed, context=_CONTEXT + kept.transaction_hash)
        except KeysError:
            return None
        return tuple(opened.decode("ascii").split(_BREAK))


class YearOrderStore(Protocol):
    """Orders for a year, and the copies that wait for their wallets."""

    async def of(self, citizen: str) -> tuple[YearOrder, ...]:
        """Return a citizen's orders that a wallet can still fetch, the latest first."""
        ...

    async def is_made(self, kind: str, year: int) -> bool:
        """Tell whether the job of a kind and year has come to its end."""
        ...

    async def cancel(self, number: str, citizen: str, *, now: datetime) -> None:
        """Cancel an order that was not fetched; what was made is erased and revoked.

        Raises `IssuerError` (unknown_certificate) for anybody else's, and for what is over.
        """
        ...

    async def waiting(
        self, transaction_hash: bytes, number: str, *, now: datetime
    ) -> SealedCopies | None:
        """Return the copies of a certificate that holds; None when they are to be signed anew."""
        ...

    async def hand_out(self, transaction_hash: bytes) -> None:
        """End a transaction and erase its copies, or raise `IssuerError` (transaction_invalid)."""
        ...

    async def forget(self, *, now: datetime) -> None:
        """Erase the copies whose month is over."""
        ...


def unknown_order() -> IssuerError:
    """Return the one error for an order there is not, and for somebody else's."""
    detail = "no order of yours waits under this number"
    return IssuerError(IssuerFailure.UNKNOWN_CERTIFICATE, detail)
