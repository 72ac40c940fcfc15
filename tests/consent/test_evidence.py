"""The evidence of one consent, checked from its file alone: each part, and what is not shown."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli.application import application
from consent.auditing.evidence import EvidenceReport, check_evidence
from consent.complete.evidence import ConsentEvidence
from consent.errors import ConsentError, ConsentFailure
from consent.forms.checks import CheckName, Outcome
from consent.forms.reading import Unopenable
from consent.forms.receipt import Receipt
from consent.forms.record import EventState
from consent.forms.standing import ConsentState
from consent.ledger import Ledger
from consent.tlog.checkpoint import Checkpoint
from consent.tlog.cosignature import Cosigner
from consent.tlog.tlog_policy import Policy
from keys.jwk import Algorithm
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject
from tests.consent.sharing import Sharing, counted
from tests.consent.world import World, journal_of

PARTS = ("log", "entries in the log", "witnesses", "complete", "records")
WITNESS = Cosigner("gov.example/w", SoftwareSigner.generate(Algorithm.ED25519))
POLICY = Policy.parse(f"witness gov {WITNESS.verifier_key.text()}\nquorum gov\n")


async def seal(ledger: Ledger) -> None:
    await ledger._sequencer.run(journal_of(ledger).append, [], seal=True)


async def gathered(ledger: Ledger, sharing: Sharing) -> ConsentEvidence:
    """What a wallet gathers of the sharing's label."""
    kept = [each.read() for each in await ledger.records_of(sharing.pair.label)]
    given = kept[0]
    assert given.record is not None
    assert given.salt is not None
    proofs = [await ledger.prove(each.index) for each in kept]
    receipt = Receipt(given.record, given.salt, proofs[0], given.terms)
    complete = await ledger.complete(sharing.pair.label)
    return ConsentEvidence(receipt, tuple(kept), complete, tuple(proofs), ledger.log_key.text())


@pytest.fixture
async def sharing(ledger: Ledger, world: World) -> Sharing:
    """A consent that was used and taken back."""
    sharing = await Sharing(ledger, world, counted(3)).given()
    await sharing.write(EventState.USED)
    await sharing.write(EventState.WITHDRAWN)
    await seal(ledger)
    return sharing


@pytest.fixture
async def evidence(ledger: Ledger, sharing: Sharing) -> ConsentEvidence:
    return await gathered(ledger, sharing)


def outcomes(report: EvidenceReport) -> dict[str, Outcome]:
    """How the parts beside the receipt came out."""
    assert [name.value for name in CheckName] == [line.name for line in report.lines[:-5]]
    return {line.name: line.outcome for line in report.lines[-5:]}


def test_all_parts_are_proved_and_told(ledger: Ledger, evidence: ConsentEvidence) -> None:
    """
    Every check has its line; the state comes out of the records by the published rule.
    """
    report = check_evidence(evidence, log_key=ledger.log_key)

    assert report.ok
    expected = dict.fromkeys(PARTS, Outcome.PROVED) | {"witnesses": Outcome.NOT_SHOWN}
    assert expected == outcomes(report)
    assert report.opened is not None
    [consent] = report.opened.consents
    assert (ConsentState.WITHDRAWN, 1) == (consent.standing.state, consent.standing.uses)
    told = report.as_dict()
    assert (True, 20) == (told["ok"], len(report.lines))
    assert told["records"] is not None


def cosigned(evidence: ConsentEvidence) -> ConsentEvidence:
    """The evidence, its proofs under a checkpoint that a witness has signed."""
    note = evidence.proofs[0].checkpoint
    text = Checkpoint.parse(note.partition("\n\n")[0] + "\n").text()
    seen = note + WITNESS.line(text, datetime(2026, 11, 22, tzinfo=UTC))
    proofs = tuple(replace(proof, checkpoint=seen) for proof in evidence.proofs)
    return replace(evidence, proofs=proofs)


def test_witnesses_are_held_against_the_policy(ledger: Ledger, evidence: ConsentEvidence) -> None:
    """
    Seen by enough is proved, not seen failed, and a policy that asks for nobody shows nothing.
    """
    nobody = Policy.parse("quorum none\n")
    first = replace(evidence.proofs[0], size=1)
    early = replace(
        evidence,
        receipt=replace(evidence.receipt, log=first),
        proofs=(replace(evidence.proofs[2], size=1),),
    )
    for given, policy, outcome in (
        (cosigned(evidence), POLICY, Outcome.PROVED),
        (evidence, POLICY, Outcome.FAILED),
        (cosigned(evidence), nobody, Outcome.NOT_SHOWN),
        (early, POLICY, Outcome.NOT_SHOWN),
    ):
        report = check_evidence(given, log_key=ledger.log_key, policy=policy)

        assert outcome == outcomes(report)["witnesses"]


def without_record(evidence: ConsentEvidence) -> ConsentEvidence:
    gone = replace(
        evidence.records[1], record=None, salt=None, terms=None, unopenable=Unopenable.SHREDDED
    )
    return replace(evidence, records=(evidence.records[0], gone, evidence.records[2]))


