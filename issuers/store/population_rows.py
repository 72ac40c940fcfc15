"""What is written down of a household, table by table.

Three editions of tables: the first holds households and national tax accounts, the second the
sheets of the register and the towns' accounts, the third identity cards. A household of an earlier
edition is completed by writing the rows of the later ones alone.
"""

from collections.abc import Iterable

from issuers.population.census import Dossier
from issuers.source.records import Member, Office
from issuers.source.tax_records import Deferral, Tax, Taxpayer
from issuers.store import identity_tables as identity
from issuers.store import local_tax_tables as towns
from issuers.store import register_tables as register
from issuers.store import source_tables as tables
from issuers.store.card_rows import add_card, add_licence
from issuers.store.sheet_rows import Offices, Row, Rows, add_sheet, change_row, person_row

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
    identity.resident_cards,
    identity.driving_licences,
    identity.driving_classes,
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
        add_sheet(rows, dossier.number, sheet, offices)
    for citizen, account in dossier.local_accounts:
        office = offices[account.office]
        rows[towns.local_tax_accounts].append(_account_row(citizen, account.taxpayer, office))
        rows[towns.local_open_taxes] += _open_rows(citizen, account.open)
        rows[towns.local_deferrals] += _deferral_rows(citizen, account.deferrals)


def add_third_edition(rows: Rows, dossier: Dossier, offices: Offices) -> None:
    """Add the resident cards and the driving licences; their portraits are written before."""
    for card in dossier.resident_cards:
        add_card(rows, dossier.number, card)
    for citizen, licence in dossier.driving_licences:
        add_licence(rows, citizen, licence, offices)


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


def _add_household(rows: Rows, dossier: Dossier, offices: Offices) -> None:
    home = dossier.household
    rows[tables.households].append(
        {
            "id": dossier.number,
            "office": offices[home.office],
            "formation_reason": home.formation_reason,
            "formed_on": home.formed_on.isoformat(),
            "address": home.address,
            **change_row(home.change),
        }
    )
    for cohabitant, kin in ((False, home.members), (True, home.cohabitants)):
        for member in kin:
            rows[tables.people].append(person_row(member.person))
            rows[tables.members].append(
                {"household": dossier.number, "cohabitant": cohabitant, **_member_row(member)}
            )
    rows[tables.address_history] += [
        {
            "household": dossier.number,
            "number": past.number,
            "address": past.address,
            **change_row(past.change),
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


def _member_row(member: Member) -> Row:
    return {
        "number": member.number,
        "citizen": member.person.citizen,
        "relation": member.relation,
        **change_row(member.change),
    }


def _tax_row(tax: Tax) -> Row:
    return {
        "period": tax.period,
        "item": tax.item,
        "due_on": tax.due_on.isoformat(),
        "amount": tax.amount,
    }
