"""A person's sheet of the register, in four look-ups by key."""

from datetime import date
from typing import Any

from sqlalchemy import BindParameter, Row, and_, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from issuers.source.records import (
    PastHead,
    PersonalChange,
    RegisterFile,
    RegisterStatus,
    ServiceRecord,
    Stay,
)
from issuers.store import register_tables as tables
from issuers.store.row_parts import OFFICE, change_in, known, office_in, person_in
from issuers.store.source_tables import households, members, offices, people

_CITIZEN: BindParameter[str] = bindparam("citizen")

# Where the person lives and who is head there; all blank for somebody in no household.
_here, _head, _head_person = members.alias(), members.alias(), people.alias()
_SHEET = (
    select(
        people,
        tables.register_files.c.status,
        *OFFICE,
        households.c.address,
        _here.c.relation.label("head_relation"),
        _here.c.moved_in_on,
        _here.c.changed_on,
        _here.c.change_reason,
        _head_person.c.name.label("head_name"),
    )
    .select_from(
        tables.register_files.join(people)
        .join(offices)
        .outerjoin(_here, _here.c.citizen == people.c.citizen)
        .outerjoin(households, households.c.id == _here.c.household)
        .outerjoin(
            _head,
            and_(
                _head.c.household == households.c.id,
                _head.c.cohabitant.is_(False),
                _head.c.number == 1,
            ),
        )
        .outerjoin(_head_person, _head_person.c.citizen == _head.c.citizen)
    )
    .where(tables.register_files.c.citizen == _CITIZEN)
)
_STAYS = (
    select(tables.stays)
    .where(tables.stays.c.citizen == _CITIZEN)
    .order_by(tables.stays.c.number.desc())
)
_CHANGES = (
    select(tables.personal_changes)
    .where(tables.personal_changes.c.citizen == _CITIZEN)
    .order_by(tables.personal_changes.c.number)
)
_SERVICE = select(tables.service_records).where(tables.service_records.c.citizen == _CITIZEN)


async def register_file(connection: AsyncConnection, citizen: str) -> RegisterFile:
    """Return the sheet on ``citizen``, or raise `IssuerError` (unknown_citizen)."""
    of = {"citizen": citizen}
    sheet = known((await connection.execute(_SHEET, of)).one_or_none())
    before = (await connection.execute(_STAYS, of)).all()
    changes = (await connection.execute(_CHANGES, of)).all()
    service = (await connection.execute(_SERVICE, of)).one_or_none()
    rows = before if sheet.address is None else (sheet, *before)
    return RegisterFile(
        person=person_in(sheet),
        status=RegisterStatus(sheet.status),
        office=office_in(sheet),
        stays=tuple(_stay(number, row) for number, row in enumerate(rows, start=1)),
        personal_changes=tuple(map(_personal_change, changes)),
        service=None if service is None else _service(service),
    )


def _stay(number: int, row: Row[Any]) -> Stay:
    head = PastHead(row.head_name, row.head_relation)
    return Stay(number, row.address, change_in(row), head, RegisterStatus(row.status))


def _personal_change(row: Row[Any]) -> PersonalChange:
    changed_on = date.fromisoformat(row.changed_on)
    return PersonalChange(
        row.number, row.item, row.before, row.after, changed_on, row.change_reason
    )


def _service(row: Row[Any]) -> ServiceRecord:
    return ServiceRecord(
        branch=row.branch,
        service_number=row.service_number,
        rank=row.rank,
        enlisted_on=date.fromisoformat(row.enlisted_on),
        discharged_on=date.fromisoformat(row.discharged_on) if row.discharged_on else None,
        discharge_reason=row.discharge_reason,
    )
