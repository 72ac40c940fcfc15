"""What stands at counters, written once for SQLite and PostgreSQL."""

from datetime import datetime

from sqlalchemy import RowMapping, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from verifiers.asking.desks import PrintedDesk
from verifiers.store.counter_tables import ASKED_AT, CHALLENGES, DESKS
from verifiers.store.rows import moment, unix


class CountersStore:
    """The ports of `verifiers.verifying.counter` and `verifiers.asking.desks`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def open_challenge(
        self, party: str, nonce: str, *, now: datetime, until: datetime
    ) -> None:
        """Keep one, and forget those that are over."""
        values = {"party": party, "nonce": nonce, "until": unix(until)}
        async with self._engine.begin() as connection:
            await connection.execute(delete(CHALLENGES).where(CHALLENGES.c.until <= unix(now)))
            await connection.execute(insert(CHALLENGES).values(values))

    async def is_challenge_open(self, party: str, nonce: str, *, now: datetime) -> bool:
        """Tell whether this party shows it."""
        statement = select(CHALLENGES.c.until).where(
            CHALLENGES.c.party == party,
            CHALLENGES.c.nonce == nonce,
            CHALLENGES.c.until > unix(now),
        )
        async with self._engine.connect() as connection:
            return (await connection.execute(statement)).first() is not None

    async def open_desk(self, desk: PrintedDesk) -> None:
        """Keep a new one."""
        values = {
            "id": desk.id,
            "party": desk.party,
            "profile": desk.profile,
            "name": desk.name,
            "opened_at": unix(desk.opened_at),
        }
        async with self._engine.begin() as connection:
            await connection.execute(insert(DESKS).values(values))

    async def desk(self, desk_id: str) -> PrintedDesk | None:
        """Return an open one."""
        statement = select(DESKS).where(DESKS.c.id == desk_id, DESKS.c.closed_at.is_(None))
        async with self._engine.connect() as connection:
            row = (await connection.execute(statement)).mappings().one_or_none()
        return None if row is None else _desk(row)

    async def desks_of(self, party: str) -> tuple[PrintedDesk, ...]:
        """Return a party's open ones, by name."""
        statement = (
            select(DESKS)
            .where(DESKS.c.party == party, DESKS.c.closed_at.is_(None))
            .order_by(DESKS.c.name, DESKS.c.id)
        )
        async with self._engine.connect() as connection:
            rows = (await connection.execute(statement)).mappings().all()
        return tuple(map(_desk, rows))

    async def close_desk(self, desk_id: str, now: datetime) -> None:
        """Close one."""
        closed = update(DESKS).where(DESKS.c.id == desk_id).values(closed_at=unix(now))
        async with self._engine.begin() as connection:
            await connection.execute(closed)

    async def note_asked_at(self, transaction_id: str, desk_id: str, now: datetime) -> None:
        """Note at which desk a question began."""
        values = {"transaction_id": transaction_id, "desk": desk_id, "at": unix(now)}
        async with self._engine.begin() as connection:
            await connection.execute(insert(ASKED_AT).values(values))

    async def asked_at(self, desk_id: str, *, since: datetime) -> tuple[str, ...]:
        """Return the questions that began at a desk, the newest first."""
        statement = (
            select(ASKED_AT.c.transaction_id)
            .where(ASKED_AT.c.desk == desk_id, ASKED_AT.c.at > unix(since))
            .order_by(ASKED_AT.c.at.desc(), ASKED_AT.c.transaction_id)
        )
        async with self._engine.connect() as connection:
            return tuple((await connection.execute(statement)).scalars())


def _desk(row: RowMapping) -> PrintedDesk:
    return PrintedDesk(
        row["id"], row["party"], row["profile"], row["name"], moment(row["opened_at"])
    )
