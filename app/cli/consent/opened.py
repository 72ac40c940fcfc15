"""What stands beside a copy of the log: records that were opened for a case, a month's sheet."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from app.clock import utc_now
from app.errors import CommandError
from app.log_audit import read_copy
from consent.auditing.export import VKEY
from consent.auditing.opened import audit_opened, parse_records
from consent.auditing.report import Problem
from consent.errors import ConsentError
from consent.statistics.sheet import check_sheet
from consent.tlog.verifier_key import VerifierKey
from keys.strict_json import JsonObject
from web.errors import Party


def with_records(found: JsonObject, records: Path, directory: Path) -> JsonObject:
    """Return an audit's JSON form with what opened records show, their problems among its own."""
    try:
        given = parse_records(_octets(records))
    except ConsentError as error:
        raise _refused(records, error) from None
    opened = audit_opened(read_copy(directory), given, size=_size(found), at=utc_now())
    return {**_with_problems(found, opened.problems), "records": opened.as_dict()}


def with_statistics(found: JsonObject, sheet: Path, directory: Path) -> JsonObject:
    """Return an audit's JSON form with the problems of a month's sheet among its own."""
    read = read_copy(directory)
    try:
        log_key = VerifierKey.parse((read(VKEY) or b"").decode("utf-8", "replace"))
        note = _octets(sheet).decode("utf-8", "replace")
        of, problems = check_sheet(note, read, log_key=log_key, size=_size(found))
    except ConsentError as error:
        raise _refused(sheet, error) from None
    counted: JsonObject = {"month": of.month, "first": of.first, "last": of.last}
    return {**_with_problems(found, problems), "statistics": counted}


def _with_problems(found: JsonObject, more: Sequence[Problem]) -> JsonObject:
    own = found["problems"]
    problems = [*(own if isinstance(own, list) else ()), *(each.as_dict() for each in more)]
    return {**found, "ok": not problems, "problems": problems}


def _size(found: JsonObject) -> int:
    size = found["size"]
    return size if isinstance(size, int) else 0


def _refused(file: Path, error: ConsentError) -> CommandError:
    return CommandError(error.failure.value, Party.CALLER, f"{file}: {error.detail}")


def told_records(report: JsonObject) -> Iterable[str]:
    """Tell what records show: a line for all, a line for each consent, a line for each duty."""
    records = report.get("records")
    if not isinstance(records, dict):
        return
    yield (
        f"records: {records['opened']} opened, {records['shredded']} provably unopenable, "
        f"{records['overdue']} duties overdue"
    )
    consents = records["consents"]
    for consent in consents if isinstance(consents, list) else ():
        if isinstance(consent, dict):
            yield from _told(consent)


def _told(consent: JsonObject) -> Iterable[str]:
    unread = f", {consent['unread']} entries not opened" if consent["unread"] else ""
    yield "\t".join(
        (
            str(consent["consent_id"]),
            str(consent["party"]),
            f"{consent['state']}, {consent['uses']} uses{unread}",
        )
    )
    duties = consent["duties"]
    for duty in duties if isinstance(duties, list) else ():
        if isinstance(duty, dict):
            done = f"done {duty['done_at']}" if duty["done_at"] else "not done"
            overdue = ", overdue" if duty["overdue"] else ""
            yield f"\t{duty['kind']}: due {duty['due_at']}, {done}{overdue}"


def _octets(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise CommandError("unreadable", Party.CALLER, f"{path} cannot be read") from None
