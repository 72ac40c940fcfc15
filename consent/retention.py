"""How long the ledger keeps its own records, and what falls due of a consent until then.

The period is that of the transmission-request decree (Enforcement Decree of the Personal
Information Protection Act, article 42-6, the paragraph that keeps request, sending and receiving,
withdrawal, refusal and stop with its reason for three years; paragraph 11 in the copy we read).
It counts from the end of the consent, and of what belongs to no consent from the event.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from consent.dues import Due, DueKind
from consent.forms.duration import after
from consent.forms.reason import Reason
from consent.forms.record import EventState
from consent.forms.standing import ConsentState, Duty, DutyKind, NumberedRecord, Standing
from consent.forms.states import fold
from consent.forms.terms import Terms

RETENTION: Final = "P3Y"
# Who looked: the standard of measures for safe handling (article 8) asks for two years where many
# people's data are handled.
ACCESS_RETENTION: Final = "P2Y"

_DUES: Final = {DutyKind.STOP: DueKind.STOP, DutyKind.ERASE: DueKind.ERASE}
_TOLD: Final = {DutyKind.STOP: Reason.STOP_OVERDUE, DutyKind.ERASE: Reason.ERASURE_OVERDUE}
# What an end in time can still be said of.
_UNTIL_TOLD: Final = frozenset({ConsentState.ACTIVE, ConsentState.EXPIRED})


def dues_of(
    events: Sequence[NumberedRecord],
    terms: Terms | None,
    *,
    label: bytes,
    subject: str,
    now: datetime,
) -> tuple[Due, ...]:
    """Return all that is or was due of one consent, or of one record that belongs to none.

    ``events``, one at least, are all that is known of it; ``terms`` those it was given on.
    """
    standing = fold(events, terms, at=now)
    # Of two duties of one kind the first is done: a second opens only then.
    duties = {duty.kind: duty for duty in standing.duties}
    found = [_owed(duty, events, label, subject) for duty in duties.values()]
    expires_at = _expires_at(events, terms, standing)
    if expires_at is not None:
        since = events[0].record.event_time
        found.append(Due(label, subject, DueKind.EXPIRE, None, since, expires_at))
    forget_at = _forget_at(events, terms, standing)
    if forget_at is not None:
        found.append(Due(label, subject, DueKind.FORGET, None, now, forget_at))
    return tuple(found)


def _owed(duty: Duty, events: Sequence[NumberedRecord], label: bytes, subject: str) -> Due:
    told = any(
        event.record.event_state is EventState.OVERDUE
        and event.record.reason is _TOLD[duty.kind]
        and event.record.event_time >= duty.since
        for event in events
    )
    party = events[0].record.controller.id
    kind = _DUES[duty.kind]
    return Due(label, subject, kind, party, duty.since, duty.due_at, duty.done_at, told)


def _expires_at(
    events: Sequence[NumberedRecord], terms: Terms | None, standing: Standing
) -> datetime | None:
    """Return when an entry must say that the consent is over, None when none needs to.

    What was withdrawn or used up before has ended already, and its own entries say so.
    """
    if terms is None or terms.until is None or standing.state not in _UNTIL_TOLD:
        return None
    is_told = any(event.record.event_state is EventState.EXPIRED for event in events)
    return None if is_told else terms.until


def _forget_at(
    events: Sequence[NumberedRecord], terms: Terms | None, standing: Standing
) -> datetime | None:
    """Return when the records' keys are destroyed, None while something is owed or lasts."""
    if any(duty.done_at is None for duty in standing.duties):
        return None
    records = [event.record for event in events]
    times = [record.event_time for record in records]
    times += [record.kept_until for record in records if record.kept_until is not None]
    if terms is not None:
        if terms.until is not None:
            times.append(terms.until)
        elif standing.state is ConsentState.ACTIVE and terms.uses != 1:
            return None
    is_access = all(record.event_state is EventState.LOOKED_UP for record in records)
    return after(max(times), ACCESS_RETENTION if is_access else RETENTION)
