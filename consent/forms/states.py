"""The state of a consent: one published rule, the same for citizen, party, auditor and court.

`fold` is pure: the same events and the same time give the same answer, in whatever order the
events were handed over. The rule has a name (`consent.forms.record.STATES_VERSION`) that stands in
every record, and vectors (docs/vectors/states.json); docs/ledger.md says it for other languages.

1. The events are those of one consent, ordered by their **number in the label**: the log's order,
   never a clock's. An event with a number already seen is the same event again.
2. An event's time is its ``event_time``, but never before the time of the event numbered below,
   and never after ``at``: clocks that run wrong move nothing past anything.
3. The consent is the first ``consent_given``; events before it, and of other consents, are not
   about it. Without one the state is ``refused`` if a refusal is there, else ``unknown``.
4. Each use counts, late ones too, whatever the state. The first withdrawal is the withdrawal.
5. The withdrawal opens the duties to stop (three days) and to erase (ten days); a deletion request
   the duty to erase, unless one is open. An acknowledgement closes the duty to stop, an erasure
   the duty to erase; what a law retains moves the duty to erase to the day the law lets go.
6. A consent has ended when it was withdrawn; else when ``until`` is reached or ``consent_expired``
   was written; else when its uses are used up. The state of one that has not is ``active``.
7. The state of an ended one is ``erased`` or ``retained`` when an erasure or retention was written
   after the last use, withdrawal and deletion request (an erasure is not taken back by a
   retention); else ``stopped`` when a withdrawal was acknowledged, ``withdrawn``, ``expired`` or
   ``used_up``.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from consent.forms.course import ERASE_TIME, STOP_TIME, Course
from consent.forms.cycles import next_cycle
from consent.forms.record import STATES_VERSION, ConsentRecord
from consent.forms.standing import ConsentState, Duty, DutyKind, NumberedRecord, Standing
from consent.forms.terms import Terms
from consent.forms.using import check_use

__all__ = [
    "ERASE_TIME",
    "STATES_VERSION",
    "STOP_TIME",
    "ConsentState",
    "Duty",
    "DutyKind",
    "NumberedRecord",
    "Standing",
    "check_use",
    "fold",
    "of_consent",
]


def fold(events: Sequence[NumberedRecord], terms: Terms | None, *, at: datetime) -> Standing:
    """Return how one consent stands at ``at``, by the rule above.

    ``events`` are those of its label, or of it alone; ``terms`` those it was given on, None for a
    party that showed none: then it was for a single use.
    """
    course = Course()
    for record, time in _timed(events, at):
        course.take(record, time)
    if course.given_at is None:
        state = ConsentState.REFUSED if course.refused else ConsentState.UNKNOWN
        return Standing(state, course.uses, 0, None, (), at)
    limit = _limit(terms)
    state = _state(course, terms, limit, at)
    is_active = state is ConsentState.ACTIVE
    return Standing(
        state=state,
        uses=course.uses,
        uses_left=_left(limit, course.uses) if is_active else 0,
        next_use_at=_next_use(course, terms) if is_active else None,
        duties=tuple(owed.as_of(at) for owed in course.owed),
        at=at,
    )


def of_consent(events: Iterable[NumberedRecord], consent_id: str) -> tuple[NumberedRecord, ...]:
    """Return the events of one consent out of all of a label."""
    return tuple(event for event in events if event.record.consent_id == consent_id)


def _timed(
    events: Sequence[NumberedRecord], at: datetime
) -> Iterable[tuple[ConsentRecord, datetime]]:
    """Yield each event once, in the log's order, with the time that counts."""
    by_number = {event.number: event.record for event in reversed(events)}
    time: datetime | None = None
    for _, record in sorted(by_number.items(), key=lambda item: item[0]):
        said = min(record.event_time, at)
        time = said if time is None else max(time, said)
        yield record, time


def _state(course: Course, terms: Terms | None, limit: int | None, at: datetime) -> ConsentState:
    ended = _ended(course, terms, limit, at)
    if ended is None:
        return ConsentState.ACTIVE
    return course.answer or ended


def _ended(
    course: Course, terms: Terms | None, limit: int | None, at: datetime
) -> ConsentState | None:
    """Return how the consent ended, None while it has not."""
    if course.is_withdrawn:
        return ConsentState.STOPPED if course.is_acknowledged else ConsentState.WITHDRAWN
    is_over = terms is not None and terms.until is not None and at >= terms.until
    if is_over or course.is_expired:
        return ConsentState.EXPIRED
    return ConsentState.USED_UP if limit is not None and course.uses >= limit else None


def _limit(terms: Terms | None) -> int | None:
    return 1 if terms is None else terms.uses


def _left(limit: int | None, uses: int) -> int | None:
    return None if limit is None else max(0, limit - uses)


def _next_use(course: Course, terms: Terms | None) -> datetime | None:
    periodic = None if terms is None else terms.periodic
    if periodic is None or course.last_use_at is None or course.given_at is None:
        return None
    return next_cycle(course.given_at, periodic.cycle, last=course.last_use_at)
