"""Counting by institution what happened between two places of the log.

A month is a range of entries and not of times: anyone with a copy counts the same entries, and no
clock decides what belongs to it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from consent.forms.record import ConsentRecord, EventState


class Column(StrEnum):
    """What is counted, in the order of the sheet.

    asked: consents, refusals and what was asked too much; registered: those of them that rested
    on a registered question; over_asked: questions their own service refused to send;
    beyond_registration: those that reached a wallet and asked for more than the party had
    registered, answered or refused; never_used: consents of the range without a use in it.
    """

    ASKED = "asked"
    REGISTERED = "registered"
    CONSENTS = "consents"
    REFUSED = "refused"
    OVER_ASKED = "over_asked"
    BEYOND_REGISTRATION = "beyond_registration"
    USED = "used"
    USED_LATE = "used_late"
    NEVER_USED = "never_used"
    WITHDRAWN = "withdrawn"
    OVERDUE = "overdue"


_BY_STATE: Final = {
    EventState.GIVEN: Column.CONSENTS,
    EventState.REFUSED: Column.REFUSED,
    EventState.OVER_ASKED: Column.OVER_ASKED,
    EventState.USED: Column.USED,
    EventState.USED_LATE: Column.USED_LATE,
    EventState.WITHDRAWN: Column.WITHDRAWN,
    EventState.OVERDUE: Column.OVERDUE,
}
_ASKING: Final = frozenset({EventState.GIVEN, EventState.REFUSED, EventState.OVER_ASKED})
_USES: Final = frozenset({EventState.USED, EventState.USED_LATE})


@dataclass(frozen=True, slots=True)
class PartyCounts:
    """The counts of one institution, one for each column in order."""

    party: str
    name: str
    counts: tuple[int, ...]

    def of(self, column: Column) -> int:
        """Return one count."""
        return self.counts[tuple(Column).index(column)]


@dataclass(slots=True)
class _Party:
    name: str = ""
    counts: Counter[Column] = field(default_factory=Counter)
    given: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)


class Tally:
    """The records so far; nothing of them is kept but counts and the ids of consents."""

    def __init__(self) -> None:
        self._parties: dict[str, _Party] = defaultdict(_Party)

    def take(self, record: ConsentRecord) -> None:
        """Count one record; a look-up is an auditor's, and no institution's."""
        column = _BY_STATE.get(record.event_state)
        if column is None:
            return
        party = self._parties[record.controller.id]
        party.name = record.controller.name
        party.counts[column] += 1
        if record.event_state in _ASKING:
            party.counts[Column.ASKED] += 1
            if record.evidence.registration_sha256 is not None:
                party.counts[Column.REGISTERED] += 1
            if record.asked.beyond_registration:
                party.counts[Column.BEYOND_REGISTRATION] += 1
        if record.event_state is EventState.GIVEN:
            party.given.add(record.record_id)
        elif record.event_state in _USES and record.consent_id is not None:
            party.used.add(record.consent_id)

    def counted(self) -> tuple[PartyCounts, ...]:
        """Return every institution's counts, by registration id."""
        return tuple(_counts(party, self._parties[party]) for party in sorted(self._parties))


def totals(parties: Iterable[PartyCounts]) -> tuple[int, ...]:
    """Return the sum of each column."""
    columns = zip(*(party.counts for party in parties), strict=True)
    return tuple(map(sum, columns)) or (0,) * len(Column)


def _counts(party: str, found: _Party) -> PartyCounts:
    found.counts[Column.NEVER_USED] = len(found.given - found.used)
    return PartyCounts(party, found.name, tuple(found.counts[column] for column in Column))
