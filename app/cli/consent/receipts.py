"""``mydata consent verify-receipt``: everything a receipt proves, each check on a line."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from app.cli.consent.files import object_of, vkey_of
from app.cli.consent.group import verbs
from app.cli.invocation import AsJson, answer, current_settings
from app.errors import CommandError
from app.log_key import LogKey
from app.trust import KEY as TRUST_LIST_KEY
from consent.errors import ConsentError
from consent.forms.checks import Check, CheckName, Outcome, checked
from consent.forms.first_receipt import FirstReceipt, read_kept
from consent.forms.receipt import Receipt
from consent.forms.receipt_check import check_receipt, holds
from consent.tlog.verifier_key import VerifierKey
from keys.errors import KeysError
from keys.jwk import PublicJwk
from keys.key_store import KeyStore
from keys.strict_json import JsonObject, JsonValue
from keys.verification_key import VerificationKey
from web.errors import Party


@verbs.command("verify-receipt")
def verify_receipt_file(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    *,
    key: Annotated[
        Path | None,
        typer.Option("--key", metavar="VKEY_FILE", help="The log's key as you know it."),
    ] = None,
    trust_key: Annotated[
        Path | None,
        typer.Option(
            "--trust-key", metavar="JWK_FILE", help="The trust list keeper's key as you know it."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Verify a receipt offline, check by check: proved, not shown, or failed with the reason."""

    def work() -> JsonObject:
        settings = current_settings()
        given = _receipt(file)
        log_key = vkey_of(key) if key else LogKey(settings.home, settings.ledger_base).current()
        if isinstance(given, FirstReceipt):
            return _first_report(given, log_key)
        keeper = trust_key_in(trust_key) if trust_key else own_trust_key(settings.home)
        return _report(given, check_receipt(given, log_key=log_key, trust_key=keeper))

    answer(work, _told, as_json=as_json, holds=lambda report: report["ok"] is True)


def _receipt(file: Path) -> Receipt | FirstReceipt:
    try:
        return read_kept(object_of(file))
    except ConsentError as error:
        raise CommandError(error.failure.value, Party.CALLER, error.detail) from None


def trust_key_in(file: Path) -> VerificationKey:
    """Return the trust list keeper's key in a JWK file."""
    return PublicJwk.parse(object_of(file)).verification_key()


def own_trust_key(home: Path) -> VerificationKey | None:
    """Return the key of this installation's own trust list, None where there is none."""
    try:
        return KeyStore(home / "keys").signer(TRUST_LIST_KEY).public.verification_key()
    except KeysError:
        return None


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
    checks = report["checks"]
    for each in checks if isinstance(checks, list) else ():
        if isinstance(each, dict):
            tail = f": {each['reason']}" if each["reason"] else ""
            yield f"{each['outcome']}\t{each['check']}{tail}"
