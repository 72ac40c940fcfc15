"""A source of record that answers what a test gave it, and refuses to be asked anything else."""

from dataclasses import dataclass
from typing import TypeVar

from issuers.source.identity_records import DrivingLicence, ResidentCard
from issuers.source.records import Household, Person, RegisterFile
from issuers.source.tax_records import LocalTaxAccount, TaxAccount

Given = TypeVar("Given")


@dataclass(frozen=True)
class FixedSource:
    """One record of each sort at most, whoever is asked about."""

    person: Person | None = None
    home: Household | None = None
    sheet: RegisterFile | None = None
    account: TaxAccount | None = None
    local: LocalTaxAccount | None = None
    card: ResidentCard | None = None
    licence: DrivingLicence | None = None

    async def person_of(self, citizen: str) -> Person:
        return given(self.person)

    async def household_of(self, citizen: str) -> Household:
        return given(self.home)

    async def register_file_of(self, citizen: str) -> RegisterFile:
        return given(self.sheet)

    async def tax_account_of(self, citizen: str) -> TaxAccount:
        return given(self.account)

    async def local_tax_account_of(self, citizen: str) -> LocalTaxAccount:
        return given(self.local)

    async def resident_card_of(self, citizen: str) -> ResidentCard:
        return given(self.card)

    async def driving_licence_of(self, citizen: str) -> DrivingLicence:
        return given(self.licence)


def given(record: Given | None) -> Given:
    assert record is not None, "the test gave no such record"
    return record
