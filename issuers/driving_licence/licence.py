"""What a mobile driving licence is made from."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from issuers.certificate.identity_card import good_until, on_record
from issuers.certificate.kind import Application, Validity
from issuers.source.identity_records import Driver, DrivingLicence
from issuers.source.port import SourceOfRecord

# The vehicle categories of ISO/IEC 18013-1 that each class of the law covers (도로교통법
# 시행규칙 별표 18). The mapping is ours: the official table was not opened.
_CATEGORIES: Final = {
    "제1종 대형": ("B", "C", "D"),
    "제1종 보통": ("B", "C1", "D1"),
    "제2종 보통": ("B",),
    "제2종 소형": ("A",),
}


@dataclass(frozen=True, slots=True)
class Privilege:
    """One vehicle category somebody may drive."""

    category: str
    since: date
    until: date


@dataclass(frozen=True, slots=True)
class MobileLicence:
    """One mobile licence: who applied, and the licence on record."""

    application: Application
    licence: DrivingLicence

    @property
    def driver(self) -> Driver:
        """Whose licence it is."""
        return self.licence.driver

    @property
    def born_on(self) -> date:
        """The driver's birth date."""
        return self.driver.born_on

    @property
    def issued_on(self) -> date:
        """The day it is signed."""
        return self.application.issued_on

    @property
    def privileges(self) -> tuple[Privilege, ...]:
        """What may be driven, category by category, each since the first class that covers it."""
        since: dict[str, date] = {}
        for one in self.licence.classes:
            for category in _CATEGORIES.get(one.name, ()):
                since[category] = min(one.since, since.get(category, one.since))
        return tuple(
            Privilege(category, day, self.licence.until) for category, day in sorted(since.items())
        )

    @property
    def validity(self) -> Validity:
        """How long this edition is good."""
        return good_until(self.issued_on, self.licence.until)


async def read(source: SourceOfRecord, application: Application) -> MobileLicence:
    """Return the licence for an application.

    Raises `IssuerError` (not_entitled) for who has none on record.
    """
    with on_record():
        return MobileLicence(application, await source.driving_licence_of(application.subject))
