"""What is written down of a person: who they are, and their sheet of the register."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Table

from issuers.source.records import (
    Change,
    Office,
    Person,
    PersonalChange,
    RegisterFile,
    RegisterStatus,
    ServiceRecord,
)
from issuers.store import register_tables as register
from issuers.store.source_tables import people

Row = dict[str, Any]
Rows = dict[Table, list[Row]]
Offices = Mapping[Office, int]


def person_row(person: Person) -> Row:
    """Return the row of a person."""
    return {
        "citizen": person.citizen,
        "name": person.name,
        "hanja": person.hanja,
        "number_front": person.resident_number.front,
        "number_back": person.resident_number.back,
        "born_on": person.born_on.isoformat(),
    }


def change_row(change: Change) -> Row:
    """Return the columns of a change."""
    return {
        "moved_in_on": change.moved_in_on.isoformat(),
        "changed_on": change.changed_on.isoformat(),
        "change_reason": change.reason,
    }


def add_sheet(rows: Rows, household: int, sheet: RegisterFile, offices: Offices) -> None:
    """Add a person's sheet, and the person where no household brought them in."""
    citizen = sheet.person.citizen
    if sheet.status is RegisterStatus.DEREGISTERED:
        rows[people].append(person_row(sheet.person))
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
        _personal_change_row(citizen, change) for change in sheet.personal_changes
    ]
    if sheet.service is not None:
        rows[register.service_records].append(_service_row(citizen, sheet.service))


def _stay_rows(sheet: RegisterFile) -> Iterable[Row]:
    """Return the stays the household does not tell, numbered from the earliest."""
    told = 0 if sheet.status is RegisterStatus.DEREGISTERED else 1
    for number, stay in enumerate(reversed(sheet.stays[told:]), start=1):
        yield {
            "citizen": sheet.person.citizen,
            "number": number,
            "address": stay.address,
            **change_row(stay.change),
            "head_name": stay.head.name,
            "head_relation": stay.head.relation,
            "status": stay.status.value,
        }


def _personal_change_row(citizen: str, change: PersonalChange) -> Row:
    return {
        "citizen": citizen,
        "number": change.number,
        "item": change.item,
        "before": change.before,
        "after": change.after,
        "changed_on": change.changed_on.isoformat(),
        "change_reason": change.reason,
    }


def _service_row(citizen: str, service: ServiceRecord) -> Row:
    ended = service.discharged_on
    return {
        "citizen": citizen,
        "branch": service.branch,
        "service_number": service.service_number,
        "rank": service.rank,
        "enlisted_on": service.enlisted_on.isoformat(),
        "discharged_on": None if ended is None else ended.isoformat(),
        "discharge_reason": service.discharge_reason,
    }
