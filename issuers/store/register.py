"""The resident register as the registry's clerks look into it, and restrict it."""

from datetime import date, datetime

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    and_,
    bindparam,
    delete,
    exists,
    insert,
    select,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from issuers.certificate.relatives import CHILD, PARENTS
from issuers.clerks import Clerk
from issuers.register.citizens import (
    FOUND_LIMIT,
    CitizenQuery,
    FoundCitizen,
    Relation,
    unknown_citizen,
)
from issuers.register.moves import Move
from issuers.store.moving import move_household, moves_of
from issuers.store.reading import reader_of
from issuers.store.restricting import keeps_away
from issuers.store.source_tables import households, members, people
from issuers.store.tables import restrictions
from issuers.store.times import seconds

_APPLICANT: BindParameter[str] = bindparam("applicant")
_SUBJECT: BindParameter[str] = bindparam("subject")
_his, _theirs = members.alias(), members.alias()
_parent, _child, _child_person = members.alias(), members.alias(), people.alias()
_CHILD_BORN_ON = (
    select(_child_person.c.born_on)
    .select_from(_child.join(_child_person, _child_person.c.citizen == _child.c.citizen))
    .join(_parent, _parent.c.household == _child.c.household)
    .where(_child.c.citizen == _SUBJECT, _child.c.relation == CHILD)
    .where(_parent.c.citizen == _APPLICANT, _parent.c.relation.in_(PARENTS))
    .where(_child.c.cohabitant.is_(False), _parent.c.cohabitant.is_(False))
    .scalar_subquery()
)

# One query with four answers, so that none of them shows in the number of queries.
_RELATION = select(
    exists().where(people.c.citizen == _SUBJECT).label("is_known"),
    exists()
    .where(
        _his.c.citizen == _APPLICANT,
        _theirs.c.citizen == _SUBJECT,
        _his.c.household == _theirs.c.household,
    )
    .label("same_household"),
    keeps_away(_SUBJECT, _APPLICANT).label("is_kept_away"),
    _CHILD_BORN_ON.label("child_born_on"),
)


class SqlRegisterStore:
    """`issuers.ports.RegisterStore` over this room's database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._reader = reader_of(engine)

    async def find(self, query: CitizenQuery) -> tuple[FoundCitizen, ...]:
        """Return who has this handle or name; those who live nowhere have no address."""
        wanted = (
            select(people.c.citizen, people.c.name, people.c.born_on, households.c.address)
            .select_from(people.outerjoin(members).outerjoin(households))
            .where(_matches(query))
            .order_by(people.c.born_on, people.c.citizen)
            .limit(FOUND_LIMIT)
        )
        async with self._reader.connect() as connection:
            return tuple(
                FoundCitizen(
                    row.citizen, row.name, date.fromisoformat(row.born_on), row.address or ""
                )
                for row in await connection.execute(wanted)
            )

    async def relation(self, applicant: str, subject: str) -> Relation:
        """Return how two citizens are related, in one query whatever the answer."""
        asked = {"applicant": applicant, "subject": subject}
        async with self._reader.connect() as connection:
            row = (await connection.execute(_RELATION, asked)).one()
        born_on = None if row.child_born_on is None else date.fromisoformat(row.child_born_on)
        return Relation(row.is_known, row.same_household, row.is_kept_away, born_on)

    async def moves_of(self, citizen: str) -> int:
        """Return how many moves were reported of the household a citizen lives in."""
        async with self._reader.connect() as connection:
            return await moves_of(connection, citizen)

    async def move(self, move: Move, *, by: Clerk, now: datetime) -> int:
        """Move a household and let its members' certificates grow old, in one step.

        Raises `IssuerError`: unknown_citizen, household_divided.
        """
        async with self._engine.begin() as connection:
            return await move_household(connection, move, by=by, now=now)

    async def restrict(self, protected: str, against: str, *, by: Clerk, now: datetime) -> None:
        """Protect a citizen and their household from an applicant; twice is as once."""
        row = {"protected": protected, "against": against, "since": seconds(now), "by": by.name}
        try:
            async with self._engine.begin() as connection:
                await _check_known(connection, protected, against)
                await connection.execute(insert(restrictions), row)
        except IntegrityError:
            return  # it stands already

    async def lift(self, protected: str, against: str) -> None:
        """End a restriction; without one nothing happens."""
        mine = (restrictions.c.protected == protected) & (restrictions.c.against == against)
        async with self._engine.begin() as connection:
            await connection.execute(delete(restrictions).where(mine))


def _matches(query: CitizenQuery) -> ColumnElement[bool]:
    if query.born_on is None:
        return (people.c.citizen == query.text) | (people.c.name == query.text)
    return and_(people.c.name == query.text, people.c.born_on == query.born_on.isoformat())


async def _check_known(connection: AsyncConnection, *citizens: str) -> None:
    found = await connection.execute(
        select(people.c.citizen).where(people.c.citizen.in_(citizens))
    )
    if len(found.all()) != len(citizens):
        raise unknown_citizen()
