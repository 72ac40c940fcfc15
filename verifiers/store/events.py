"""Events out of what is kept anyway, numbered under a lock on the party's own row.

The lock is a write to that row: PostgreSQL holds it for the party, SQLite for the file, and
whoever comes second sees what the first has numbered.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    RowMapping,
    Select,
    delete,
    exists,
    insert,
    literal,
    select,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncEngine

from verifiers.events.event import Event, EventKind
from verifiers.events.ports import KEPT, Undelivered, Webhook
from verifiers.store.duty_tables import KEPT_SHARINGS
from verifiers.store.event_tables import EVENTS, WEBHOOKS
from verifiers.store.rows import moment, unix
from verifiers.store.tables import TRANSACTIONS
from verifiers.transaction import Progress

# So many are numbered in one turn; the rest in the next.
_GATHERED = 500
_ENDS = {
    EventKind.VERIFIED: Progress.VERIFIED,
    EventKind.REFUSED: Progress.REFUSED,
    EventKind.FAILED: Progress.FAILED,
}
_Found = Select[str, str, int]


class EventsStore:
    """The port of `verifiers.events.ports`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def register(self, party: str, address: str, now: datetime) -> Webhook:
        """Keep where a party is told; another address takes the old one's place."""
        fresh = {"address": address, "tries": 0, "trouble": None, "next_try_at": unix(now)}
        async with self._engine.begin() as connection:
            changed = update(WEBHOOKS).where(WEBHOOKS.c.party == party).values(fresh)
            if (await connection.execute(changed)).rowcount == 0:
                begun = {"numbered": 0, "delivered": 0, "registered_at": unix(now)}
                row = {"party": party, **fresh, **begun}
                await connection.execute(insert(WEBHOOKS).values(row))
            found = select(WEBHOOKS).where(WEBHOOKS.c.party == party)
            return _webhook((await connection.execute(found)).mappings().one())

    async def webhook(self, party: str) -> Webhook | None:
        """Return a party's webhook, None when it has none."""
        async with self._engine.connect() as connection:
            found = select(WEBHOOKS).where(WEBHOOKS.c.party == party)
            row = (await connection.execute(found)).mappings().one_or_none()
        return None if row is None else _webhook(row)

    async def webhooks(self) -> tuple[Webhook, ...]:
        """Return every webhook."""
        async with self._engine.connect() as connection:
            rows = (await connection.execute(select(WEBHOOKS))).mappings().all()
        return tuple(map(_webhook, rows))

    async def remove(self, party: str) -> None:
        """Forget a party's webhook and its events."""
        async with self._engine.begin() as connection:
            for table in (WEBHOOKS, EVENTS):
                await connection.execute(delete(table).where(table.c.party == party))

    async def gather(self, party: str, now: datetime) -> None:
        """Give what has happened since its numbers, once each, whoever else looks at once."""
        async with self._engine.begin() as connection:
            lock = (
                update(WEBHOOKS)
                .where(WEBHOOKS.c.party == party)
                .values(numbered=WEBHOOKS.c.numbered)
                .returning(WEBHOOKS.c.numbered, WEBHOOKS.c.registered_at)
            )
            held = (await connection.execute(lock)).one_or_none()
            if held is None:
                return
            since = max(held.registered_at, unix(now - KEPT))
            found = union_all(*_new(party, since, unix(now))).subquery()
            ordered = select(found).order_by(found.c.happened_at, found.c.id).limit(_GATHERED)
            rows = (await connection.execute(ordered)).all()
            if not rows:
                return
            numbered = [
                {
                    "party": party,
                    "sequence": held.numbered + place,
                    "transaction_id": row.id,
                    "kind": row.kind,
                    "happened_at": row.happened_at,
                }
                for place, row in enumerate(rows, start=1)
            ]
            await connection.execute(insert(EVENTS), numbered)
            last = held.numbered + len(rows)
            mine = WEBHOOKS.c.party == party
            await connection.execute(update(WEBHOOKS).where(mine).values(numbered=last))

    async def events(self, party: str, after: int, limit: int) -> Sequence[Event]:
        """Return a party's events above a number, in order."""
        statement = (
            select(EVENTS)
            .where(EVENTS.c.party == party, EVENTS.c.sequence > after)
            .order_by(EVENTS.c.sequence)
            .limit(limit)
        )
        async with self._engine.connect() as connection:
            rows = (await connection.execute(statement)).mappings().all()
        return tuple(map(_event, rows))

    async def claim(self, party: str, now: datetime, until: datetime) -> bool:
        """Take the turn to tell a party, for exactly one caller, if its time has come."""
        has_news = WEBHOOKS.c.numbered > WEBHOOKS.c.delivered
        free = (WEBHOOKS.c.party == party) & (WEBHOOKS.c.next_try_at <= unix(now)) & has_news
        async with self._engine.begin() as connection:
            taken = update(WEBHOOKS).where(free).values(next_try_at=unix(until))
            return (await connection.execute(taken)).rowcount == 1

    async def took(self, party: str, sequence: int) -> None:
        """Note that the receiver has this event and all before it."""
        ahead = (WEBHOOKS.c.party == party) & (WEBHOOKS.c.delivered < sequence)
        async with self._engine.begin() as connection:
            noted = update(WEBHOOKS).where(ahead).values(delivered=sequence, tries=0)
            await connection.execute(noted)

    async def release(self, party: str, at: datetime, trouble: Undelivered | None) -> None:
        """Give the turn back; the next is at ``at``."""
        tries = 0 if trouble is None else WEBHOOKS.c.tries + 1
        values = {
            "next_try_at": unix(at),
            "tries": tries,
            "trouble": None if trouble is None else trouble.value,
        }
        async with self._engine.begin() as connection:
            mine = WEBHOOKS.c.party == party
            await connection.execute(update(WEBHOOKS).where(mine).values(values))

    async def prune(self, before: datetime) -> None:
        """Forget the events of before this time."""
        async with self._engine.begin() as connection:
            await connection.execute(delete(EVENTS).where(EVENTS.c.happened_at < unix(before)))


