"""The published fold of events into a state: order, clocks, ends, duties, what it never does."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.errors import ConsentError, ConsentFailure
from consent.forms.cycles import next_cycle
from consent.forms.reason import Reason
from consent.forms.record import Asked, ConsentRecord, EventState
from consent.forms.states import (
    ERASE_TIME,
    STOP_TIME,
    ConsentState,
    DutyKind,
    NumberedRecord,
    Standing,
    check_use,
    fold,
    of_consent,
)
from consent.forms.terms import Periodic, Terms
from tests.consent.world import NOW, record_example, terms_example

DAY = timedelta(days=1)
KEPT_UNTIL = NOW + timedelta(days=400)

GIVEN = EventState.GIVEN
USED = EventState.USED
WITHDRAWN = EventState.WITHDRAWN
ACKNOWLEDGED = EventState.ACKNOWLEDGED
ERASED = EventState.ERASED
RETAINED = EventState.RETAINED
ASKED_TO_DELETE = EventState.DELETION_REQUESTED


def terms(**changes: Any) -> Terms:
    """Return terms of a single use; ``changes`` says otherwise."""
    return replace(terms_example(), **({"periodic": None, "uses": 1, "until": None} | changes))


def event(number: int, state: EventState, at: datetime = NOW) -> NumberedRecord:
    is_retained = state is RETAINED
    record = replace(
        record_example(state=state),
        event_time=at,
        reason=Reason.TRANSMISSION_RECORD if is_retained else None,
        kept_until=KEPT_UNTIL if is_retained else None,
    )
    return NumberedRecord(number, record)


def course(*states: EventState) -> tuple[NumberedRecord, ...]:
    """Return one event a day, in this order."""
    return tuple(event(number, state, NOW + number * DAY) for number, state in enumerate(states))


def standing(*states: EventState, at: datetime | None = None, **changes: Any) -> Standing:
    return fold(course(*states), terms(**changes), at=at or NOW + 20 * DAY)


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ((), ConsentState.UNKNOWN),
        ((USED,), ConsentState.UNKNOWN),
        ((EventState.REFUSED,), ConsentState.REFUSED),
        ((EventState.REFUSED, GIVEN), ConsentState.ACTIVE),
        ((GIVEN,), ConsentState.ACTIVE),
        ((GIVEN, EventState.LOOKED_UP, EventState.OVERDUE), ConsentState.ACTIVE),
        ((GIVEN, USED), ConsentState.USED_UP),
        ((GIVEN, EventState.USED_LATE), ConsentState.USED_UP),
        ((GIVEN, EventState.EXPIRED), ConsentState.EXPIRED),
        ((GIVEN, WITHDRAWN), ConsentState.WITHDRAWN),
        ((GIVEN, USED, WITHDRAWN), ConsentState.WITHDRAWN),
        ((GIVEN, ACKNOWLEDGED, WITHDRAWN), ConsentState.WITHDRAWN),
        ((GIVEN, WITHDRAWN, ACKNOWLEDGED), ConsentState.STOPPED),
        ((GIVEN, WITHDRAWN, ACKNOWLEDGED, ERASED), ConsentState.ERASED),
        ((GIVEN, WITHDRAWN, ERASED, ACKNOWLEDGED), ConsentState.ERASED),
        ((GIVEN, WITHDRAWN, ACKNOWLEDGED, RETAINED), ConsentState.RETAINED),
        ((GIVEN, WITHDRAWN, RETAINED, ERASED), ConsentState.ERASED),
        ((GIVEN, WITHDRAWN, ERASED, RETAINED), ConsentState.ERASED),
        ((GIVEN, WITHDRAWN, ERASED, USED), ConsentState.WITHDRAWN),
        ((GIVEN, USED, ERASED), ConsentState.ERASED),
        ((GIVEN, USED, ERASED, WITHDRAWN), ConsentState.WITHDRAWN),
        ((GIVEN, USED, ASKED_TO_DELETE), ConsentState.USED_UP),
        ((GIVEN, USED, ASKED_TO_DELETE, ERASED), ConsentState.ERASED),
        ((GIVEN, ASKED_TO_DELETE, ERASED), ConsentState.ACTIVE),
        ((GIVEN, GIVEN, WITHDRAWN, GIVEN), ConsentState.WITHDRAWN),
    ],
)
def test_events_make_a_state(states: Sequence[EventState], expected: ConsentState) -> None:
    """
    Every course of a consent has one state, and everybody gets the same.
    """
    assert expected is standing(*states).state


def test_uses_are_counted_and_left() -> None:
    """
    Of twelve, two are used; without a count nothing is left to count; after the end nothing is.
    """
    counted = standing(GIVEN, USED, EventState.USED_LATE, uses=12)
    open_ended = standing(GIVEN, USED, uses=None, until=NOW + 30 * DAY)
    over = standing(GIVEN, USED, WITHDRAWN, uses=12)

    assert (2, 10) == (counted.uses, counted.uses_left)
    assert (1, None) == (open_ended.uses, open_ended.uses_left)
    assert (1, 0) == (over.uses, over.uses_left)
    once = fold(course(GIVEN, USED), None, at=NOW + DAY)
    assert (ConsentState.USED_UP, 0) == (once.state, once.uses_left)


def test_until_ends_at_its_very_second() -> None:
    """
    A moment before it is active, at that moment it has expired.
    """
    until = NOW + 5 * DAY
    second = timedelta(seconds=1)

    assert ConsentState.ACTIVE is standing(GIVEN, until=until, at=until - second).state
    assert ConsentState.EXPIRED is standing(GIVEN, until=until, at=until).state


def test_withdrawal_has_to_be_followed_in_time() -> None:
    """
    Three days to stop, ten to erase; what was done late stays overdue.
    """
    withdrawn_at = NOW + DAY
    open_, closed = (
        standing(GIVEN, WITHDRAWN, at=withdrawn_at + STOP_TIME),
        standing(GIVEN, WITHDRAWN, ACKNOWLEDGED, ERASED),
    )
    late = standing(GIVEN, WITHDRAWN, at=withdrawn_at + ERASE_TIME + DAY)

    assert [(DutyKind.STOP, withdrawn_at + STOP_TIME, None, False)] == [
        (duty.kind, duty.due_at, duty.done_at, duty.overdue) for duty in open_.duties[:1]
    ]
    assert [NOW + 2 * DAY, NOW + 3 * DAY] == [duty.done_at for duty in closed.duties]
    assert [True, True] == [duty.overdue for duty in late.duties]
    answered_late = fold(
        (*course(GIVEN, WITHDRAWN), event(9, ACKNOWLEDGED, withdrawn_at + 2 * STOP_TIME)),
        terms(),
        at=NOW + 30 * DAY,
    )
    assert answered_late.duties[0].overdue


def test_a_deletion_request_asks_for_erasure_alone() -> None:
    """
    The consent goes on; a second request while one is open changes nothing, a later one does.
    """
    one = standing(GIVEN, ASKED_TO_DELETE, ASKED_TO_DELETE)
    two = standing(GIVEN, ASKED_TO_DELETE, ERASED, ASKED_TO_DELETE)
    both = standing(GIVEN, ASKED_TO_DELETE, WITHDRAWN)

    assert [DutyKind.ERASE] == [duty.kind for duty in one.duties]
    assert NOW + DAY == one.duties[0].since
    assert [NOW + 2 * DAY, None] == [duty.done_at for duty in two.duties]
    assert [DutyKind.ERASE, DutyKind.STOP] == [duty.kind for duty in both.duties]


def test_what_a_law_retains_is_due_when_the_law_lets_go() -> None:
    """
    The day stands in the record; until then nothing is overdue, afterwards it is.
    """
    kept = standing(GIVEN, WITHDRAWN, ACKNOWLEDGED, RETAINED, at=KEPT_UNTIL)
    forgotten = standing(GIVEN, WITHDRAWN, ACKNOWLEDGED, RETAINED, at=KEPT_UNTIL + DAY)

    assert (KEPT_UNTIL, None, False) == (
        kept.duties[1].due_at,
        kept.duties[1].done_at,
        kept.duties[1].overdue,
    )
    assert forgotten.duties[1].overdue


def test_another_consents_events_are_not_about_this_one() -> None:
    """
    A label holds many consents; each is folded by its own events.
    """
    other = str(uuid.UUID(int=0x9999, version=4))
    withdrawn = event(2, WITHDRAWN)
    foreign = replace(withdrawn, record=replace(withdrawn.record, consent_id=other))
    events = (*course(GIVEN), foreign)

    assert ConsentState.ACTIVE is fold(events, terms(), at=NOW + 9 * DAY).state
    assert (foreign,) == of_consent(events, other)


def test_cycles_are_counted_from_the_consent_and_do_not_drift() -> None:
    """
    31 January, monthly: 29 February, 31 March, 30 April; and seconds as well as years.
    """
    start = datetime(2028, 1, 31, 9, tzinfo=UTC)
    begins = [
        next_cycle(start, "P1M", last=start + timedelta(days=days)) for days in (0, 28, 29, 61, 95)
    ]

    assert [(2, 29), (2, 29), (3, 31), (4, 30), (5, 31)] == [(at.month, at.day) for at in begins]
    assert start + timedelta(seconds=1001) == next_cycle(
        start, "PT1S", last=start + timedelta(seconds=1000)
    )
    assert start == next_cycle(start, "P0D", last=start)


def test_a_periodic_consent_waits_for_its_next_cycle() -> None:
    """
    One use a month: the second in the same month is too early, in the next it is not.
    """
    monthly = {"periodic": Periodic("P1M"), "uses": 12}
    used = standing(GIVEN, USED, at=NOW + 3 * DAY, **monthly)
    consent, use = event(0, GIVEN).record, event(2, USED).record

    assert standing(GIVEN, at=NOW, **monthly).next_use_at is None
    assert NOW.replace(month=12) == used.next_use_at
    assert ConsentFailure.USE_TOO_EARLY == refusal(used, consent, use)
    check_use(replace(used, at=NOW.replace(month=12)), consent, use)


def refusal(of: Standing, consent: ConsentRecord, use: ConsentRecord) -> ConsentFailure:
    with pytest.raises(ConsentError) as caught:
        check_use(of, consent, use)
    return caught.value.failure


@pytest.mark.parametrize(
    ("states", "failure"),
    [
        ((), ConsentFailure.CONSENT_UNKNOWN),
        ((EventState.REFUSED,), ConsentFailure.CONSENT_UNKNOWN),
        ((GIVEN, USED), ConsentFailure.CONSENT_USED_UP),
        ((GIVEN, EventState.EXPIRED), ConsentFailure.CONSENT_EXPIRED),
        ((GIVEN, WITHDRAWN), ConsentFailure.CONSENT_WITHDRAWN),
        ((GIVEN, WITHDRAWN, ACKNOWLEDGED), ConsentFailure.CONSENT_WITHDRAWN),
        ((GIVEN, WITHDRAWN, ERASED), ConsentFailure.CONSENT_WITHDRAWN),
        ((GIVEN, WITHDRAWN, RETAINED), ConsentFailure.CONSENT_WITHDRAWN),
    ],
)
def test_a_consent_that_does_not_stand_allows_no_use(
    states: Sequence[EventState], failure: ConsentFailure
) -> None:
    """
    Once is once; after withdrawal, end or refusal there is no use.
    """
    consent, use = event(0, GIVEN).record, event(1, USED).record

    assert failure == refusal(standing(*states), consent, use)


def test_a_late_use_is_written_down_where_a_new_one_is_refused() -> None:
    """
    What has happened is better seen than hidden; only what no consent covers stays out.
    """
    consent, late = event(0, GIVEN).record, event(1, EventState.USED_LATE).record

    for states in ((GIVEN, WITHDRAWN), (GIVEN, USED), (GIVEN, EventState.EXPIRED)):
        check_use(standing(*states), consent, late)
    early = standing(GIVEN, USED, at=NOW + 2 * DAY, periodic=Periodic("P1M"), uses=2)
    check_use(early, consent, late)
    assert ConsentFailure.CONSENT_UNKNOWN == refusal(standing(), consent, late)


@pytest.mark.parametrize(
    ("changes", "failure"),
    [
        pytest.param({"label": bytes([1]) * 32}, ConsentFailure.CONSENT_UNKNOWN, id="label"),
        pytest.param({"consent_id": None}, ConsentFailure.CONSENT_UNKNOWN, id="no consent"),
        pytest.param({"controller": "other"}, ConsentFailure.BEYOND_CONSENT, id="party"),
        pytest.param({"terms_sha256": bytes(32)}, ConsentFailure.BEYOND_CONSENT, id="terms"),
        pytest.param({"disclosed": ("income",)}, ConsentFailure.BEYOND_CONSENT, id="claim"),
        pytest.param({"disclosed": ("members",)}, ConsentFailure.BEYOND_CONSENT, id="parent"),
        pytest.param({"disclosed": ("a\\",)}, ConsentFailure.BEYOND_CONSENT, id="no path"),
        pytest.param({"disclosed": (r"members\.0",)}, ConsentFailure.BEYOND_CONSENT, id="escaped"),
        pytest.param({"types": ("https://i/t/2",)}, ConsentFailure.BEYOND_CONSENT, id="type"),
        pytest.param(
            {"types": ("https://i/1.2",)}, ConsentFailure.BEYOND_CONSENT, id="below type"
        ),
    ],
)
def test_a_use_beyond_what_was_agreed_is_refused(
    changes: dict[str, Any], failure: ConsentFailure
) -> None:
    """
    Another party, other terms, a claim more, another certificate: that was not consented to.
    """
    consent = replace(
        event(0, GIVEN).record,
        asked=Asked((), (), ("members.*.name", "address"), ("https://i/1",)),
    )
    use = replace(
        event(1, USED).record,
        asked=Asked((), (), ("members.0.name", "address.city"), ("https://i/1",)),
    )
    active = standing(GIVEN)

    check_use(active, consent, use)
    assert failure == refusal(active, consent, _changed(use, changes))


def _changed(use: ConsentRecord, changes: dict[str, Any]) -> ConsentRecord:
    match changes:
        case {"controller": str(party)}:
            return replace(use, controller=replace(use.controller, id=party))
        case {"terms_sha256": bytes(octets)}:
            return replace(use, evidence=replace(use.evidence, terms_sha256=octets))
        case {"disclosed": tuple(paths)}:
            return replace(use, asked=replace(use.asked, disclosed=paths))
        case {"types": tuple(types)}:
            return replace(use, asked=replace(use.asked, credential_types=types))
        case _:
            return replace(use, **changes)


STATES = st.sampled_from(sorted(EventState))
OFFSETS = st.integers(min_value=-40, max_value=40)
EVENTS = st.lists(st.tuples(STATES, OFFSETS), max_size=8).map(
    lambda pairs: tuple(
        event(number, state, NOW + offset * DAY) for number, (state, offset) in enumerate(pairs)
    )
)
SOME_TERMS = st.builds(
    terms,
    uses=st.sampled_from([None, 1, 3]),
    until=st.sampled_from([None, NOW + 10 * DAY]),
    periodic=st.sampled_from([None, Periodic("P7D")]),
)
AT = st.integers(min_value=0, max_value=60).map(lambda days: NOW + days * DAY)


@given(EVENTS, SOME_TERMS, AT, st.randoms(use_true_random=False))
def test_the_numbers_order_and_nothing_else(
    events: tuple[NumberedRecord, ...], agreed: Terms, at: datetime, shuffled: Any
) -> None:
    """
    However the events were handed over, and however often, the state is the same (H96).
    """
    expected = fold(events, agreed, at=at)
    mixed = [*events, *events[:2]]
    shuffled.shuffle(mixed)

    assert expected == fold(mixed, agreed, at=at)


@given(EVENTS, SOME_TERMS, AT)
def test_a_clock_that_runs_wrong_moves_nothing_past_anything(
    events: tuple[NumberedRecord, ...], agreed: Terms, at: datetime
) -> None:
    """
    H96: no event counts before its predecessor or after now, so every duty begins by then.
    """
    stands = fold(events, agreed, at=at)

    for duty in stands.duties:
        assert duty.since <= at
        assert duty.done_at is None or duty.since <= duty.done_at <= at
    future = tuple(
        replace(each, record=replace(each.record, event_time=at + 900 * DAY)) for each in events
    )
    now = tuple(replace(each, record=replace(each.record, event_time=at)) for each in events)
    assert fold(now, agreed, at=at) == fold(future, agreed, at=at)


@given(EVENTS, EVENTS, SOME_TERMS, AT)
def test_a_withdrawn_consent_never_becomes_active(
    before: tuple[NumberedRecord, ...],
    after: tuple[NumberedRecord, ...],
    agreed: Terms,
    at: datetime,
) -> None:
    """
    Whatever is written after a withdrawal, no use is allowed again; uses only grow.
    """
    later = tuple(replace(each, number=each.number + 20) for each in after)
    withdrawn = (event(-1, GIVEN), *before, event(10, WITHDRAWN))
    stands = fold((*withdrawn, *later), agreed, at=at)

    assert stands.state in {
        ConsentState.WITHDRAWN,
        ConsentState.STOPPED,
        ConsentState.ERASED,
        ConsentState.RETAINED,
    }
    assert 0 == stands.uses_left
    assert fold(withdrawn, agreed, at=at).uses <= stands.uses


@given(EVENTS, SOME_TERMS, AT, st.integers(min_value=0, max_value=60))
def test_what_has_ended_stays_ended(
    events: tuple[NumberedRecord, ...], agreed: Terms, at: datetime, days: int
) -> None:
    """
    Time alone gives nothing back: without new events an ended consent stays ended.
    """
    now, later = fold(events, agreed, at=at), fold(events, agreed, at=at + days * DAY)

    if now.state not in {ConsentState.ACTIVE, ConsentState.UNKNOWN, ConsentState.REFUSED}:
        assert ConsentState.ACTIVE is not later.state
    assert len(now.duties) == len(later.duties)
