"""The sources of record in SQL: three look-ups by key for a household, three for a tax account."""

from datetime import date
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from issuers.errors import IssuerError, IssuerFailure
from issuers.source.records import (
    Change,
    Deferral,
    Household,
    Member,
    Office,
    PastHead,
    Person,
    Residence,
    ResidentNumber,
    Tax,
    TaxAccount,
    Taxpayer,
)
from issuers.store.reading import reader_of
from issuers.store.source_tables import (
    address_history,
    deferrals,
    households,
    members,
    offices,
    open_taxes,
    people,
    tax_accounts,
)

_OFFICE = tuple(column.label(f"office_{column.name}") for column in offices.c)


class SqlSourceOfRecord:
    """`issuers.source.port.SourceOfRecord` over this room's database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = reader_of(engine)

    async def household_of(self, citizen: str) -> Household:
        """Return the household ``citizen`` lives in, or raise `IssuerError` (unknown_citizen)."""
        async with self._engine.connect() as connection:
            row = await _household(connection, citizen)
            everyone = await _members(connection, row.id)
            past = await _past(connection, row.id)
        return Household(
            formation_reason=row.formation_reason,
            formed_on=date.fromisoformat(row.formed_on),
            address=row.address,
            change=_change(row),
            office=_office(row),
            members=tuple(_member(member) for member in everyone if not member.cohabitant),
            cohabitants=tuple(_member(member) for member in everyone if member.cohabitant),
            past=past,
        )

    async def tax_account_of(self, citizen: str) -> TaxAccount:
        """Return the tax account of ``citizen``, or raise `IssuerError` (unknown_citizen)."""
        query = select(tax_accounts, *_OFFICE).join(offices)
        async with self._engine.connect() as connection:
            found = await connection.execute(query.where(tax_accounts.c.citizen == citizen))
            row = found.one_or_none()
            if row is None:
                raise _unknown()
            asked = await _open(connection, citizen)
            deferred = await _deferrals(connection, citizen)
        number = ResidentNumber(row.number_front, row.number_back)
        return TaxAccount(
            taxpayer=Taxpayer(row.name, number, row.address, row.company, row.business_number),
            office=_office(row),
            open=asked,
            deferrals=deferred,
            trustee_arrears=row.trustee_arrears,
        )


async def _household(connection: AsyncConnection, citizen: str) -> Row[Any]:
    home = members.join(households, members.c.household == households.c.id)
    query = select(households, *_OFFICE).select_from(home.join(offices))
    found = await connection.execute(query.where(members.c.citizen == citizen))
    row = found.one_or_none()
    if row is None:
        raise _unknown()
    return row


async def _members(connection: AsyncConnection, household: int) -> list[Row[Any]]:
    person = (column for column in people.c if column.name != "citizen")
    query = select(members, *person).join(people).where(members.c.household == household)
    found = await connection.execute(query.order_by(members.c.number))
    return list(found)


async def _past(connection: AsyncConnection, household: int) -> tuple[Residence, ...]:
    query = select(address_history).where(address_history.c.household == household)
    found = await connection.execute(query.order_by(address_history.c.number))
    return tuple(
        Residence(
            row.number, row.address, _change(row), PastHead(row.head_name, row.head_relation)
        )
        for row in found
    )


async def _open(connection: AsyncConnection, citizen: str) -> tuple[Tax, ...]:
    query = select(open_taxes).where(open_taxes.c.citizen == citizen)
    found = await connection.execute(query.order_by(open_taxes.c.number))
    return tuple(_tax(row) for row in found)


async def _deferrals(connection: AsyncConnection, citizen: str) -> tuple[Deferral, ...]:
    query = select(deferrals).where(deferrals.c.citizen == citizen)
    found = await connection.execute(query.order_by(deferrals.c.number))
    return tuple(
        Deferral(
            number=row.number,
            kind=row.kind,
            since=date.fromisoformat(row.since),
            until=date.fromisoformat(row.until),
            tax=_tax(row),
        )
        for row in found
    )


def _member(row: Row[Any]) -> Member:
    number = ResidentNumber(row.number_front, row.number_back)
    born_on = date.fromisoformat(row.born_on)
    person = Person(row.citizen, row.name, row.hanja, number, born_on)
    return Member(row.number, person, row.relation, _change(row))


def _change(row: Row[Any]) -> Change:
    moved_in_on = date.fromisoformat(row.moved_in_on)
    return Change(moved_in_on, date.fromisoformat(row.changed_on), row.change_reason)


def _office(row: Row[Any]) -> Office:
    return Office(
        row.office_name,
        row.office_department,
        row.office_officer,
        row.office_phone,
        row.office_seal,
    )


def _tax(row: Row[Any]) -> Tax:
    return Tax(row.period, row.item, date.fromisoformat(row.due_on), row.amount)


def _unknown() -> IssuerError:
    return IssuerError(IssuerFailure.UNKNOWN_CITIZEN, "the register knows no such citizen")