def _new(party: str, since: int, now: int) -> list[_Found]:
    """Return what looks for each kind of event that has no number yet."""
    asked, kept = TRANSACTIONS.c, KEPT_SHARINGS.c
    waits = asked.progress.in_([Progress.PENDING.value, Progress.CHECKING.value])
    ends = [
        _found(asked.id, kind, asked.closed_at, asked.progress == end.value, asked.party == party)
        for kind, end in _ENDS.items()
    ]
    expired = _found(
        asked.id, EventKind.EXPIRED, asked.expires_at, waits, asked.party == party
    ).where(asked.expires_at <= now)
    sharings = [
        _found(kept.transaction_id, kind, at, at.is_not(None), kept.party == party)
        for kind, at in (
            (EventKind.WITHDRAWN, kept.stopped_at),
            (EventKind.ERASURE_DUE, kept.asked_at),
            (EventKind.ERASED, kept.erased_at),
            (EventKind.CODE_REUSED, kept.reused_at),
        )
    ]
    return [each.where(each.selected_columns[2] >= since) for each in (*ends, expired, *sharings)]


def _found(
    name: ColumnElement[str],
    kind: EventKind,
    at: ColumnElement[int],
    has_happened: ColumnElement[bool],
    is_theirs: ColumnElement[bool],
) -> _Found:
    known = exists().where(EVENTS.c.transaction_id == name, EVENTS.c.kind == kind.value)
    return select(
        name.label("id"), literal(kind.value).label("kind"), at.label("happened_at")
    ).where(is_theirs, has_happened, ~known)


def _webhook(row: RowMapping) -> Webhook:
    return Webhook(
        party=row["party"],
        address=row["address"],
        numbered=row["numbered"],
        delivered=row["delivered"],
        tries=row["tries"],
        trouble=None if row["trouble"] is None else Undelivered(row["trouble"]),
        registered_at=moment(row["registered_at"]),
    )


def _event(row: RowMapping) -> Event:
    return Event(
        row["party"],
        row["sequence"],
        EventKind(row["kind"]),
        row["transaction_id"],
        moment(row["happened_at"]),
    )
