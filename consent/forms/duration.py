"""When an ISO 8601 duration is over: retention periods and cycles of standing consents.

Years and months are of the calendar, as laws and people count them; a day that the month reached
does not have is its last one (a year after 29 February is 28 February). Months are counted first,
then days, then hours.
"""

import calendar
import re
from datetime import datetime, timedelta
from typing import Final

_PARTS: Final = re.compile(
    r"P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?",
    re.ASCII,
)
_MONTHS: Final = 12


def after(instant: datetime, duration: str, *, times: int = 1) -> datetime:
    """Return ``instant`` plus a duration that `Fields.duration` has read, such as ``P5Y``.

    ``times`` it from the same start: twelve months after 31 January is 31 January again, while a
    month after a month after it would have lost the days that February does not have.
    What lies beyond the calendar is its end: nobody promises anything for the year 10,000.
    """
    match = _PARTS.fullmatch(duration)
    if match is None:
        raise ValueError("an ISO 8601 duration was expected")
    count = {name: times * int(digits or 0) for name, digits in match.groupdict().items()}
    try:
        reached = _months_after(instant, count["years"] * _MONTHS + count["months"])
        return reached + timedelta(
            **{name: count[name] for name in ("weeks", "days", "hours", "minutes", "seconds")}
        )
    except (OverflowError, ValueError):
        return datetime.max.replace(tzinfo=instant.tzinfo, microsecond=0)


def _months_after(instant: datetime, months: int) -> datetime:
    year, month = divmod(instant.year * _MONTHS + instant.month - 1 + months, _MONTHS)
    last = calendar.monthrange(year, month + 1)[1]
    return instant.replace(year=year, month=month + 1, day=min(instant.day, last))
