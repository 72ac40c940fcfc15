"""How old the trust list is, as a person says it ("12분 전")."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

_MINUTE: Final = timedelta(minutes=1)
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Age:
    """``text`` names the words, ``count`` is the number in them."""

    text: str
    count: int


def age_of(age: timedelta) -> Age:
    """Return the largest unit that says it; a clock behind the list's own is "just now"."""
    if age < _MINUTE:
        return Age("age_now", 0)
    if age < _HOUR:
        return Age("age_minutes", age // _MINUTE)
    if age < _DAY:
        return Age("age_hours", age // _HOUR)
    return Age("age_days", age // _DAY)
