"""The port to the authorities' sources of record; `issuers.store.source` reads them by SQL."""

from typing import Protocol

from issuers.source.identity_records import DrivingLicence, ResidentCard
from issuers.source.records import Household, Person, RegisterFile
from issuers.source.tax_records import LocalTaxAccount, TaxAccount


class SourceOfRecord(Protocol):
    """Read-only: issuing never changes what an authority knows.

    Every method raises `issuers.errors.IssuerError` (unknown_citizen) for a citizen its register
    does not hold.
    """

    async def person_of(self, citizen: str) -> Person:
        """Return who ``citizen`` is, whether or not they belong to a household."""
        ...

    async def household_of(self, citizen: str) -> Household:
        """Return the household ``citizen`` lives in; the deregistered live in none."""
        ...

    async def register_file_of(self, citizen: str) -> RegisterFile:
        """Return the register's sheet on ``citizen``; a foreign spouse has none of their own."""
        ...

    async def tax_account_of(self, citizen: str) -> TaxAccount:
        """Return the tax service's account of ``citizen``."""
        ...

    async def local_tax_account_of(self, citizen: str) -> LocalTaxAccount:
        """Return the town's tax account of ``citizen``."""
        ...

    async def resident_card_of(self, citizen: str) -> ResidentCard:
        """Return the resident card of ``citizen``; children have none, nor have foreigners."""
        ...

    async def driving_licence_of(self, citizen: str) -> DrivingLicence:
        """Return the driving licence of ``citizen``."""
        ...
