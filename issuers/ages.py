"""Ages by the calendar (만 나이), and when one comes of age."""

from datetime import date
from typing import Final

# 민법 제4조: one comes of age at nineteen.
ADULT: Final = 19


def age_on(day: date, born_on: date) -> int:
    """Return the completed years of life; a birthday on 29 February is reached on 1 March."""
    before_birthday = (day.month, day.day) < (born_on.month, born_on.day)
    return day.year - born_on.year - before_birthday
