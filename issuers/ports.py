"""What the rules need remembered; `issuers.store` does it in SQL."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from issuers.authorization.authorization_store import AuthorizationStore
from issuers.authorization.clients import ClientStore
from issuers.authorization.grants import Grant, Redemption
from issuers.authorization.redeeming import Redeemer
from issuers.authorization.revoking import RevocationStore
from issuers.clerks import Clerk
from issuers.issuance.book import BookCursor, BookFilter, BookPage, Delivery, KeptCertificate
from issuers.issuance.bulk import BulkStore
from issuers.issuance.deferring import DeferralStore
from issuers.issuance.issuing import Issuance
from issuers.issuance.mandates import MandateStore
from issuers.issuance.refusals import RefusalStore
from issuers.issuance.years import YearOrderStore
from issuers.numbers.replays import ReplayStore
from issuers.offers.fees import Taken
from issuers.offers.offer import Offer
from issuers.register.accesses import AccessStore
from issuers.register.citizens import CitizenQuery, FoundCitizen, Relation
from issuers.register.moves import Move
from issuers.register.notices import Notice
from issuers.register.viewings import ViewingStore
from issuers.status.kept_lists import KeptListStore
from issuers.status.standing import Action, ListState, Place

# Draws so many places at random; some may be taken.
Draw = Callable[[int], Sequence[int]]


@dataclass(frozen=True, slots=True)
class Change:
    """What a clerk does to a certificate, and why."""

    number: str
    action: Action
    reason: str
    by: Clerk


class OfferStore(Protocol):
    """Offers and the tokens they give."""

    async def add(self, offer: Offer, *, now: datetime) -> None:
        """Store a new offer, and forget those whose time is long past.

        Raises `IssuerError` (too_many_offers), nothing written, when its clerk or applicant has
        as many open ones as `issuers.offers.floods.check_flood` allows.
        """
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

        A number that is there already gets further copies and no second entry.
        Raises `IssuerError`, nothing written: access_refused when the token was revoked or spent
        meanwhile, nonce_invalid when a nonce was used before, access_spent when the certificate
        is not valid any more. When the household has moved since its record was read, the
        certificate is outdated from its first moment.
        """
        ...

    async def change(self, change: Change, *, now: datetime) -> KeptCertificate:
        """Change the status of all copies of a certificate, and write it into its history.

        Raises `IssuerError`: unknown_certificate, also for another authority's, or what
        `issuers.status.standing.Standing.after` raises.
        """
        ...

    async def list_version(self, authority: str, number: int) -> int | None:
        """Return the version of a status list, None when there is no such list."""
        ...

    async def list_state(self, authority: str, number: int, *, now: datetime) -> ListState | None:
        """Return a status list with every status that is not valid.

        Certificates whose end is `issuers.status.standing.FORGET_AFTER` past are left out.
        """
        ...


class BookStore(Protocol):
    """Reading what was issued; ``authority`` None reads every authority's."""

    async def find(
        self, number: str, authority: str | None, *, now: datetime
    ) -> KeptCertificate | None:
        """Return a certificate with its history; another authority's is not found."""
        ...

    async def entry(self, number: str, authority: str, *, now: datetime) -> KeptCertificate | None:
        """Return a certificate of an authority without its history."""
        ...

    async def of(self, citizen: str, *, now: datetime) -> tuple[KeptCertificate, ...]:
        """Return the certificates a citizen applied for, the latest first."""
        ...

    async def page(
        self,
        authority: str | None,
        wanted: BookFilter,
        before: BookCursor | None,
        *,
        limit: int,
        now: datetime,
    ) -> BookPage:
        """Return entries from ``before`` on, the latest first."""
        ...

    async def taken(
        self, authority: str | None, since: datetime, until: datetime
    ) -> tuple[Taken, ...]:
        """Return papers and fees by kind and officer; ``until`` is excluded."""
        ...

    async def notices_of(self, citizen: str) -> tuple[Notice, ...]:
        """Return the notices to a citizen, the latest first.

        Left out are those whose applicant, or somebody of the applicant's household, is protected
        from the reader (주민등록법 시행규칙 §13의2).
        """
        ...

    async def issued_with(
        self, token_hash: bytes, *, now: datetime
    ) -> tuple[KeptCertificate, ...]:
        """Return what an access token was used for, also when the token itself has ended."""
        ...

    async def deliver(self, number: str, delivery: Delivery) -> None:
        """Write down what a wallet told of a certificate."""
        ...


class RegisterStore(Protocol):
    """The resident register as the registry's clerks look into it and change it."""

    async def find(self, query: CitizenQuery) -> tuple[FoundCitizen, ...]:
        """Return who has this handle or name, `issuers.register.citizens.FOUND_LIMIT` at most."""
        ...

    async def relation(self, applicant: str, subject: str) -> Relation:
        """Return how two citizens are related, in one query whatever the answer."""
        ...

    async def moves_of(self, citizen: str) -> int:
        """Return how many moves were reported of the household a citizen lives in."""
        ...

    async def move(self, move: Move, *, by: Clerk, now: datetime) -> int:
        """Move a household and let its members' certificates grow old, in one step.

        Returns how many certificates did. Raises `IssuerError`: unknown_citizen, and
        household_divided when one member is protected from another.
        """
        ...

    async def restrict(self, protected: str, against: str, *, by: Clerk, now: datetime) -> None:
        """Protect a citizen and their household from an applicant; twice is as once.

        Raises `IssuerError` (unknown_citizen).
        """
        ...

    async def lift(self, protected: str, against: str) -> None:
        """End a restriction; without one nothing happens."""
        ...


class InboxStore(Protocol):
    """The inboxes that wallets have given, sealed."""

    async def keep(self, citizen: str, sealed: bytes) -> None:
        """Keep the latest one of a citizen."""
        ...

    async def of(self, citizens: Iterable[str]) -> dict[str, bytes]:
        """Return the inboxes of those who have one."""
        ...


class Stores(Protocol):
    """Everything this room remembers."""

    @property
    def accesses(self) -> AccessStore:
        """Accesses to people's data."""
        ...

    @property
    def viewings(self) -> ViewingStore:
        """Views of the register."""
        ...

    @property
    def mandates(self) -> MandateStore:
        """Mandates."""
        ...

    @property
    def refusals(self) -> RefusalStore:
        """Refused applications."""
        ...

    @property
    def deferrals(self) -> DeferralStore:
        """What waits for an officer."""
        ...

    @property
    def inboxes(self) -> InboxStore:
        """Inboxes of citizens."""
        ...

    @property
    def offers(self) -> OfferStore:
        """Offers and tokens."""
        ...

    @property
    def authorizations(self) -> AuthorizationStore:
        """Pushed requests, codes and refresh tokens."""
        ...

    @property
    def revocations(self) -> RevocationStore:
        """What ends tokens and certificates together."""
        ...

    @property
    def clients(self) -> ClientStore:
        """Registered wallets."""
        ...

    @property
    def replays(self) -> ReplayStore:
        """Proofs that were taken."""
        ...

    @property
    def certificates(self) -> CertificateStore:
        """Certificates and status lists."""
        ...

    @property
    def bulk(self) -> BulkStore:
        """What was made ready for many people at once."""
        ...

    @property
    def years(self) -> YearOrderStore:
        """Orders for a year."""
        ...

    @property
    def kept_lists(self) -> KeptListStore:
        """Status lists as they were served."""
        ...

    @property
    def book(self) -> BookStore:
        """The issue book."""
        ...

    @property
    def register(self) -> RegisterStore:
        """The resident register."""
        ...
