"""A household, in three look-ups by key: itself, who lives there, where it was before."""

from datetime import date
from typing import Any

from sqlalchemy import BindParameter, Row, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from issuers.source.records import Household, Member, PastHead, Residence
from issuers.store.row_parts import OFFICE, change_in, known, office_in, person_in
from issuers.store.source_tables import address_history, households, members, offices, people

_CITIZEN: BindParameter[str] = bindparam("citizen")
_HOME: BindParameter[int] = bindparam("household")
_PERSON = tuple(column for column in people.c if column.name != "citizen")

_HOUSEHOLD = (
    select(households, *OFFICE)
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


async def household(connection: AsyncConnection, citizen: str) -> Household:
    """Return the household ``citizen`` lives in, or raise `IssuerError` (unknown_citizen)."""
    found = await connection.execute(_HOUSEHOLD, {"citizen": citizen})
    row = known(found.one_or_none())
    home = {"household": row.id}
    everyone = (await connection.execute(_MEMBERS, home)).all()
    past = (await connection.execute(_PAST, home)).all()
    return Household(
        formation_reason=row.formation_reason,
        formed_on=date.fromisoformat(row.formed_on),
        address=row.address,
        change=change_in(row),
        office=office_in(row),
        members=tuple(_member(member) for member in everyone if not member.cohabitant),
        cohabitants=tuple(_member(member) for member in everyone if member.cohabitant),
        past=tuple(map(_residence, past)),
    )


def _member(row: Row[Any]) -> Member:
    return Member(row.number, person_in(row), row.relation, change_in(row))


def _residence(row: Row[Any]) -> Residence:
    head = PastHead(row.head_name, row.head_relation)
    return Residence(row.number, row.address, change_in(row), head)
