"""What an abstract is made from: an application, a person's sheet, and what was asked for.

주민등록법 시행령 §47⑩: the abstract (초본) is per person, the copy (등본) per household.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from issuers.certificate.kind import Application
from issuers.certificate.options import Choice, Option
from issuers.errors import IssuerError, IssuerFailure
from issuers.grounds import Ground
from issuers.label import Label
from issuers.source.port import SourceOfRecord
from issuers.source.records import (
    Change,
    Office,
    Person,
    RegisterFile,
    ServiceRecord,
    Stay,
)

# 최근 5년.
_RECENT_YEARS = 5


class AddressRange(StrEnum):
    """How far back the addresses go (주소 범위)."""

    ALL = "all"
    FIVE_YEARS = "five-years"
    NONE = "none"


ADDRESS_RANGE = Option(
    "address_range",
    Label("주소 범위", "Addresses to include", "住所の範囲"),
    (
        Choice(AddressRange.ALL, Label("전체", "All", "すべて")),
        Choice(AddressRange.FIVE_YEARS, Label("최근 5년", "The last five years", "最近5年")),
        Choice(AddressRange.NONE, Label("미포함", "None", "含めない")),
    ),
    default=AddressRange.ALL,
)
_YES, _NO = "yes", "no"
SERVICE_RECORD = Option(
    "service_record",
    Label("병역사항", "Military service", "兵役事項"),
    (
        Choice(_YES, Label("포함", "Include", "含める")),
        Choice(_NO, Label("미포함", "Leave out", "含めない")),
    ),
    default=_NO,
)


@dataclass(frozen=True, slots=True)
class Abstract:
    """One abstract: who applied for what, and the sheet of the person it is about."""

    application: Application
    applicant: Person
    sheet: RegisterFile

    @property
    def office(self) -> Office:
        """The office that issues."""
        return self.sheet.office

    @property
    def aged(self) -> Person:
        """Whose age the abstract signs: that of the person it is about."""
        return self.sheet.person

    @property
    def change(self) -> Change:
        """The person's last change of address."""
        return self.sheet.current.change

    @property
    def range(self) -> Choice:
        """How far back the addresses go, as applied for.

        What others may see by rule leaves past addresses out (시행규칙 §13⑪), and then the
        abstract says so, whatever was applied for.
        """
        if self.application.view is not None:
            return ADDRESS_RANGE.among((("address_range", AddressRange.NONE),))
        return ADDRESS_RANGE.among(self.application.options)

    @property
    def with_addresses(self) -> bool:
        """Whether addresses other than the current one were applied for."""
        return AddressRange(self.range.name) is not AddressRange.NONE

    @property
    def stays(self) -> tuple[Stay, ...]:
        """The addresses in range, the latest first."""
        match AddressRange(self.range.name):
            case AddressRange.ALL:
                return self.sheet.stays
            case AddressRange.FIVE_YEARS:
                return since(self.sheet.stays, years_before(self.application.issued_on))
            case AddressRange.NONE:
                return ()

    @property
    def with_service(self) -> bool:
        """Whether the service record was applied for; no rule shows it to others (§13⑪)."""
        return (
            self.application.view is None
            and SERVICE_RECORD.among(self.application.options).name == _YES
        )

    @property
    def service(self) -> ServiceRecord | None:
        """The service record; None for who never served."""
        return self.sheet.service


async def read(source: SourceOfRecord, application: Application) -> Abstract:
    """Return the abstract for an application.

    Raises `IssuerError`: unknown_citizen, or not_entitled for a foreign spouse, who is on the
    household's copy and has no sheet of their own.
    """
    person = await source.person_of(application.subject)
    if person.resident_number.foreign:
        detail = "foreigners have no abstract: they are on their household's copy of the register"
        raise IssuerError(IssuerFailure.NOT_ENTITLED, detail, ground=Ground.NO_SUCH_RECORD)
    applicant = await source.person_of(application.citizen)
    return Abstract(application, applicant, await source.register_file_of(application.subject))


def since(stays: tuple[Stay, ...], day: date) -> tuple[Stay, ...]:
    """Return the stays that had not ended by ``day``; each ends where the next one begins."""
    ends = (date.max, *(stay.change.moved_in_on for stay in stays))
    return tuple(stay for stay, end in zip(stays, ends, strict=False) if end > day)


def years_before(day: date) -> date:
    """Return the day five years earlier; for 29 February that is the 28th."""
    try:
        return day.replace(year=day.year - _RECENT_YEARS)
    except ValueError:
        return day.replace(year=day.year - _RECENT_YEARS, day=day.day - 1)
