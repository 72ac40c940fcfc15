"""Sessions, and the passwords that were tried."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import RowMapping, and_, delete, or_, select, update

from web.people import PersonRole
from web.sessions import ABSOLUTE, IDLE, Session
from web.store.people import Account, account_of
from web.store.rows import Rows, micros, moment_of
from web.store.tables import invitations, people, sent_forms, sessions, tries
from web.tries import WINDOW


class SessionStore:
    """Who is signed in where."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def begin(self, session: Session) -> None:
        """Keep a new session."""
        await self._rows.add(
            sessions,
            handle=session.handle,
            name=session.name,
            begun_at=micros(session.begun_at),
            seen_at=micros(session.seen_at),
        )

    async def find(self, handle: str) -> tuple[Session, Account] | None:
        """Return a session, ended by time or not, and whose it is."""
        times = (sessions.c.handle, sessions.c.begun_at, sessions.c.seen_at)
        query = (
            select(*times, *people.c)
            .join(people, people.c.name == sessions.c.name)
            .where(sessions.c.handle == handle)
        )
        row = await self._rows.one(query)
        return None if row is None else (_session(row), account_of(row))

    async def of(self, name: str) -> Sequence[Session]:
        """Return a person's sessions, the newest first."""
        newest = (sessions.c.begun_at.desc(), sessions.c.handle)
        query = select(sessions).where(sessions.c.name == name).order_by(*newest)
        return tuple(_session(row) for row in await self._rows.all(query))

    async def note_seen(self, handle: str, seen_at: datetime) -> None:
        """Move a session's idle time on."""
        change = update(sessions).where(sessions.c.handle == handle)
        await self._rows.change(change.values(seen_at=micros(seen_at)))

    async def end(self, handle: str, name: str) -> None:
        """End one of a person's sessions; another's stays."""
        own = and_(sessions.c.handle == handle, sessions.c.name == name)
        await self._rows.change(delete(sessions).where(own))

    async def end_all(
        self, subject: str, role: PersonRole, now: datetime, *, but: str = ""
    ) -> int:
        """End every session of whoever acts for a subject, but one; return how many were alive.

        Sign-in links that nobody has used end with them: one may lie on a lost device.
        """
        theirs = select(people.c.name).where(
            people.c.subject == subject, people.c.role == role.value
        )
        others = and_(sessions.c.name.in_(theirs), sessions.c.handle != but)
        async with self._rows.engine.begin() as connection:
            await connection.execute(delete(invitations).where(invitations.c.name.in_(theirs)))
            ended = await connection.execute(delete(sessions).where(others).returning(sessions))
            return sum(_session(row).ends_at > now for row in ended.mappings())

    async def begin_try(self, try_id: str, key: str, at: datetime) -> None:
        """Count a try of a password, until it turns out to be right."""
        await self._rows.add(tries, id=try_id, key=key, at=micros(at))

    async def other_tries(self, try_id: str, key: str, since: datetime) -> Sequence[datetime]:
        """Return when other tries were made that were wrong, or are not decided yet."""
        recent = and_(tries.c.key == key, tries.c.id != try_id, tries.c.at > micros(since))
        rows = await self._rows.all(select(tries.c.at).where(recent))
        return tuple(moment_of(row["at"]) for row in rows)

    async def forget_try(self, try_id: str) -> None:
        """Do not count a try: it was right, or was not looked at."""
        await self._rows.change(delete(tries).where(tries.c.id == try_id))

    async def sweep(self, now: datetime) -> None:
        """Delete what time has ended: sessions, sent forms, invitations, counted tries."""
        idle, old = micros(now - IDLE), micros(now - ABSOLUTE)
        for over in (
            delete(sessions).where(or_(sessions.c.seen_at <= idle, sessions.c.begun_at <= old)),
            delete(sent_forms).where(sent_forms.c.begun_at <= old),
            delete(invitations).where(invitations.c.until <= micros(now)),
            delete(tries).where(tries.c.at <= micros(now - WINDOW)),
        ):
            await self._rows.change(over)


def _session(row: RowMapping) -> Session:
    begun_at, seen_at = moment_of(row["begun_at"]), moment_of(row["seen_at"])
    return Session(row["handle"], row["name"], begun_at, seen_at)
