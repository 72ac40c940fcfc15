"""What a mobile resident card is made from."""

from dataclasses import dataclass
from datetime import date

from issuers.certificate.identity_card import good_until, on_record
from issuers.certificate.kind import Application, Validity
from issuers.source.identity_records import ResidentCard
from issuers.source.port import SourceOfRecord


@dataclass(frozen=True, slots=True)
class MobileCard:
    """One mobile card: who applied, and the card on record."""

    application: Application
    card: ResidentCard

    @property
    def born_on(self) -> date:
        """The bearer's birth date."""
        return self.card.person.born_on

    @property
    def issued_on(self) -> date:
        """The day it is signed."""
        return self.application.issued_on

    @property
    def validity(self) -> Validity:
        """How long this edition is good; the plastic card has no end."""
        return good_until(self.issued_on)


async def read(source: SourceOfRecord, application: Application) -> MobileCard:
    """Return the card for an application.

    Raises `IssuerError` (not_entitled) for who has none on record.
    """
    with on_record():
        return MobileCard(application, await source.resident_card_of(application.subject))
