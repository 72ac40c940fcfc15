"""What is written down of a household, table by table.

Two editions of tables: the first holds households and national tax accounts, the second the sheets
of the register and the towns' accounts. A household of the first edition is completed by writing
the second's rows alone.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Table

from issuers.population.census import Dossier
from issuers.source.records import (
    Change,
    Deferral,
    Member,
    Office,
    Person,
    RegisterFile,
    RegisterStatus,
    Tax,
    Taxpayer,
)
from issuers.store import local_tax_tables as towns
from issuers.store import register_tables as register
from issuers.store import source_tables as tables

Row = dict[str, Any]
Rows = dict[Table, list[Row]]
Offices = Mapping[Office, int]

# Parents before what points at them.
ORDER = (
    tables.households,
    tables.people,
    tables.members,
    tables.address_history,
    tables.tax_accounts,
    tables.open_taxes,
    tables.deferrals,
    register.register_files,
    register.stays,
    register.personal_changes,
    register.service_records,
    towns.local_tax_accounts,
    towns.local_open_taxes,
    towns.local_deferrals,
)


def no_rows() -> Rows:
    """Return room for the rows of every table, in the order in which they are written."""
    return {table: [] for table in ORDER}


def add_first_edition(rows: Rows, dossier: Dossier, offices: Offices) -> None:
    """Add the household, its people and their national tax accounts."""
    _add_household(rows, dossier, offices)
    for citizen, account in dossier.accounts:
        rows[tables.tax_accounts].append(
            {
                **_account_row(citizen, account.taxpayer, offices[account.office]),
                "trustee_arrears": account.trustee_arrears,
            }
        )
        rows[tables.open_taxes] += _open_rows(citizen, account.open)
        rows[tables.deferrals] += _deferral_rows(citizen, account.deferrals)


def add_second_edition(rows: Rows, dossier: Dossier, offices: Offices) -> None:
    """Add the sheets of the register and the towns' accounts."""
    for sheet in dossier.sheets:
        _add_sheet(rows, dossier.number, sheet, offices)
    for citizen, account in dossier.local_accounts:
        office = offices[account.office]
        rows[towns.local_tax_accounts].append(_account_row(citizen, account.taxpayer, office))
        rows[towns.local_open_taxes] += _open_rows(citizen, account.open)
        rows[towns.local_deferrals] += _deferral_rows(citizen, account.deferrals)


def office_row(number: int, office: Office) -> Row:
    """Return the row of an office."""
    return {
        "id": number,
        "name": office.name,
        "department": office.department,
        "officer": office.officer,
        "phone": office.phone,
        "seal": office.seal,
    }


def _add_sheet(rows: Rows, household: int, sheet: RegisterFile, offices: Offices) -> None:
    citizen = sheet.person.citizen
    if sheet.status is RegisterStatus.DEREGISTERED:
        # In no household, so not yet among the people.
        rows[tables.people].append(_person_row(sheet.person))
    rows[register.register_files].append(
        {
            "citizen": citizen,
            "household": household,
            "office": offices[sheet.office],
            "status": sheet.status.value,
        }
    )
    rows[register.stays] += _stay_rows(sheet)
    rows[register.personal_changes] += [
        {
            "citizen": citizen,
            "number": change.number,
            "item": change.item,
            "before": change.before,
            "after": change.after,
            "changed_on": change.changed_on.isoformat(),
            "change_reason": change.reason,
        }
        for change in sheet.personal_changes
    ]
    service = sheet.service
    if service is not None:
        ended = service.discharged_on
        rows[register.service_records].append(
            {
                "citizen": citizen,
                "branch": service.branch,
                "service_number": service.service_number,
                "rank": service.rank,
                "enlisted_on": service.enlisted_on.isoformat(),
                "discharged_on": None if ended is None else ended.isoformat(),
                "discharge_reason": service.discharge_reason,
            }
        )


def _stay_rows(sheet: RegisterFile) -> Iterable[Row]:
    """Return the stays the household does not tell, numbered from the earliest."""
    told = 0 if sheet.status is RegisterStatus.DEREGISTERED else 1
    for number, stay in enumerate(reversed(sheet.stays[told:]), start=1):
        yield {
            "citizen": sheet.person.citizen,
            "number": number,
            "address": stay.address,
            **_change_row(stay.change),
            "head_name": stay.head.name,
            "head_relation": stay.head.relation,
            "status": stay.status.value,
        }


def _add_household(rows: Rows, dossier: Dossier, offices: Offices) -> None:
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


def _account_row(citizen: str, payer: Taxpayer, office: int) -> Row:
    return {
        "citizen": citizen,
        "office": office,
        "name": payer.name,
        "number_front": payer.resident_number.front,
        "number_back": payer.resident_number.back,
        "address": payer.address,
        "company": payer.company,
        "business_number": payer.business_number,
    }


def _open_rows(citizen: str, asked: Iterable[Tax]) -> Iterable[Row]:
    for number, tax in enumerate(asked, start=1):
        yield {"citizen": citizen, "number": number, **_tax_row(tax)}


def _deferral_rows(citizen: str, deferrals: Iterable[Deferral]) -> Iterable[Row]:
    for deferral in deferrals:
        yield {
            "citizen": citizen,
            "number": deferral.number,
            "kind": deferral.kind,
            "since": deferral.since.isoformat(),
            "until": deferral.until.isoformat(),
            **_tax_row(deferral.tax),
        }


def _person_row(person: Person) -> Row:
    return {
        "citizen": person.citizen,
        "name": person.name,
        "hanja": person.hanja,
        "number_front": person.resident_number.front,
        "number_back": person.resident_number.back,
        "born_on": person.born_on.isoformat(),
    }


def _member_row(member: Member) -> Row:
    return {
        "number": member.number,
        "citizen": member.person.citizen,
        "relation": member.relation,
        **_change_row(member.change),
    }


def _change_row(change: Change) -> Row:
    return {
        "moved_in_on": change.moved_in_on.isoformat(),
        "changed_on": change.changed_on.isoformat(),
        "change_reason": change.reason,
    }


def _tax_row(tax: Tax) -> Row:
    return {
        "period": tax.period,
        "item": tax.item,
        "due_on": tax.due_on.isoformat(),
        "amount": tax.amount,
    }
