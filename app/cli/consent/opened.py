"""Records that were opened for a case, beside the copy of the log they are in."""

from collections.abc import Iterable
from pathlib import Path

from app.clock import utc_now
from app.errors import CommandError
from app.log_audit import read_copy
from consent.auditing.opened import audit_opened, parse_records
from consent.auditing.report import Report
from consent.errors import ConsentError
from keys.strict_json import JsonObject, JsonValue
from web.errors import Party


def with_records(report: Report, records: Path, directory: Path) -> JsonObject:
    """Return an audit's JSON form with what opened records show, their problems among its own."""
    try:
        given = parse_records(_octets(records))
    except ConsentError as error:
        detail = f"{records}: {error.detail}"
        raise CommandError(error.failure.value, Party.CALLER, detail) from None
    opened = audit_opened(read_copy(directory), given, size=report.size, at=utc_now())
    problems = [problem.as_dict() for problem in (*report.problems, *opened.problems)]
    return {
        **report.as_dict(),
        "ok": not problems,
        "records": opened.as_dict(),
        "problems": list[JsonValue](problems),
    }


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
