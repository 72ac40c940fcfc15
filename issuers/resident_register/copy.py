"""What a copy of the resident register is made from: an application and a household.

주민등록법 시행령 §47⑩: this copy (등본) is per household, the abstract (초본) per person.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from issuers.kind import Application, Validity
from issuers.source.port import SourceOfRecord
from issuers.source.records import Change, Household, Person

# Government 24 keeps register copies for 90 days in the electronic document wallet.
KEPT = timedelta(days=90)
KEPT_REASON = "전자문서지갑 보관기간 90일"


@dataclass(frozen=True, slots=True)
class RegisterCopy:
    """One copy: who applied for what, and the household as the register has it on that day."""

    application: Application
    household: Household

    @property
    def applicant(self) -> Person:
        """The member of the household who applied."""
        return self.household.person(self.application.citizen)

    @property
    def change(self) -> Change:
        """The household's last change of address."""
        return self.household.change

    def applicant_is(self, years: int) -> bool:
        """Tell whether the applicant has reached this age (만 나이) on the day of issue."""
        return age_on(self.application.issued_on, self.applicant.born_on) >= years


def age_on(day: date, born_on: date) -> int:
    """Return the completed years of life; a birthday on 29 February is reached on 1 March."""
    before_birthday = (day.month, day.day) < (born_on.month, born_on.day)
    return day.year - born_on.year - before_birthday


async def read(source: SourceOfRecord, application: Application) -> RegisterCopy:
    """Return the copy for an application, or raise `IssuerError` (unknown_citizen)."""
    return RegisterCopy(application, await source.household_of(application.citizen))


def validity(copy: RegisterCopy) -> Validity:
    """Return the last day a copy is kept; the law itself sets no end."""
    return Validity(copy.application.issued_on + KEPT, KEPT_REASON)
