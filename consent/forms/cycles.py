"""One use in every cycle: cycles are counted from the consent, so that none drifts.

The n-th begins n cycles after the consent, by the calendar: a consent of 31 January with a cycle
of a month has cycles from 28 February, 31 March, 30 April. Counted from the last use instead, each
late use would move all that follow, and 31 January would become the 28th for ever.
"""

from datetime import datetime

from consent.forms.duration import after


def next_cycle(start: datetime, cycle: str, *, last: datetime) -> datetime:
    """Return when the cycle after that of ``last`` begins; ``start`` is the consent's time.

    A cycle that lets no time pass has no second one: then ``last`` itself is returned, and nothing
    waits (`Terms.check_complete` refuses such terms).
    """
    if after(start, cycle) <= start:
        return last
    passed = _passed(start, cycle, last)
    return after(start, cycle, times=passed + 1)


def _passed(start: datetime, cycle: str, last: datetime) -> int:
    """Return how many whole cycles lie between; found by halving, for cycles may be seconds."""
    high = 1
    while after(start, cycle, times=high) <= last:
        high *= 2
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        if after(start, cycle, times=middle) <= last:
            low = middle
        else:
            high = middle
    return low
