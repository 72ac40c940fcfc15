"""The sources of record in SQL: three look-ups by key for a household, three for a tax account."""

from datetime import date
from typing import Any

from sqlalchemy import BindParameter, Row, bindparam, select
from sqlalchemy.ext.asyncio import AsyncEngine

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

_CITIZEN: BindParameter[str] = bindparam("citizen")
_HOME: BindParameter[int] = bindparam("household")
_OFFICE = tuple(column.label(f"office_{column.name}") for column in offices.c)
_PERSON = tuple(column for column in people.c if column.name != "citizen")

_HOUSEHOLD = (
    select(households, *_OFFICE)
    .select_from(members.join(households).join(offices))
    .where(members.c.citizen == _CITIZEN)
)
_MEMBERS = (
    select(members, *_PERSON)
    .join(people)
    .where(members.c.household == _HOME)
    .order_by(members.c.number)
)
_PAST = (
    select(address_history)
    .where(address_history.c.household == _HOME)
    .order_by(address_history.c.number)
)
_ACCOUNT = select(tax_accounts, *_OFFICE).join(offices).where(tax_accounts.c.citizen == _CITIZEN)
_OPEN = select(open_taxes).where(open_taxes.c.citizen == _CITIZEN).order_by(open_taxes.c.number)
_DEFERRALS = select(deferrals).where(deferrals.c.citizen == _CITIZEN).order_by(deferrals.c.number)


class SqlSourceOfRecord:
    """`issuers.source.port.SourceOfRecord` over this room's database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = reader_of(engine)

    async def household_of(self, citizen: str) -> Household:
        """Return the household ``citizen`` lives in, or raise `IssuerError` (unknown_citizen)."""
        async with self._engine.connect() as connection:
            found = await connection.execute(_HOUSEHOLD, {"citizen": citizen})
            row = _known(found.one_or_none())
            home = {"household": row.id}
            everyone = (await connection.execute(_MEMBERS, home)).all()
            past = (await connection.execute(_PAST, home)).all()
        return Household(
            formation_reason=row.formation_reason,
            formed_on=date.fromisoformat(row.formed_on),
            address=row.address,
            change=_change(row),
            office=_office(row),
            members=tuple(_member(member) for member in everyone if not member.cohabitant),
            cohabitants=tuple(_member(member) for member in everyone if member.cohabitant),
            past=tuple(map(_residence, past)),
        )

    async def tax_account_of(self, citizen: str) -> TaxAccount:
        """Return the tax account of ``citizen``, or raise `IssuerError` (unknown_citizen)."""
        of = {"citizen": citizen}
        async with self._engine.connect() as connection:
            row = _known((await connection.execute(_ACCOUNT, of)).one_or_none())
            asked = (await connection.execute(_OPEN, of)).all()
            deferred = (await connection.execute(_DEFERRALS, of)).all()
        number = ResidentNumber(row.number_front, row.number_back)
        return TaxAccount(
            taxpayer=Taxpayer(row.name, number, row.address, row.company, row.business_number),
            office=_office(row),
            open=tuple(map(_tax, asked)),
            deferrals=tuple(map(_deferral, deferred)),
            trustee_arrears=row.trustee_arrears,
        )


def _known(row: Row[Any] | None) -> Row[Any]:
    if row is None:
        raise IssuerError(IssuerFailure.UNKNOWN_CITIZEN, "the register knows no such citizen")
    return row


def _member(row: Row[Any]) -> Member:
    number = ResidentNumber(row.number_front, row.number_back)
    born_on = date.fromisoformat(row.born_on)
    person = Person(row.citizen, row.name, row.hanja, number, born_on)
    return Member(row.number, person, row.relation, _change(row))


def _residence(row: Row[Any]) -> Residence:
    head = PastHead(row.head_name, row.head_relation)
    return Residence(row.number, row.address, _change(row), head)


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


def _deferral(row: Row[Any]) -> Deferral:
    return Deferral(
        number=row.number,
        kind=row.kind,
        since=date.fromisoformat(row.since),
        until=date.fromisoformat(row.until),
        tax=_tax(row),
    )


def _tax(row: Row[Any]) -> Tax:
    return Tax(row.period, row.item, date.fromisoformat(row.due_on), row.amount)
