"""The one row that says how far the verification of the whole log is, for every process."""

import json
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Row, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from consent.auditing.report import Problem, Proved, Report
from consent.auditing.sighting import Seen, Sighting
from consent.forms.entry import EntryType
from consent.ports import Verification
from consent.store.tables import verification

_ID: Final = 0


async def last(reader: AsyncEngine) -> Verification | None:
    """Return the last verification, None when there was none."""
    async with reader.connect() as connection:
        row = (await connection.execute(select(verification))).one_or_none()
    return None if row is None else _form(row)


async def begin(engine: AsyncEngine, begun: Verification, *, abandoned: datetime) -> bool:
    """Put ``begun`` in the place of one that is done or abandoned; False when there is another."""
    over = or_(verification.c.report.is_not(None), verification.c.told_at < _seconds(abandoned))
    try:
        async with engine.begin() as connection:
            await connection.execute(delete(verification).where(over))
            await _insert(connection, begun)
    except IntegrityError:
        return False
    return True


async def tell(engine: AsyncEngine, told: Verification) -> bool:
    """Write down how far it is, or its report; False when it is no longer the last one."""
    own = update(verification).where(verification.c.run == told.run)
    report = None if told.report is None else _text(told.report)
    values = own.values(told_at=_seconds(told.told_at), done=told.done, report=report)
    async with engine.begin() as connection:
        return (await connection.execute(values)).rowcount == 1


async def _insert(connection: AsyncConnection, begun: Verification) -> None:
    row = {
        "id": _ID,
        "run": begun.run,
        "started_at": _seconds(begun.started_at),
        "told_at": _seconds(begun.told_at),
        "size": begun.size,
        "done": begun.done,
        "since": begun.since,
    }
    await connection.execute(insert(verification), row)


def _form(row: Row[Any]) -> Verification:
    return Verification(
        run=row.run,
        started_at=datetime.fromtimestamp(row.started_at, UTC),
        told_at=datetime.fromtimestamp(row.told_at, UTC),
        size=row.size,
        done=row.done,
        since=row.since,
        report=None if row.report is None else _report(row.report),
    )


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _text(report: Report) -> str:
    return json.dumps(report.as_dict())


def _report(text: str) -> Report:
    """Read what `_text` wrote; nobody else writes here."""
    value = json.loads(text)
    return Report(
        Proved(value["proved"]),
        value["size"],
        bytes.fromhex(value["root"]) if value["root"] is not None else None,
        tuple(Problem(each["index"], each["what"]) for each in value["problems"]),
        value["since"],
        # A report that was written before there were counts has none.
        tuple((EntryType(type_), count) for type_, count in value.get("counts", {}).items()),
        _sighting(value.get("witnesses")),
    )


def _sighting(value: dict[str, Any] | None) -> Sighting | None:
    if value is None:
        return None
    seen = (Seen(each["name"], datetime.fromisoformat(each["at"])) for each in value["seen_by"])
    return Sighting(tuple(seen), tuple(value["absent"]), value["quorum"], tuple(value["own"]))
