"""What a copy of the resident register is made from: an application and a household.

주민등록법 시행령 §47⑩: this copy (등본) is per household, the abstract (초본) per person.
"""

from dataclasses import dataclass

from issuers.certificate.kind import Application
from issuers.source.port import SourceOfRecord
from issuers.source.records import Change, Household, Office, Person


@dataclass(frozen=True, slots=True)
class RegisterCopy:
    """One copy: who applied for what, and the household as the register has it on that day."""

    application: Application
    applicant: Person
    household: Household

    @property
    def office(self) -> Office:
        """The office that issues."""
        return self.household.office

    @property
    def change(self) -> Change:
        """The household's last change of address."""
        return self.household.change

    @property
    def aged(self) -> Person:
        """Whose age the copy signs: a household has none, so the applicant's."""
        return self.applicant


async def read(source: SourceOfRecord, application: Application) -> RegisterCopy:
    """Return the copy for an application, or raise `IssuerError` (unknown_citizen).

    The copy is of the subject's household, which the applicant need not belong to.
    """
    home = await source.household_of(application.subject)
    return RegisterCopy(application, await source.person_of(application.citizen), home)
