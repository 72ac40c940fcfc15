"""Records opened for a case: what an entry commits to, a consent's state, a use's bounds."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from consent.auditing.opened import OpenedReport, audit_opened, parse_records, records_text
from consent.errors import ConsentError
from consent.forms.entry import EntryType, Leaf
from consent.forms.reading import ReadRecord, Unopenable
from consent.forms.record import ConsentRecord, EventState
from consent.forms.standing import ConsentState
from consent.forms.terms import Terms
from consent.tlog.merkle import leaf_hash
from consent.tlog.signed_note import NoteSigner
from keys.jwk import Algorithm
from keys.signer import SoftwareSigner
from tests.consent.test_audit import Copy, log_of
from tests.consent.world import NOW, ORIGIN, record_example, terms_example

LABEL = bytes([5]) * 32
SALT = bytes([6]) * 32
DAY = timedelta(days=1)


@dataclass
class Case:
    """A log, and the records behind all of its entries."""

    terms: Terms = field(default_factory=terms_example)
    leaves: list[bytes] = field(default_factory=list)
    records: list[ReadRecord] = field(default_factory=list)

    def add(
        self,
        state: EventState,
        at: datetime = NOW,
        *,
        label: bytes = LABEL,
        change: Callable[[ConsentRecord], ConsentRecord] = lambda record: record,
    ) -> ConsentRecord:
        """Write an event of the label's consent."""
        record = record_example(label, state, self.terms)
        if state is not EventState.GIVEN:
            own = str(uuid.UUID(int=len(self.leaves), version=4))
            record = replace(record, record_id=own, consent_id=self.consent_id(label))
        record = change(replace(record, event_time=at))
        leaf = self.append(record.entry_type, label, record.commitment(SALT))
        self.records.append(
            ReadRecord(len(self.leaves) - 1, leaf.number, record, SALT, self.terms, None)
        )
        return record

    def append(self, type_: EntryType, label: bytes, commitment: bytes) -> Leaf:
        """Write an entry."""
        own = [octets for octets in self.leaves if Leaf.parse(octets).label == label]
        previous = leaf_hash(own[-1]) if own else None
        leaf = Leaf(type_, label, len(own) + 1, previous, commitment)
        self.leaves.append(leaf.octets())
        return leaf

    def consent_id(self, label: bytes) -> str:
        """The consent of a label: its first one."""
        of_label = (each.record for each in self.records if each.record is not None)
        return next(
            record.record_id
            for record in of_label
            if record.label == label and record.event_state is EventState.GIVEN
        )

    def copy(self) -> Copy:
        """The log's files."""
        signer = NoteSigner(ORIGIN, SoftwareSigner.generate(Algorithm.ED25519))
        return log_of(self.leaves, signer)

    def audited(self, at: datetime = NOW + 60 * DAY) -> OpenedReport:
        """What the records show."""
        return audit_opened(self.copy().get, self.records, size=len(self.leaves), at=at)

    def swap(self, index: int, **changes: object) -> None:
        """Hand the auditor something else than was written."""
        at = next(n for n, each in enumerate(self.records) if each.index == index)
        self.records[at] = replace(self.records[at], **changes)  # type: ignore[arg-type]  # any


@pytest.fixture
def case() -> Case:
    """A consent, a use a month later, and a withdrawal."""
    case = Case()
    case.add(EventState.GIVEN)
    case.add(EventState.USED, NOW + 2 * DAY)
    case.add(EventState.WITHDRAWN, NOW + 30 * DAY)
    return case


def whats(report: OpenedReport) -> list[str]:
    return [problem.what for problem in report.problems]


def test_states_and_duties_come_out_of_the_records_alone(case: Case) -> None:
    """
    Withdrawn and never answered: the state, the uses, and both duties overdue.
    """
    report = case.audited()

    assert () == report.problems
    assert (3, 0, 2) == (report.opened, report.shredded, report.overdue)
    [consent] = report.consents
    assert ConsentState.WITHDRAWN == consent.standing.state
    expected = {"party": "kr-110111-0000001", "state": "withdrawn", "uses": 1, "unread": 0}
    told = consent.as_dict()
    assert expected == {name: told[name] for name in expected}
    assert {"opened": 3, "shredded": 0, "overdue": 2, "consents": [told]} == report.as_dict()


def test_what_was_not_opened_is_told(case: Case) -> None:
    """
    A state of some of the entries says that it is of some.
    """
    case.records = case.records[:2]

    [consent] = case.audited().consents

    assert (ConsentState.ACTIVE, 1) == (consent.standing.state, consent.unread)


