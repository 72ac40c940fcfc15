"""A resident card in one look-up by key, a driving licence in two."""

from datetime import date

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from issuers.source.identity_records import (
    Driver,
    DrivingClass,
    DrivingLicence,
    ResidentCard,
)
from issuers.source.records import ResidentNumber
from issuers.store import identity_tables as tables
from issuers.store.row_parts import OFFICE, known, office_in, person_in
from issuers.store.source_tables import households, members, offices, people

_CITIZEN: BindParameter[str] = bindparam("citizen")

# The address is where the person lives now: a card is read anew when somebody moves.
_CARD = (
    select(
        people,
        tables.resident_cards.c.issued_on,
        tables.portraits.c.picture,
        households.c.address,
        *OFFICE,
    )
    .select_from(
        tables.resident_cards.join(people, people.c.citizen == tables.resident_cards.c.citizen)
        .join(tables.portraits, tables.portraits.c.digest == tables.resident_cards.c.portrait)
        .join(members, members.c.citizen == people.c.citizen)
        .join(households, households.c.id == members.c.household)
        .join(offices, offices.c.id == households.c.office)
    )
    .where(tables.resident_cards.c.citizen == _CITIZEN)
)
_LICENCE = (
    select(tables.driving_licences, tables.portraits.c.picture, *OFFICE)
    .join(tables.portraits)
    .join(offices)
    .where(tables.driving_licences.c.citizen == _CITIZEN)
)
_CLASSES = (
    select(tables.driving_classes)
    .where(tables.driving_classes.c.citizen == _CITIZEN)
    .order_by(tables.driving_classes.c.number)
)


async def resident_card(connection: AsyncConnection, citizen: str) -> ResidentCard:
    """Return the card of ``citizen``, or raise `IssuerError` (unknown_citizen)."""
    row = known((await connection.execute(_CARD, {"citizen": citizen})).one_or_none())
    return ResidentCard(
        person=person_in(row),
        address=row.address,
        office=office_in(row),
        issued_on=date.fromisoformat(row.issued_on),
        portrait=row.picture,
    )


async def driving_licence(connection: AsyncConnection, citizen: str) -> DrivingLicence:
    """Return the licence of ``citizen``, or raise `IssuerError` (unknown_citizen)."""
    of = {"citizen": citizen}
    row = known((await connection.execute(_LICENCE, of)).one_or_none())
    classes = (await connection.execute(_CLASSES, of)).all()
    driver = Driver(
        row.name,
        row.family_name_latin,
        row.given_name_latin,
        ResidentNumber(row.number_front, row.number_back),
        date.fromisoformat(row.born_on),
        row.address,
    )
    return DrivingLicence(
        driver=driver,
        number=row.licence_number,
        classes=tuple(DrivingClass(one.name, date.fromisoformat(one.since)) for one in classes),
        office=office_in(row),
        issued_on=date.fromisoformat(row.issued_on),
        until=date.fromisoformat(row.until),
        portrait=row.picture,
    )
