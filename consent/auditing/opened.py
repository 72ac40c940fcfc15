"""Holding records that were opened for a case against the log they are in.

    {"index": 7, "number": 1, "record": {…}, "salt": "<43>", "terms": {…}, "unopenable": null}

One JSON text a line (`consent.forms.reading.ReadRecord`). From them and the log's files alone:

1. each record and salt are what its entry commits to, under its label, number and type;
2. the terms are those the record names, and have all that terms must have;
3. the events of each consent, folded by the published rule, give its state and its duties;
4. each use lay within what was agreed, at its own time.

What was not opened is told as such. A record that cannot be opened any more must have a shredded
entry that says so.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from consent.auditing.entries import LabelEntries, labels_of
from consent.auditing.order import Read
from consent.auditing.report import Problem
from consent.errors import ConsentError
from consent.forms.fields import instant_text, malformed
from consent.forms.reading import ReadRecord, Unopenable
from consent.forms.record import ConsentRecord, EventState
from consent.forms.standing import NumberedRecord, Standing
from consent.forms.states import fold, of_consent
from consent.forms.terms import Terms
from consent.forms.using import check_use
from keys.errors import KeysError
from keys.json_value import JsonObject, JsonValue
from keys.strict_json import dumps, loads

_USES = frozenset({EventState.USED, EventState.USED_LATE})


@dataclass(frozen=True, slots=True)
class JudgedConsent:
    """One consent as the published rule has it; ``unread`` entries of its label were not opened.

    Where there are such entries, the state is that of the opened ones alone.
    """

    consent_id: str
    party: str
    standing: Standing
    unread: int

    def as_dict(self) -> JsonObject:
        """Return the JSON form, the duties with their times."""
        standing = self.standing
        duties: list[JsonValue] = [
            {
                "kind": duty.kind.value,
                "due_at": instant_text(duty.due_at),
                "done_at": instant_text(duty.done_at) if duty.done_at else None,
                "overdue": duty.overdue,
            }
            for duty in standing.duties
        ]
        return {
            "consent_id": self.consent_id,
            "party": self.party,
            "state": standing.state.value,
            "uses": standing.uses,
            "uses_left": standing.uses_left,
            "duties": duties,
            "unread": self.unread,
        }


@dataclass(frozen=True, slots=True)
class OpenedReport:
    """What opened records show: how many, each consent's standing, and what does not hold."""

    opened: int
    shredded: int
    consents: tuple[JudgedConsent, ...]
    problems: tuple[Problem, ...]

    @property
    def overdue(self) -> int:
        """How many duties are overdue, those done late among them."""
        return sum(duty.overdue for each in self.consents for duty in each.standing.duties)

    def as_dict(self) -> JsonObject:
        """Return ``{"opened", "shredded", "overdue", "consents"}``."""
        return {
            "opened": self.opened,
            "shredded": self.shredded,
            "overdue": self.overdue,
            "consents": [each.as_dict() for each in self.consents],
        }


def audit_opened(
    read: Read, records: Sequence[ReadRecord], *, size: int, at: datetime
) -> OpenedReport:
    """Return what the records show about the first ``size`` entries of a copy, as of ``at``.

    The copy itself must have been audited: here its entries are believed.
    """
    indexes = frozenset(record.index for record in records)
    return judge_records(records, labels_of(read, indexes, size=size), at=at)


def judge_records(
    records: Sequence[ReadRecord], labels: LabelEntries, *, at: datetime
) -> OpenedReport:
    """Return what records show about entries that are believed already, as of ``at``."""
    problems = [problem for record in records for problem in _judge(record, labels)]
    wrong = {problem.index for problem in problems}
    sound = [record for record in records if record.index not in wrong]
    consents, beyond = _judge_consents(sound, labels, at)
    return OpenedReport(
        opened=sum(record.record is not None for record in sound),
        shredded=sum(record.unopenable is Unopenable.SHREDDED for record in sound),
        consents=consents,
        problems=(*problems, *beyond),
    )


