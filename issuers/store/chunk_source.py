"""The records of a few hundred people, read for all of them at once."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from issuers.source.identity_records import DrivingLicence, ResidentCard
from issuers.source.records import Household, Person, RegisterFile
from issuers.source.tax_records import LocalTaxAccount, TaxAccount
from issuers.store.account_reading import local_tax_accounts, tax_accounts
from issuers.store.household_reading import household
from issuers.store.identity_reading import driving_licence, resident_card
from issuers.store.register_reading import register_file
from issuers.store.row_parts import known, person_in, unknown_citizen
from issuers.store.source_tables import people


class ChunkSource:
    """`issuers.source.port.SourceOfRecord` for one chunk of people, within one transaction.

    Tax accounts are read for the whole chunk when the first one is asked for; papers of the
    register, which are of households, and cards one by one.
    """

    def __init__(self, connection: AsyncConnection, citizens: Sequence[str]) -> None:
        self._connection = connection
        self._citizens = citizens
        self._national: dict[str, TaxAccount] | None = None
        self._local: dict[str, LocalTaxAccount] | None = None

    async def person_of(self, citizen: str) -> Person:
        """Return who ``citizen`` is, or raise `IssuerError` (unknown_citizen)."""
        query = select(people).where(people.c.citizen == citizen)
        return person_in(known((await self._connection.execute(query)).one_or_none()))

    async def household_of(self, citizen: str) -> Household:
        """Return the household ``citizen`` lives in, or raise `IssuerError` (unknown_citizen)."""
        return await household(self._connection, citizen)

    async def register_file_of(self, citizen: str) -> RegisterFile:
        """Return the register's sheet on ``citizen``, or raise `IssuerError` (unknown_citizen)."""
        return await register_file(self._connection, citizen)

    async def tax_account_of(self, citizen: str) -> TaxAccount:
        """Return the tax account of ``citizen``, or raise `IssuerError` (unknown_citizen)."""
        if self._national is None:
            self._national = await tax_accounts(self._connection, self._citizens)
        if citizen not in self._national:
            raise unknown_citizen()
        return self._national[citizen]

    async def local_tax_account_of(self, citizen: str) -> LocalTaxAccount:
        """Return the town's account of ``citizen``, or raise `IssuerError` (unknown_citizen)."""
        if self._local is None:
            self._local = await local_tax_accounts(self._connection, self._citizens)
        if citizen not in self._local:
            raise unknown_citizen()
        return self._local[citizen]

    async def resident_card_of(self, citizen: str) -> ResidentCard:
        """Return the card of ``citizen``, or raise `IssuerError` (unknown_citizen)."""
        return await resident_card(self._connection, citizen)

    async def driving_licence_of(self, citizen: str) -> DrivingLicence:
        """Return the licence of ``citizen``, or raise `IssuerError` (unknown_citizen)."""
        return await driving_licence(self._connection, citizen)
