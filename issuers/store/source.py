"""The sources of record in SQL: a few look-ups by key, whatever the size of the population."""

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.ext.asyncio import AsyncEngine

from issuers.source.identity_records import DrivingLicence, ResidentCard
from issuers.source.records import Household, Person, RegisterFile
from issuers.source.tax_records import LocalTaxAccount, TaxAccount
from issuers.store.account_reading import local_tax_account, tax_account
from issuers.store.household_reading import household
from issuers.store.identity_reading import driving_licence, resident_card
from issuers.store.reading import reader_of
from issuers.store.register_reading import register_file
from issuers.store.row_parts import known, person_in
from issuers.store.source_tables import people

_CITIZEN: BindParameter[str] = bindparam("citizen")
_PERSON = select(people).where(people.c.citizen == _CITIZEN)


class SqlSourceOfRecord:
    """`issuers.source.port.SourceOfRecord` over this room's database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = reader_of(engine)

    async def person_of(self, citizen: str) -> Person:
        """Return who ``citizen`` is, or raise `IssuerError` (unknown_citizen)."""
        async with self._engine.connect() as connection:
            found = await connection.execute(_PERSON, {"citizen": citizen})
            return person_in(known(found.one_or_none()))

    async def household_of(self, citizen: str) -> Household:
        """Return the household ``citizen`` lives in, or raise `IssuerError` (unknown_citizen)."""
        async with self._engine.connect() as connection:
            return await household(connection, citizen)

    async def register_file_of(self, citizen: str) -> RegisterFile:
        """Return the register's sheet on ``citizen``, or raise `IssuerError` (unknown_citizen)."""
        async with self._engine.connect() as connection:
            return await register_file(connection, citizen)

    async def tax_account_of(self, citizen: str) -> TaxAccount:
        """Return the tax account of ``citizen``, or raise `IssuerError` (unknown_citizen)."""
        async with self._engine.connect() as connection:
            return await tax_account(connection, citizen)

    async def local_tax_account_of(self, citizen: str) -> LocalTaxAccount:
        """Return the town's account of ``citizen``, or raise `IssuerError` (unknown_citizen)."""
        async with self._engine.connect() as connection:
            return await local_tax_account(connection, citizen)

    async def resident_card_of(self, citizen: str) -> ResidentCard:
        """Return the card of ``citizen``, or raise `IssuerError` (unknown_citizen)."""
        async with self._engine.connect() as connection:
            return await resident_card(connection, citizen)

    async def driving_licence_of(self, citizen: str) -> DrivingLicence:
        """Return the licence of ``citizen``, or raise `IssuerError` (unknown_citizen)."""
        async with self._engine.connect() as connection:
            return await driving_licence(connection, citizen)
