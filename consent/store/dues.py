"""What falls due, kept so that it is found by its time; times are Unix seconds.

``dues`` has a row for each thing that is or was owed about a subject. All rows of a subject are
replaced whenever an entry changes what is owed, in the transaction that writes the entry.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Index,
    LargeBinary,
    Row,
    Table,
    Text,
    and_,
    bindparam,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncEngine

from consent.dues import Due, DueKind, DutyFilter
from consent.store.tables import metadata

dues = Table(
    "dues",
    metadata,
    Column("label", LargeBinary, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("party", Text),
    Column("since", BigInteger, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("done_at", BigInteger),
    Column("told", Boolean, nullable=False),
    # what the ledger still has to do when the time comes, by its time
    Column("waiting", Boolean, nullable=False),
    Index("dues_waiting", "waiting", "due_at"),
)

_OF_RECIPIENTS = (DueKind.STOP.value, DueKind.ERASE.value)
_INSERT = insert(dues)
_DELETE = delete(dues).where(
    and_(dues.c.label == bindparam("of_label"), dues.c.subject == bindparam("of_subject"))
)


def write_dues(
    connection: Connection, by_subject: Mapping[tuple[bytes, str], Sequence[Due]]
) -> None:
    """Put what is due of each subject (label, id) in the place of all that was due of it."""
    subjects = [{"of_label": label, "of_subject": subject} for label, subject in by_subject]
    connection.execute(_DELETE, subjects)
    rows = [_row(due) for each in by_subject.values() for due in each]
    if rows:
        connection.execute(_INSERT, rows)


class Dues:
    """Reading what is due, on SQLite and PostgreSQL alike."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._reader = engine.execution_options(isolation_level="AUTOCOMMIT")

    async def waiting(self, until: datetime, *, limit: int) -> list[Due]:
        """Return what has fallen due and still waits for the ledger, the oldest first."""
        query = select(dues).where(dues.c.waiting, dues.c.due_at <= _seconds(until))
        async with self._reader.connect() as connection:
            rows = await connection.execute(query.order_by(dues.c.due_at).limit(limit))
            return [_due(row) for row in rows]

    async def open_duties(self, wanted: DutyFilter, *, now: datetime, limit: int) -> list[Due]:
        """Return what recipients have not done yet, the oldest due first."""
        query = select(dues).where(dues.c.kind.in_(_OF_RECIPIENTS), dues.c.done_at.is_(None))
        if wanted.party is not None:
            query = query.where(dues.c.party == wanted.party)
        if wanted.overdue is not None:
            late = dues.c.due_at <= _seconds(now)
            query = query.where(late if wanted.overdue else ~late)
        async with self._reader.connect() as connection:
            rows = await connection.execute(query.order_by(dues.c.due_at).limit(limit))
            return [_due(row) for row in rows]

    async def clear(self, label: bytes, subject: str) -> None:
        """Forget all that is or was due of a subject."""
        async with self._engine.begin() as connection:
            await connection.run_sync(write_dues, {(label, subject): ()})

    async def settle(self, due: Due) -> None:
        """Take what has been done off the list, unless an entry has changed it meanwhile."""
        of_due = and_(
            dues.c.label == due.label,
            dues.c.subject == due.subject,
            dues.c.kind == due.kind.value,
            dues.c.due_at == _seconds(due.due_at),
        )
        async with self._engine.begin() as connection:
            await connection.execute(update(dues).where(of_due).values(waiting=False))


def _row(due: Due) -> dict[str, object]:
    return {
        "label": due.label,
        "subject": due.subject,
        "kind": due.kind.value,
        "party": due.party,
        "since": _seconds(due.since),
        "due_at": _seconds(due.due_at),
        "done_at": _seconds(due.done_at) if due.done_at is not None else None,
        "told": due.told,
        "waiting": due.is_waiting,
    }


def _due(row: Row[bytes, str, str, str | None, int, int, int | None, bool, bool]) -> Due:
    label, subject, kind, party, since, due_at, done_at, told, _ = row
    done = _moment(done_at) if done_at is not None else None
    return Due(label, subject, DueKind(kind), party, _moment(since), _moment(due_at), done, told)


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
