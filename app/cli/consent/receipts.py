"""``mydata consent verify-receipt``: everything a receipt proves, each check on a line."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from app.cli.consent.files import object_of
from app.cli.consent.group import verbs
from app.cli.consent.known_keys import Key, TrustKey, known_log_key, known_trust_key
from app.cli.invocation import AsJson, answer
from app.errors import CommandError
from consent.errors import ConsentError
from consent.forms.checks import Check, CheckName, Outcome, checked
from consent.forms.first_receipt import FirstReceipt, read_kept
from consent.forms.receipt import Receipt
from consent.forms.receipt_check import check_receipt, holds
from consent.tlog.verifier_key import VerifierKey
from keys.strict_json import JsonObject, JsonValue
from web.errors import Party


@verbs.command("verify-receipt")
def verify_receipt_file(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    *,
    key: Key = None,
    trust_key: TrustKey = None,
    as_json: AsJson = False,
) -> None:
    """Verify a receipt offline, check by check: proved, not shown, or failed with the reason."""

    def work() -> JsonObject:
        given = _receipt(file)
        log_key = known_log_key(key)
        if isinstance(given, FirstReceipt):
            return _first_report(given, log_key)
        keeper = known_trust_key(trust_key)
        return _report(given, check_receipt(given, log_key=log_key, trust_key=keeper))

    answer(work, _told, as_json=as_json, holds=lambda report: report["ok"] is True)


def _receipt(file: Path) -> Receipt | FirstReceipt:
    try:
        return read_kept(object_of(file))
    except ConsentError as error:
        raise CommandError(error.failure.value, Party.CALLER, error.detail) from None


def _report(given: Receipt, checks: tuple[Check, ...]) -> JsonObject:
    record = given.record
    return {
        "ok": holds(checks),
        "record_id": record.record_id,
        "event": record.event_state.value,
        "at": record.event_time.isoformat(),
        "party": record.controller.id,
        "claims": list[JsonValue](record.asked.disclosed),
        "index": given.log.index,
        "size": given.log.size,
        "terms_binding": str(record.evidence.terms_binding or "none"),
        "checks": [_form(check) for check in checks],
    }


def _first_report(given: FirstReceipt, log_key: VerifierKey) -> JsonObject:
    """Report on a receipt of the first release: the log's part is all it can prove offline."""
    check = checked(CheckName.LOG_PROOF, lambda: given.verify(log_key=log_key))
    return {
        "ok": check.outcome is Outcome.PROVED,
        "record_id": given.record_id,
        "event": given.event_state,
        "at": given.event_time,
        "party": given.party,
        "claims": list[JsonValue](given.claims),
        "index": given.log.index,
        "size": given.log.size,
        "terms_binding": "none",
        "checks": [_form(check)],
    }


def _form(check: Check) -> JsonValue:
    return {"check": check.name.value, "outcome": check.outcome.value, "reason": check.reason}


def _told(report: JsonObject) -> Iterable[str]:
    """Tell what the receipt is about, then each check on a line."""
    yield f"{report['event']} by {report['party']} at {report['at']}, entry {report['index']}"
    yield from told_checks(report)


def told_checks(report: JsonObject) -> Iterable[str]:
    """Tell each check of a report on a line: its outcome, its name and the reason."""
    checks = report["checks"]
    for each in checks if isinstance(checks, list) else ():
        if isinstance(each, dict):
            tail = f": {each['reason']}" if each["reason"] else ""
            yield f"{each['outcome']}\t{each['check']}{tail}"