def _judge(given: ReadRecord, labels: LabelEntries) -> Iterator[Problem]:
    """Do steps 1 and 2 for one record."""
    leaf = labels.leaves.get(given.index)
    if leaf is None:
        yield _problem(given, "the log has no such entry")
    elif given.record is None or given.salt is None:
        is_shredded = given.unopenable is Unopenable.SHREDDED
        if not is_shredded or leaf.commitment not in labels.shredded:
            yield _problem(given, "it cannot be opened, and no shredded entry says why")
    else:
        record = given.record
        said = record.commitment(given.salt), record.label, record.entry_type, given.number
        if said != (leaf.commitment, leaf.label, leaf.type, leaf.number):
            yield _problem(given, "the record is not the one the entry commits to")
        yield from _judge_terms(given, record)


def _judge_terms(given: ReadRecord, record: ConsentRecord) -> Iterator[Problem]:
    named = record.evidence.terms_sha256
    if given.terms is None:
        if named is not None and record.event_state is EventState.GIVEN:
            yield _problem(given, "the terms it names were not opened")
        return
    if given.terms.sha256() != named:
        yield _problem(given, "the terms are not those the record names")
        return
    try:
        given.terms.check_complete()
    except ConsentError as error:
        yield _problem(given, error.detail)


def _judge_consents(
    records: Iterable[ReadRecord], labels: LabelEntries, at: datetime
) -> tuple[tuple[JudgedConsent, ...], list[Problem]]:
    """Do steps 3 and 4 for each consent of the opened records, in the order of the log."""
    by_label: dict[bytes, list[tuple[ReadRecord, ConsentRecord]]] = defaultdict(list)
    for given in sorted(records, key=lambda each: each.index):
        if given.record is not None:
            by_label[given.record.label].append((given, given.record))
    judged: list[JudgedConsent] = []
    problems: list[Problem] = []
    for label, opened in by_label.items():
        events = [NumberedRecord(given.number, record) for given, record in opened]
        for given, consent in opened:
            if consent.event_state is not EventState.GIVEN:
                continue
            own = of_consent(events, consent.record_id)
            unread = labels.counts[label] - len(events)
            standing = fold(own, given.terms, at=at)
            judged.append(
                JudgedConsent(consent.record_id, consent.controller.id, standing, unread)
            )
            problems += _judge_uses(own, consent, given.terms, opened)
    return tuple(judged), problems


def _judge_uses(
    events: Sequence[NumberedRecord],
    consent: ConsentRecord,
    terms: Terms | None,
    opened: Iterable[tuple[ReadRecord, ConsentRecord]],
) -> Iterator[Problem]:
    """Hold each use against how the consent stood when it was written."""
    indexes = {given.number: given.index for given, _ in opened}
    for event in events:
        if event.record.event_state not in _USES:
            continue
        before = [each for each in events if each.number < event.number]
        standing = fold(before, terms, at=event.record.event_time)
        try:
            check_use(standing, consent, event.record)
        except ConsentError as error:
            index = indexes[event.number]
            what = f"entry {index}: a use beyond the consent ({error.failure}): {error.detail}"
            yield Problem(index, what)


def _problem(given: ReadRecord, what: str) -> Problem:
    return Problem(given.index, f"entry {given.index}: {what}")


def parse_records(octets: bytes) -> tuple[ReadRecord, ...]:
    """Read one record a line, or raise `ConsentError` (malformed) naming the line."""
    records = []
    for number, line in enumerate(octets.splitlines(), start=1):
        try:
            records.append(ReadRecord.parse(loads(line)))
        except (KeysError, ConsentError) as error:
            raise malformed(f"line {number}: {error.detail}") from None
    return tuple(records)


def records_text(records: Iterable[ReadRecord]) -> bytes:
    """Return what `parse_records` reads."""
    return b"".join(dumps(record.as_dict()) + b"\n" for record in records)
