"""Fill the sources of record with a population, batch by batch: any size in constant memory."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Table, func, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from issuers.population.census import Dossier
from issuers.source.records import Change, Member, Office, Person, Tax, TaxAccount
from issuers.store import source_tables as tables

# Households per transaction: some ten thousand rows, a few megabytes.
BATCH = 1000

_Row = dict[str, Any]
_Rows = dict[Table, list[_Row]]

# Parents before what points at them.
_ORDER = (
    tables.households,
    tables.people,
    tables.members,
    tables.address_history,
    tables.tax_accounts,
    tables.open_taxes,
    tables.deferrals,
)


async def load(engine: AsyncEngine, offices: Sequence[Office], dossiers: Iterable[Dossier]) -> int:
    """Write a population into the source of record and return how many people were written.

    Households that are there already are passed over, so an interrupted load is continued.
    """
    numbers = {office: number for number, office in enumerate(offices)}
    there = await _loaded(engine, numbers)
    written = 0
    for batch in _batches(dossier for dossier in dossiers if dossier.number > there):
        rows_by_table = _rows(batch, numbers)
        async with engine.begin() as connection:
            for table in _ORDER:
                if rows_by_table[table]:
                    await connection.execute(insert(table), rows_by_table[table])
        written += len(rows_by_table[tables.people])
    return written


async def _loaded(engine: AsyncEngine, offices: Mapping[Office, int]) -> int:
    """Return the number of the last household that is there (-1: none); offices come first."""
    async with engine.begin() as connection:
        if (await connection.execute(select(tables.offices.c.id).limit(1))).first() is None:
            rows = [_office_row(number, office) for office, number in offices.items()]
            await connection.execute(insert(tables.offices), rows)
        last = await connection.execute(select(func.max(tables.households.c.id)))
        found = last.scalar()
    return -1 if found is None else int(found)


def _batches(dossiers: Iterable[Dossier]) -> Iterator[list[Dossier]]:
    remaining = iter(dossiers)
    while batch := list(islice(remaining, BATCH)):
        yield batch


def _rows(batch: Iterable[Dossier], offices: Mapping[Office, int]) -> _Rows:
    rows: _Rows = {table: [] for table in _ORDER}
    for dossier in batch:
        _add_household(rows, dossier, offices)
        for citizen, account in dossier.accounts:
            _add_account(rows, citizen, account, offices)
    return rows


def _add_household(rows: _Rows, dossier: Dossier, offices: Mapping[Office, int]) -> None:
    home = dossier.household
    rows[tables.households].append(
        {
            "id": dossier.number,
            "office": offices[home.office],
            "formation_reason": home.formation_reason,
            "formed_on": home.formed_on.isoformat(),
            "address": home.address,
            **_change_row(home.change),
        }
    )
    for cohabitant, kin in ((False, home.members), (True, home.cohabitants)):
        for member in kin:
            rows[tables.people].append(_person_row(member.person))
            rows[tables.members].append(
                {"household": dossier.number, "cohabitant": cohabitant, **_member_row(member)}
            )
    rows[tables.address_history] += [
        {
            "household": dossier.number,
            "number": past.number,
            "address": past.address,
            **_change_row(past.change),
            "head_name": past.head.name,
            "head_relation": past.head.relation,
        }
        for past in home.past
    ]


def _add_account(
    rows: _Rows, citizen: str, account: TaxAccount, offices: Mapping[Office, int]
) -> None:
    payer = account.taxpayer
    rows[tables.tax_accounts].append(
        {
            "citizen": citizen,
            "office": offices[account.office],
            "name": payer.name,
            "number_front": payer.resident_number.front,
            "number_back": payer.resident_number.back,
            "address": payer.address,
            "company": payer.company,
            "business_number": payer.business_number,
            "trustee_arrears": account.trustee_arrears,
        }
    )
    rows[tables.open_taxes] += [
        {"citizen": citizen, "number": number, **_tax_row(tax)}
        for number, tax in enumerate(account.open, start=1)
    ]
    rows[tables.deferrals] += [
        {
            "citizen": citizen,
            "number": deferral.number,
            "kind": deferral.kind,
            "since": deferral.since.isoformat(),
            "until": deferral.until.isoformat(),
            **_tax_row(deferral.tax),
        }
        for deferral in account.deferrals
    ]


def _office_row(number: int, office: Office) -> _Row:
    return {
        "id": number,
        "name": office.name,
        "department": office.department,
        "officer": office.officer,
        "phone": office.phone,
        "seal": office.seal,
    }


def _person_row(person: Person) -> _Row:
    return {
        "citizen": person.citizen,
        "name": person.name,
        "hanja": person.hanja,
        "number_front": person.resident_number.front,
        "number_back": person.resident_number.back,
        "born_on": person.born_on.isoformat(),
    }


def _member_row(member: Member) -> _Row:
    return {
        "number": member.number,
        "citizen": member.person.citizen,
        "relation": member.relation,
        **_change_row(member.change),
    }


def _change_row(change: Change) -> _Row:
    return {
        "moved_in_on": change.moved_in_on.isoformat(),
        "changed_on": change.changed_on.isoformat(),
        "change_reason": change.reason,
    }


def _tax_row(tax: Tax) -> _Row:
    return {
        "period": tax.period,
        "item": tax.item,
        "due_on": tax.due_on.isoformat(),
        "amount": tax.amount,
    }
