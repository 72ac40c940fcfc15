"""People, as the operator entered them, and the invitations that sign them in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, delete, select, update

from web.language import Language
from web.people import Person, PersonRole
from web.store.rows import Rows, micros
from web.store.tables import invitations, people, sessions


@dataclass(frozen=True, slots=True)
class Account:
    """A person as kept: with the hash of a password (demo mode only), and the language chosen."""

    person: Person
    password: str | None = None
    language: Language | None = None


class PeopleStore:
    """Who may sign in."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def add(self, account: Account) -> bool:
        """Keep a new person; False when the name is taken, whose row then stays."""
        person = account.person
        return await self._rows.add(
            people,
            name=person.name,
            shown_name=person.shown_name,
            role=person.role.value,
            subject=person.subject,
            password=account.password,
        )

    async def all(self) -> Sequence[Person]:
        """Return everybody, by name."""
        rows = await self._rows.all(select(people).order_by(people.c.name))
        return tuple(account_of(row).person for row in rows)

    async def find(self, name: str) -> Account | None:
        """Return who is called so."""
        row = await self._rows.one(select(people).where(people.c.name == name))
        return None if row is None else account_of(row)

    async def citizen(self, subject: str) -> Person | None:
        """Return the one citizen with this handle; of several nobody is meant."""
        wanted = select(people).where(
            people.c.subject == subject, people.c.role == PersonRole.CITIZEN.value
        )
        rows = await self._rows.all(wanted)
        return account_of(rows[0]).person if len(rows) == 1 else None

    async def remove(self, name: str) -> bool:
        """Forget a person with every session and invitation; False when there was none."""
        async with self._rows.engine.begin() as connection:
            for table in (sessions, invitations):
                await connection.execute(delete(table).where(table.c.name == name))
            removed = await connection.execute(delete(people).where(people.c.name == name))
        return removed.rowcount == 1

    async def keep_language(self, name: str, language: Language) -> None:
        """Keep the language a person chose."""
        chosen = update(people).where(people.c.name == name).values(language=language.value)
        await self._rows.change(chosen)

    async def invite(self, code_hash: str, name: str, until: datetime) -> None:
        """Keep a one-time sign-in."""
        await self._rows.add(invitations, code_hash=code_hash, name=name, until=micros(until))

    async def take_invitation(self, code_hash: str, now: datetime) -> str | None:
        """Return whom a code signs in, once; of two takers at the same time one gets None."""
        taken = (
            delete(invitations)
            .where(invitations.c.code_hash == code_hash)
            .returning(invitations.c.name, invitations.c.until)
        )
        async with self._rows.engine.begin() as connection:
            row = (await connection.execute(taken)).first()
        return None if row is None or row.until <= micros(now) else str(row.name)


def account_of(row: RowMapping) -> Account:
    """Return the person of a row that holds the columns of ``people``."""
    person = Person(row["name"], row["shown_name"], PersonRole(row["role"]), row["subject"])
    language = row["language"]
    return Account(person, row["password"], None if language is None else Language(language))
