"""``mydata consent verify-evidence | open | reconcile``: what a case is given, and shows."""

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from app.cli.consent.copies import policy_of
from app.cli.consent.files import object_of, text_of, write
from app.cli.consent.group import verbs
from app.cli.consent.known_keys import Key, PolicyFile, TrustKey, known_log_key, known_trust_key
from app.cli.consent.opened import told_records
from app.cli.consent.receipts import told_checks
from app.cli.invocation import AsJson, Server, answer, ask, lines
from app.errors import CommandError
from app.service_client import ServiceClient
from consent.auditing.evidence import check_evidence
from consent.auditing.opened import records_text
from consent.auditing.reconciliation import reconcile
from consent.auditing.views import View, parse_view
from consent.complete.evidence import ConsentEvidence
from consent.errors import ConsentError
from consent.forms.reading import ReadRecord
from consent.forms.reason import Reason
from keys.strict_json import JsonObject, loads_object
from web.errors import Party

# A trust list, a status list of each authority, and the records of a year.
EVIDENCE_LIMIT: Final = 16 * 1024 * 1024


class Why(StrEnum):
    """Why records are opened: `consent.looking_up.REASONS`, a court's order unless said."""

    COMPLAINT = Reason.COMPLAINT.value
    COURT_ORDER = Reason.COURT_ORDER.value
    INSPECTION = Reason.INSPECTION.value


@verbs.command("open")
def open_records(
    case: Annotated[str, typer.Option("--case", metavar="NUMBER", help="The case's number.")],
    indexes: Annotated[
        list[int], typer.Option("--index", metavar="N", help="An entry; more than one may stand.")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to keep them.")],
    *,
    reason: Annotated[
        Why, typer.Option("--reason", help="Why they are opened.")
    ] = Why.COURT_ORDER,
    as_json: AsJson = False,
    server: Server = None,
) -> None:
    """Open the records of entries for a case; each opening is an entry that the citizen sees."""

    async def work(client: ServiceClient) -> JsonObject:
        order: JsonObject = {"case": case, "reason": reason.value, "indexes": [*indexes]}
        answered = await client.operator_post("/consent/operator/look-ups", order)
        records = answered.get("records")
        given = tuple(map(ReadRecord.parse, records if isinstance(records, list) else ()))
        write(out, records_text(given))
        return {"file": str(out), "opened": len(given)}

    ask(work, lines, server=server, as_json=as_json)


@verbs.command("verify-evidence")
def verify_evidence(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    *,
    key: Key = None,
    trust_key: TrustKey = None,
    policy: PolicyFile = None,
    as_json: AsJson = False,
) -> None:
    """Check the evidence of one consent, years later and asking nobody, each check on a line."""

    def work() -> JsonObject:
        log_key = known_log_key(key)
        keeper = known_trust_key(trust_key)
        return check_evidence(
            _evidence_in(file),
            log_key=log_key,
            trust_key=keeper,
            policy=None if policy is None else policy_of(policy),
        ).as_dict()

    answer(work, _checked, as_json=as_json, holds=lambda report: report["ok"] is True)


def _evidence_in(file: Path) -> ConsentEvidence:
    try:
        return ConsentEvidence.parse(loads_object(text_of(file), limit=EVIDENCE_LIMIT))
    except ConsentError as error:
        raise CommandError(error.failure.value, Party.CALLER, error.detail) from None


def _checked(report: JsonObject) -> Iterable[str]:
    """Tell each check on a line, then what the records show."""
    yield from told_checks(report)
    yield from told_records(report)


@verbs.command("reconcile")
def reconcile_views(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE…", help="Receipts, opened records, issue book entries."),
    ],
    *,
    as_json: AsJson = False,
) -> None:
    """Hold together what issuer, wallet and relying party each saw of one sharing."""

    def work() -> JsonObject:
        return reconcile([_view_in(file) for file in files]).as_dict()

    answer(work, _told, as_json=as_json, holds=lambda found: found["ok"] is True)


def _view_in(file: Path) -> View:
    try:
        return parse_view(object_of(file))
    except ConsentError as error:
        detail = f"{file}: {error.detail}"
        raise CommandError(error.failure.value, Party.CALLER, detail) from None


def _told(found: JsonObject) -> Iterable[str]:
    """Tell each fact on a line: the verdict, the fact, what each said where they differ."""
    absent = found["absent"]
    if isinstance(absent, list) and absent:
        yield f"absent: {', '.join(map(str, absent))}"
    facts = found["facts"]
    for row in facts if isinstance(facts, list) else ():
        match row:
            case {"verdict": "matched" as verdict, "fact": fact}:
                yield f"{verdict}\t{fact}"
            case {"verdict": verdict, "fact": fact, "said": dict(said)}:
                told = "; ".join(f"{source}: {text}" for source, text in said.items())
                yield f"{verdict}\t{fact}\t{told}"
            case _:
                pass