def test_a_duty_done_is_not_overdue(case: Case) -> None:
    """
    Stopped and erased in time.
    """
    case.add(EventState.ACKNOWLEDGED, NOW + 31 * DAY)
    case.add(EventState.ERASED, NOW + 32 * DAY)

    report = case.audited()

    assert (0, ()) == (report.overdue, report.problems)
    [consent] = report.consents
    assert ConsentState.ERASED == consent.standing.state
    duties = consent.as_dict()["duties"]
    assert isinstance(duties, list)
    assert ["2026-12-23T09:00:00Z", "2026-12-24T09:00:00Z"] == [
        duty["done_at"] for duty in duties if isinstance(duty, dict)
    ]


BEYOND: dict[str, tuple[timedelta, Callable[[ConsentRecord], ConsentRecord], str]] = {
    "withdrawn": (31 * DAY, lambda record: record, "consent_withdrawn"),
    "other claims": (
        29 * DAY,
        lambda record: replace(record, asked=replace(record.asked, disclosed=("tax",))),
        "beyond_consent",
    ),
}


@pytest.mark.parametrize("name", BEYOND)
def test_a_use_beyond_the_consent_is_named(name: str) -> None:
    """
    Each use is held against how the consent stood when it was written.
    """
    later, change, failure = BEYOND[name]
    case = Case()
    case.add(EventState.GIVEN)
    if name == "withdrawn":
        case.add(EventState.WITHDRAWN, NOW + 30 * DAY)
    case.add(EventState.USED, NOW + later, change=change)

    [problem] = case.audited().problems

    assert len(case.leaves) - 1 == problem.index
    assert f"a use beyond the consent ({failure})" in problem.what


def test_what_an_entry_does_not_commit_to_is_named(case: Case) -> None:
    """
    Another record, another salt, another number, an index the log has not: each by its entry.
    """
    record = case.records[0].record
    assert record is not None
    case.swap(0, record=replace(record, language="en"))
    case.swap(1, salt=bytes(32))
    case.records.append(replace(case.records[2], index=99))
    case.swap(2, number=7)

    report = case.audited()

    assert [0, 1, 2, 99] == [problem.index for problem in report.problems]
    assert 3 * ["the record is not the one the entry commits to"] == [
        what.partition(": ")[2] for what in whats(report)[:3]
    ]
    assert "entry 99: the log has no such entry" == whats(report)[3]
    assert () == report.consents


def test_terms_are_those_the_record_names_and_whole(case: Case) -> None:
    """
    Other terms, terms held back, and terms in which an item says nothing.
    """
    case.swap(0, terms=None)
    case.swap(1, terms=replace(case.terms, sender="somebody else"))
    incomplete = Case(terms=replace(case.terms, until=None, uses=None))
    incomplete.add(EventState.GIVEN)

    assert [
        "entry 0: the terms it names were not opened",
        "entry 1: the terms are not those the record names",
    ] == whats(case.audited())
    [what] = whats(incomplete.audited())
    assert "until" in what


def test_a_refusal_without_terms_is_whole() -> None:
    """
    Not every event has terms: nothing is missing then.
    """
    case = Case()
    case.add(EventState.GIVEN)
    case.add(EventState.REFUSED)
    case.swap(1, terms=None)

    assert [] == whats(case.audited())


def test_what_cannot_be_opened_needs_a_shredded_entry(case: Case) -> None:
    """
    A destroyed key is proven by an entry that names the commitment; without it, it is a problem.
    """
    commitment = Leaf.parse(case.leaves[1]).commitment
    gone = {"record": None, "salt": None, "terms": None}
    case.swap(1, **gone, unopenable=Unopenable.SHREDDED)
    unproven = case.audited()
    case.append(EntryType.SHREDDED, LABEL, commitment)
    proven = case.audited()
    case.swap(1, unopenable=Unopenable.KEY_MISSING)

    assert ["entry 1: it cannot be opened, and no shredded entry says why"] == whats(unproven)
    assert ((), 1) == (proven.problems, proven.shredded)
    assert whats(unproven) == whats(case.audited())


def test_a_damaged_or_missing_bundle_ends_the_reading(case: Case) -> None:
    """
    The audit of the copy names it; here its entries are nobody's.
    """
    torn = case.copy() | {"tile/entries/000.p/3": b"\x00\x02{}"}

    report = audit_opened(torn.get, case.records, size=3, at=NOW)
    none = audit_opened(lambda _path: None, case.records, size=3, at=NOW)

    assert 3 * ["the log has no such entry"] == [what.partition(": ")[2] for what in whats(report)]
    assert whats(report) == whats(none)


def test_records_are_one_a_line(case: Case) -> None:
    """
    What is written is read again; a line that is no record is named by its number.
    """
    text = records_text(case.records)

    assert tuple(case.records) == parse_records(text)
    for broken in (b"{}", b"{", b'{"index": 1}'):
        with pytest.raises(ConsentError, match="line 4"):
            parse_records(text + broken)
