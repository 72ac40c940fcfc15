"""What the register's sheets leave out, by rule and for everybody alike.

Two rules of 주민등록법 시행규칙 제13조 decide on what is read, before any form sees it, so that no
kind of certificate can forget them:

- 제9항: of a minor who was adopted as a full child (친양자), the changes of particulars that came
  with the adoption, or with its end, are left out. For whom makes no difference: while the child
  is a minor 가족관계등록법 제14조제2항제1호 lets nobody ask. The changes that stay are counted
  anew: a number that is missing would tell what was left out.
- 제7항: the name of the head at past addresses, and what one was to them, go to the adult they are
  about or their proxy, and of a minor to a parent. They are left out for everybody else, of every
  sheet: the heads before an adoption would tell of it too.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from issuers.ages import ADULT, age_on
from issuers.source.identity_records import DrivingLicence, ResidentCard
from issuers.source.port import SourceOfRecord
from issuers.source.records import (
    Household,
    PastHead,
    Person,
    PersonalChange,
    RegisterFile,
    Stay,
)
from issuers.source.tax_records import LocalTaxAccount, TaxAccount

# The register's words for the two; ours, as the form file was not opened.
ADOPTED, UNADOPTED = "친양자 입양", "친양자 파양"
_ADOPTION: Final = frozenset({ADOPTED, UNADOPTED})
NO_HEAD: Final = PastHead("", "")


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks for a sheet: the person, a proxy, a parent by the register, or none of them."""

    is_own: bool = False
    by_mandate: bool = False
    as_parent: bool = False

    def may_see_heads(self, *, of_minor: bool) -> bool:
        """Tell whether past heads stay in (제13조제7항 각 호)."""
        return self.as_parent if of_minor else self.is_own or self.by_mandate


def protected(sheet: RegisterFile, asking: Asking, *, on: date) -> RegisterFile:
    """Return a sheet as it may be told on a day to whoever asks."""
    of_minor = age_on(on, sheet.person.born_on) < ADULT
    shows_heads = asking.may_see_heads(of_minor=of_minor)
    return replace(
        sheet,
        personal_changes=_told(sheet.personal_changes) if of_minor else sheet.personal_changes,
        stays=sheet.stays if shows_heads else tuple(map(_without_head, sheet.stays)),
    )


def _told(changes: tuple[PersonalChange, ...]) -> tuple[PersonalChange, ...]:
    kept = (change for change in changes if change.reason not in _ADOPTION)
    return tuple(replace(change, number=number) for number, change in enumerate(kept, start=1))


def _without_head(stay: Stay) -> Stay:
    """Return a stay without its head; the current one's is on the household's copy anyway."""
    return stay if stay.number == 1 else replace(stay, head=NO_HEAD)


@dataclass(frozen=True, slots=True)
class ProtectedSource:
    """`issuers.source.port.SourceOfRecord` for one application: its sheets are protected."""

    source: SourceOfRecord
    asking: Asking
    on: date

    async def person_of(self, citizen: str) -> Person:
        """Return who ``citizen`` is."""
        return await self.source.person_of(citizen)

    async def household_of(self, citizen: str) -> Household:
        """Return the household; a full child is a child there like every other."""
        return await self.source.household_of(citizen)

    async def register_file_of(self, citizen: str) -> RegisterFile:
        """Return the sheet as it may be told."""
        return protected(await self.source.register_file_of(citizen), self.asking, on=self.on)

    async def tax_account_of(self, citizen: str) -> TaxAccount:
        """Return the tax service's account."""
        return await self.source.tax_account_of(citizen)

    async def local_tax_account_of(self, citizen: str) -> LocalTaxAccount:
        """Return the town's tax account."""
        return await self.source.local_tax_account_of(citizen)

    async def resident_card_of(self, citizen: str) -> ResidentCard:
        """Return the resident card."""
        return await self.source.resident_card_of(citizen)

    async def driving_licence_of(self, citizen: str) -> DrivingLicence:
        """Return the driving licence."""
        return await self.source.driving_licence_of(citizen)
