"""What has happened to one consent, taken event by event in the order of the log."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from consent.forms.record import ConsentRecord, EventState
from consent.forms.standing import ConsentState, Duty, DutyKind

# A recipient has systems, and people who sleep: three days are enough to stop using something.
STOP_TIME: Final = timedelta(days=3)
# What Korea's decree gives for answering a person who asks for erasure (read in secondary text).
ERASE_TIME: Final = timedelta(days=10)


@dataclass(slots=True)
class Owed:
    """A duty while the events are gone through: ``due_at`` moves when a law retains."""

    kind: DutyKind
    since: datetime
    due_at: datetime
    done_at: datetime | None = None

    def as_of(self, at: datetime) -> Duty:
        """Return it as it stands at a time; what was done late stays overdue."""
        overdue = (self.done_at or at) > self.due_at
        return Duty(self.kind, self.since, self.due_at, self.done_at, overdue)


@dataclass(slots=True)
class Course:
    """What has happened so far; each event is taken once, in the order of the log."""

    consent_id: str | None = None
    given_at: datetime | None = None
    refused: bool = False
    uses: int = 0
    last_use_at: datetime | None = None
    is_withdrawn: bool = False
    is_acknowledged: bool = False
    is_expired: bool = False
    answer: ConsentState | None = None
    owed: list[Owed] = field(default_factory=list)

    def take(self, record: ConsentRecord, time: datetime) -> None:
        """Take the next event; what is not about this consent is passed over."""
        if self.given_at is None:
            self._begin(record, time)
        elif record.consent_id == self.consent_id:
            self._go_on(record, time)

    def _begin(self, record: ConsentRecord, time: datetime) -> None:
        if record.event_state is EventState.GIVEN:
            self.consent_id, self.given_at = record.consent_id, time
        self.refused = self.refused or record.event_state is EventState.REFUSED

    def _go_on(self, record: ConsentRecord, time: datetime) -> None:
        """Take what happened to the consent; what only tells of it changes nothing."""
        match record.event_state:
            case EventState.USED | EventState.USED_LATE:
                self.uses, self.last_use_at, self.answer = self.uses + 1, time, None
            case EventState.WITHDRAWN:
                self._withdraw(time)
            case EventState.DELETION_REQUESTED:
                self.answer = None
                self._owe(DutyKind.ERASE, time, ERASE_TIME)
            case EventState.EXPIRED:
                self.is_expired = True
            case EventState.ACKNOWLEDGED | EventState.ERASED | EventState.RETAINED:
                self._answer(record, time)
            case _:
                pass

    def _answer(self, record: ConsentRecord, time: datetime) -> None:
        match record.event_state:
            case EventState.ACKNOWLEDGED:
                self.is_acknowledged = self.is_acknowledged or self.is_withdrawn
                self._close(DutyKind.STOP, time)
            case EventState.ERASED:
                self.answer = ConsentState.ERASED
                self._close(DutyKind.ERASE, time)
            case _:
                self._retain(record.kept_until or time)

    def _withdraw(self, time: datetime) -> None:
        if not self.is_withdrawn:
            self.is_withdrawn, self.answer = True, None
            self._owe(DutyKind.STOP, time, STOP_TIME)
            self._owe(DutyKind.ERASE, time, ERASE_TIME)

    def _retain(self, until: datetime) -> None:
        if self.answer is not ConsentState.ERASED:
            self.answer = ConsentState.RETAINED
        for owed in self._open(DutyKind.ERASE):
            owed.due_at = max(owed.due_at, until)

    def _owe(self, kind: DutyKind, time: datetime, within: timedelta) -> None:
        if not self._open(kind):
            self.owed.append(Owed(kind, time, time + within))

    def _close(self, kind: DutyKind, time: datetime) -> None:
        for owed in self._open(kind):
            owed.done_at = time

    def _open(self, kind: DutyKind) -> list[Owed]:
        return [owed for owed in self.owed if owed.kind is kind and owed.done_at is None]
