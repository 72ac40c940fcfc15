"""Parts of records as they stand in a row, whichever table it comes from."""

from datetime import date
from typing import Any

from sqlalchemy import Row

from issuers.errors import IssuerError, IssuerFailure
from issuers.source.records import Change, Office, Person, ResidentNumber
from issuers.source.tax_records import Tax, Taxpayer
from issuers.store.source_tables import offices

# An office's columns, named apart from those of whatever it is joined to.
OFFICE = tuple(column.label(f"office_{column.name}") for column in offices.c)


def known(row: Row[Any] | None) -> Row[Any]:
    """Return a row that was found, or raise `IssuerError` (unknown_citizen)."""
    if row is None:
        raise unknown_citizen()
    return row


def unknown_citizen() -> IssuerError:
    """Return the error of whoever is in no row."""
    return IssuerError(IssuerFailure.UNKNOWN_CITIZEN, "the register knows no such citizen")


def person_in(row: Row[Any]) -> Person:
    """Return the person a row of ``people`` tells of."""
    number = ResidentNumber(row.number_front, row.number_back)
    return Person(row.citizen, row.name, row.hanja, number, date.fromisoformat(row.born_on))


def change_in(row: Row[Any]) -> Change:
    """Return the change a row tells of."""
    moved_in_on = date.fromisoformat(row.moved_in_on)
    return Change(moved_in_on, date.fromisoformat(row.changed_on), row.change_reason)


def office_in(row: Row[Any]) -> Office:
    """Return the office joined to a row as `OFFICE`."""
    return Office(
        row.office_name,
        row.office_department,
        row.office_officer,
        row.office_phone,
        row.office_seal,
    )


def taxpayer_in(row: Row[Any]) -> Taxpayer:
    """Return the taxpayer of an account."""
    number = ResidentNumber(row.number_front, row.number_back)
    return Taxpayer(row.name, number, row.address, row.company, row.business_number)


def tax_in(row: Row[Any]) -> Tax:
    """Return the tax a row tells of."""
    return Tax(row.period, row.item, date.fromisoformat(row.due_on), row.amount)
