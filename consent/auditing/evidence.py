"""Checking the evidence of one consent years later: one file, asking nobody, each check a line.

Everything is judged at the time of the sharing, or of the event it is about: no clock is read.
Believed beforehand are the log's key, and where they are given the trust list keeper's key and a
policy of witnesses; whatever rests on one that is not given is *not shown*, never passed.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from consent.auditing.entries import LabelEntries
from consent.auditing.opened import OpenedReport, judge_records
from consent.auditing.sighting import sight
from consent.complete.evidence import ConsentEvidence
from consent.complete.proof import CompleteEntries
from consent.errors import ConsentError, ConsentFailure
from consent.forms.checks import Check, NotShownError, Outcome
from consent.forms.entry import EntryType, Leaf
from consent.forms.receipt_check import check_receipt, holds
from consent.tlog.tlog_policy import Policy
from consent.tlog.verifier_key import VerifierKey
from keys.json_value import JsonObject
from keys.verification_key import VerificationKey


@dataclass(frozen=True, slots=True)
class Line:
    """One named check of the file; ``reason`` says what is missing or wrong, never a value."""

    name: str
    outcome: Outcome
    reason: str = ""

    @classmethod
    def of(cls, check: Check) -> "Line":
        """Return a receipt's check as a line."""
        return cls(check.name.value, check.outcome, check.reason)

    def as_dict(self) -> JsonObject:
        """Return ``{"check", "outcome", "reason"}``."""
        return {"check": self.name, "outcome": self.outcome.value, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class EvidenceReport:
    """Every check with its outcome, and what the records show where they could be judged."""

    lines: tuple[Line, ...]
    is_receipt_sound: bool
    opened: OpenedReport | None

    @property
    def ok(self) -> bool:
        """Whether nothing failed and the log's part of the receipt is proved."""
        failed = any(line.outcome is Outcome.FAILED for line in self.lines)
        return self.is_receipt_sound and not failed

    def as_dict(self) -> JsonObject:
        """Return ``{"ok", "checks", "records"}``."""
        return {
            "ok": self.ok,
            "checks": [line.as_dict() for line in self.lines],
            "records": self.opened.as_dict() if self.opened is not None else None,
        }


def check_evidence(
    evidence: ConsentEvidence,
    *,
    log_key: VerifierKey,
    trust_key: VerificationKey | None = None,
    policy: Policy | None = None,
) -> EvidenceReport:
    """Return every check of the file: the receipt's own first, then those of the parts beside it.

    1. the file is of the log whose key is known; 2. each entry is proven under a signed
    checkpoint; 3. enough witnesses have seen the newest of these; 4. the label has no other
    entries; 5. each record is what its entry commits to, and no use went beyond the consent.
    """
    receipt = check_receipt(evidence.receipt, log_key=log_key, trust_key=trust_key)
    parts = _Parts(evidence, log_key, policy)
    steps: dict[str, Callable[[], None]] = {
        "log": parts.check_log,
        "entries in the log": parts.check_entries,
        "witnesses": parts.check_witnesses,
        "complete": parts.check_complete,
        "records": parts.check_records,
    }
    lines = (*map(Line.of, receipt), *(_line(name, step) for name, step in steps.items()))
    return EvidenceReport(lines, holds(receipt), parts.opened)


@dataclass(frozen=True)
class _Parts:
    """Without slots, because what is proven once is kept for what rests on it."""

    evidence: ConsentEvidence
    log_key: VerifierKey
    policy: Policy | None

    @cached_property
    def leaves(self) -> dict[int, Leaf]:
        """The entries that are proven, one by one or by the seal of their label, by index."""
        proven = (proof.verify(log_key=self.log_key) for proof in self.evidence.proofs)
        one_by_one = {entry.index: entry.leaf for entry in proven}
        try:
            return {**dict(self.complete.entries), **one_by_one}
        except (NotShownError, ConsentError):
            # What is wrong with that proof, its own line says.
            return one_by_one

    @cached_property
    def complete(self) -> CompleteEntries:
        """All entries of the label, or raise `NotShownError`."""
        given = self.evidence.completeness
        if given is None:
            raise NotShownError("the ledger gave no proof that these are all entries")
        label = self.evidence.receipt.record.label
        return given.verify(log_key=self.log_key, expected_label=label)

    @cached_property
    def opened(self) -> OpenedReport | None:
        """What the records show, as of the last event among them; None where nothing is proven."""
        try:
            leaves = self.leaves
        except ConsentError:
            return None
        listed = self._listed()
        records = [each for each in self.evidence.records if each.index in leaves]
        times = [each.record.event_time for each in records if each.record is not None]
        counts = Counter(leaf.label for leaf in listed)
        shredded = {leaf.commitment for leaf in listed if leaf.type is EntryType.SHREDDED}
        entries = LabelEntries(leaves, counts, frozenset(shredded))
        return judge_records(records, entries, at=max(times)) if times else None

    def check_log(self) -> None:
        """Hold the file's own word against the key that is known."""
        own = VerifierKey.parse(self.evidence.vkey)
        if self.log_key not in own.history and own not in self.log_key.history:
            raise ConsentError(ConsentFailure.WRONG_ORIGIN, "the file is of another log")

    def check_entries(self) -> None:
        """Prove every entry that the file has a record of."""
        missing = [each.index for each in self.evidence.records if each.index not in self.leaves]
        if missing or not self.leaves:
            raise NotShownError(f"no proof is there of the entries {missing or 'of this consent'}")

    def check_witnesses(self) -> None:
        """Hold the checkpoints that cover all entries of the file against the policy."""
        if self.policy is None:
            raise NotShownError("no policy of witnesses was given")
        if self.policy.quorum is None:
            raise NotShownError("the policy asks for nobody")
        proofs = (self.evidence.receipt.log, *self.evidence.proofs)
        last = max(proof.index for proof in proofs)
        covering = {proof.checkpoint for proof in proofs if proof.size > last}
        refused: ConsentError | None = None
        for note in sorted(covering):
            try:
                sight(note, policy=self.policy, log_key=self.log_key)
            except ConsentError as error:
                refused = error
            else:
                return
        raise refused or NotShownError("no checkpoint of the file covers all its entries")

    def check_complete(self) -> None:
        """Prove that the label has no entry that is not listed, as of the seal."""
        if self.complete.newer:
            raise NotShownError(f"{len(self.complete.newer)} entries came after the seal")

    def check_records(self) -> None:
        """Hold each record against its entry, and each use against the consent."""
        if self.opened is None:
            raise NotShownError("no record is there, or no entry is proven")
        if self.opened.problems:
            found = "; ".join(problem.what for problem in self.opened.problems)
            raise ConsentError(ConsentFailure.RECORD_MISMATCH, found)

    def _listed(self) -> list[Leaf]:
        try:
            complete = self.complete
        except (NotShownError, ConsentError):
            return list(self.leaves.values())
        return [leaf for _, leaf in (*complete.entries, *complete.newer)]


def _line(name: str, step: Callable[[], None]) -> Line:
    try:
        step()
    except NotShownError as missing:
        return Line(name, Outcome.NOT_SHOWN, str(missing))
    except ConsentError as refused:
        return Line(name, Outcome.FAILED, refused.detail)
    return Line(name, Outcome.PROVED)