def hidden(evidence: ConsentEvidence) -> ConsentEvidence:
    assert evidence.completeness is not None
    fewer = evidence.completeness.entries[:1] + evidence.completeness.entries[2:]
    return replace(evidence, completeness=replace(evidence.completeness, entries=fewer))


def forged(evidence: ConsentEvidence) -> ConsentEvidence:
    first, *rest = evidence.records
    return replace(evidence, records=(replace(first, salt=bytes(32)), *rest))


def of_another_log(evidence: ConsentEvidence) -> ConsentEvidence:
    other = WITNESS.verifier_key.text()
    return replace(evidence, vkey=other)


def unproven(evidence: ConsentEvidence) -> ConsentEvidence:
    first, *rest = evidence.proofs
    return replace(evidence, proofs=(replace(first, leaf=b"x"), *rest))


PLANTED: dict[str, tuple[Callable[[ConsentEvidence], ConsentEvidence], str, Outcome]] = {
    "another log's": (of_another_log, "log", Outcome.FAILED),
    "an entry that is not in the log": (unproven, "entries in the log", Outcome.FAILED),
    "an entry hidden": (hidden, "complete", Outcome.FAILED),
    "a record forged": (forged, "records", Outcome.FAILED),
    "a record gone without a word": (without_record, "records", Outcome.FAILED),
    "no proofs": (
        lambda evidence: replace(evidence, proofs=(), completeness=None),
        "entries in the log",
        Outcome.NOT_SHOWN,
    ),
    "a proof too few": (
        lambda evidence: replace(evidence, proofs=evidence.proofs[:2], completeness=None),
        "entries in the log",
        Outcome.NOT_SHOWN,
    ),
    "a false proof alone": (
        lambda evidence: unproven(replace(evidence, completeness=None)),
        "entries in the log",
        Outcome.FAILED,
    ),
    "no completeness": (
        lambda evidence: replace(evidence, completeness=None),
        "complete",
        Outcome.NOT_SHOWN,
    ),
    "no records": (
        lambda evidence: replace(evidence, records=()),
        "records",
        Outcome.NOT_SHOWN,
    ),
}


@pytest.mark.parametrize("name", PLANTED)
def test_what_is_wrong_or_missing_is_named_by_its_check(
    ledger: Ledger, evidence: ConsentEvidence, name: str
) -> None:
    """
    One thing changed, one line that says so; missing is not wrong, and nothing passes instead.
    """
    change, line, outcome = PLANTED[name]

    report = check_evidence(change(evidence), log_key=ledger.log_key)

    assert outcome == outcomes(report)[line]
    assert (outcome is Outcome.NOT_SHOWN) == report.ok
    reasons = {each.name: each.reason for each in report.lines}
    assert reasons[line]


async def test_entries_after_the_seal_are_not_claimed(ledger: Ledger, sharing: Sharing) -> None:
    """
    What came after the last seal is shown, and that it is all is not.
    """
    await sharing.write(EventState.ACKNOWLEDGED)

    report = check_evidence(await gathered(ledger, sharing), log_key=ledger.log_key)

    assert Outcome.NOT_SHOWN == outcomes(report)["complete"]
    assert report.ok


@pytest.mark.parametrize(
    "change",
    [{"format": "mydata-evidence/0"}, {"records": {}}, {"proofs": [None] * 10_001}, {"more": 1}],
    ids=["format", "no-list", "too-many", "unknown-member"],
)
def test_what_has_not_the_form_of_evidence_is_refused(
    evidence: ConsentEvidence, change: JsonObject
) -> None:
    """
    A file is either read whole or not at all.
    """
    with pytest.raises(ConsentError) as caught:
        ConsentEvidence.parse(evidence.as_dict() | change)
    assert ConsentFailure.MALFORMED == caught.value.failure


def test_one_command_checks_the_file(
    ledger: Ledger, evidence: ConsentEvidence, tmp_path: Path
) -> None:
    """
    Each check on a line, then each consent's state; exit 1 when something failed.
    """
    file, key, policy = (tmp_path / name for name in ("evidence.json", "vkey", "policy"))
    key.write_text(f"{ledger.log_key.text()}\n")
    policy.write_text(f"witness gov {WITNESS.verifier_key.text()}\nquorum gov\n")

    def run(given: ConsentEvidence, *more: str) -> Result:
        file.write_text(json.dumps(given.as_dict()))
        words = ["consent", "verify-evidence", str(file), "--key", str(key), *more]
        return CliRunner().invoke(application, words)

    sound = run(cosigned(evidence), "--policy", str(policy))
    wrong = run(hidden(evidence), "--json")
    file.write_text("{}")
    words = ["consent", "verify-evidence", str(file), "--key", str(key)]
    unread = CliRunner().invoke(application, words)

    assert 0 == sound.exit_code, sound.output
    assert "proved\twitnesses" in sound.stdout.splitlines()
    assert "withdrawn, 1 uses" in sound.stdout
    assert 1 == wrong.exit_code
    assert ["complete"] == [
        each["check"] for each in json.loads(wrong.stdout)["checks"] if each["outcome"] == "failed"
    ]
    assert 1 == unread.exit_code
