"""Certificates that wait for an officer's decision (OpenID4VCI section 9).

The wallet has proven its keys and was given a transaction id. An officer decides about the order,
once for all that was asked under it; what is fetched afterwards says what the record says then,
for the keys of the first request.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

from issuers.clerks import Clerk
from issuers.errors import IssuerError, IssuerFailure
from issuers.numbers.nonces import UsedNonce
from issuers.offers.offer import Entitlement
from issuers.offers.waiting import DEFERRAL_LIFE
from keys.jwk import PublicJwk

# At first somebody may be looking; later every hour is soon enough. In seconds.
_SOONEST, _LATEST = 5, 3600
# A wallet asks about ten times while the time it has waited doubles.
_PART: Final = 10


class Decision(StrEnum):
    """What an officer has said of an order; what was decided stays so."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    # By the citizen, who may do so with an order for a year alone.
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Deferral:
    """A credential request that cannot be answered yet, as it is written down.

    ``number`` is the issue number the certificate will have, and names the order in the queue.
    ``has_inbox`` tells that the wallet gave an inbox, so labels of its household go along.
    ``life`` is how long it is kept.
    """

    transaction_hash: bytes
    number: str
    offer_id_hash: bytes
    token_hash: bytes
    nonces: tuple[UsedNonce, ...]
    holders: tuple[PublicJwk, ...]
    has_inbox: bool
    since: datetime
    life: timedelta = DEFERRAL_LIFE


@dataclass(frozen=True, slots=True)
class Deferred:
    """A transaction as it stands; ``is_fetched`` when its certificate was handed out."""

    transaction_hash: bytes
    offer_id_hash: bytes
    token_hash: bytes
    holders: tuple[PublicJwk, ...]
    has_inbox: bool
    since: datetime
    decision: Decision
    is_fetched: bool


@dataclass(frozen=True, slots=True)
class WaitingOrder:
    """An order in the officers' queue: who asks for what, since when."""

    number: str
    entitlement: Entitlement
    since: datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an officer says of the order with this number."""

    number: str
    decision: Decision
    by: Clerk


class DeferralStore(Protocol):
    """Orders that wait, and the transactions under them."""

    async def decision(self, offer_id_hash: bytes) -> Decision:
        """Return what was decided about an order; nothing yet is waiting."""
        ...

    async def defer(self, deferral: Deferral, *, now: datetime) -> None:
        """Write down a transaction, its order in the queue, and what the request used up.

        Raises `IssuerError`, nothing written: access_refused when the token was revoked or spent
        meanwhile, nonce_invalid when a nonce was used before.
        """
        ...

    async def find(self, transaction_hash: bytes) -> Deferred | None:
        """Return a transaction; None when there is none, or none any more."""
        ...

    async def waiting(self, authority: str | None, *, limit: int) -> tuple[WaitingOrder, ...]:
        """Return the orders that wait, the oldest first; None reads every authority's."""
        ...

    async def order(self, number: str) -> WaitingOrder | None:
        """Return an order that waits; None when there is none, or it is decided."""
        ...

    async def decide(self, verdict: Verdict, *, now: datetime) -> WaitingOrder:
        """Write down a verdict and return what it was about.

        Raises `IssuerError` (unknown_certificate) for what does not wait, or at another authority.
        """
        ...


def interval_after(waited: timedelta) -> int:
    """Return how many seconds a wallet waits before it asks again: longer, the longer it takes."""
    return max(_SOONEST, min(int(waited.total_seconds()) // _PART, _LATEST))


def unknown_order() -> IssuerError:
    """Return the one error for an order that does not wait, and for another authority's (H90)."""
    detail = "no order with this number waits at this desk"
    return IssuerError(IssuerFailure.UNKNOWN_CERTIFICATE, detail)


def denied() -> IssuerError:
    """Return the error a wallet gets when an officer has refused; the ground is for the citizen.

    A wallet may be read by others than its holder, so it is told nothing but that.
    """
    detail = "the authority has refused: it tells the applicant why"
    return IssuerError(IssuerFailure.DECISION_REFUSED, detail)
