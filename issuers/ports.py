"""What the rules need remembered; `issuers.store` does it in SQL."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from issuers.authorization import Grant, Redeemer, Redemption
from issuers.issuing import Certificate, Issuance
from issuers.offers import Offer
from issuers.status import Action, ListState
from standards.status_list.bits import Status

# Draws so many places at random; some may be taken.
Draw = Callable[[int], Sequence[int]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the status of one copy is kept: the number of a list, the index in it."""

    list_number: int
    index: int


@dataclass(frozen=True, slots=True)
class KeptCertificate:
    """A certificate with its status, and the reason of its last change."""

    certificate: Certificate
    status: Status
    reason: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """What an operator does to a certificate, and why."""

    number: str
    action: Action
    reason: str


class OfferStore(Protocol):
    """Offers and the tokens they give."""

    async def add(self, offer: Offer, *, now: datetime) -> None:
        """Store a new offer, and forget those whose time is long past."""
        ...

    async def find(self, id_hash: bytes) -> Offer | None:
        """Return the offer of this id, whatever its state."""
        ...

    async def redeem(self, redeemer: Redeemer) -> Redemption:
        """Let the redeemer decide about its offer, held still, and write what it decided."""
        ...

    async def grant(self, token_hash: bytes) -> Grant | None:
        """Return what a token is good for; None when it is unknown or revoked."""
        ...


class CertificateStore(Protocol):
    """Certificates, and their places on the status lists."""

    async def prepare(self, authorities: Sequence[str]) -> None:
        """Make the first status list of each authority that has none."""
        ...

    async def issue(self, issuance: Issuance, draw: Draw, *, now: datetime) -> tuple[Place, ...]:
        """Write an issuance in one step and return a place of its own for every copy.

        Raises `IssuerError`, nothing written: access_refused when the token was revoked or spent
        meanwhile, nonce_invalid when a nonce was used before.
        """
        ...

    async def of(self, citizen: str) -> tuple[KeptCertificate, ...]:
        """Return the certificates of a citizen, the latest first."""
        ...

    async def change(self, change: Change, *, now: datetime) -> KeptCertificate:
        """Change the status of all copies of a certificate.

        Raises `IssuerError`: unknown_certificate, or what `issuers.status.next_status` raises.
        """
        ...

    async def list_version(self, authority: str, number: int) -> int | None:
        """Return the version of a status list, None when there is no such list."""
        ...

    async def list_state(self, authority: str, number: int) -> ListState | None:
        """Return a status list with every status that is not valid."""
        ...


class Stores(Protocol):
    """Everything this room remembers."""

    @property
    def offers(self) -> OfferStore:
        """Offers and tokens."""
        ...

    @property
    def certificates(self) -> CertificateStore:
        """Certificates and status lists."""
        ...
