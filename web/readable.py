"""Times, days and sums as a person reads them, in the language of the page.

Korean as the rules for official documents write them: ``2026. 11. 22. 14:05``.
"""

import re
from datetime import date, datetime, timedelta, timezone
from typing import Final

from web.language import Language

# The authorities and the people are there; their days begin and end by its clock.
KOREA: Final = timezone(timedelta(hours=9))
NO_DAY: Final = "-"
# How its first three octets, 0xffd8ff, begin in base64url.
_JPEG: Final = "_9j_"
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_MONTHS: Final = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)


def day(value: date | str | None, language: Language) -> str:
    """Return a day; a moment is taken as the day in Korea, a dash for none."""
    if value is None or value == "":
        return NO_DAY
    found = _day_of(value)
    match language:
        case Language.KOREAN:
            return f"{found.year}. {found.month}. {found.day}."
        case Language.JAPANESE:
            return f"{found.year}年{found.month}月{found.day}日"
        case Language.ENGLISH:
            return f"{found.day} {_MONTHS[found.month - 1]} {found.year}"


def moment(value: datetime | str, language: Language) -> str:
    """Return a time (an aware datetime or ISO 8601) in Korea, to the minute."""
    at = _moment_of(value)
    joint = ", " if language is Language.ENGLISH else " "
    return f"{day(at.date(), language)}{joint}{at:%H:%M}"


def last_day(value: datetime | str | None, language: Language) -> str:
    """Return the last whole day before a time in Korea, a dash for no end."""
    if value is None:
        return NO_DAY
    return day((_moment_of(value) - timedelta(seconds=1)).date(), language)


def won(amount: int | str, language: Language) -> str:
    """Return a sum of money."""
    digits = f"{int(amount):,}"
    match language:
        case Language.KOREAN:
            return f"{digits}원"
        case Language.JAPANESE:
            return f"{digits}ウォン"
        case Language.ENGLISH:
            return f"{digits} won"


def day_in(text: str) -> date | None:
    """Return the day that a text is (``YYYY-MM-DD`` and nothing else), None for other texts."""
    if _DAY.fullmatch(text) is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def is_picture(text: str) -> bool:
    """Tell whether a text is a picture: nobody reads a JPEG's octets in base64url."""
    return text.startswith(_JPEG)


def _day_of(value: date | str) -> date:
    if isinstance(value, str):
        plain = day_in(value)
        return _moment_of(value).date() if plain is None else plain
    return value.astimezone(KOREA).date() if isinstance(value, datetime) else value


def _moment_of(value: datetime | str) -> datetime:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment.astimezone(KOREA)
