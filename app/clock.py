"""The one place where the wall clock is read; everything else is told the time."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)  # noqa: TID251  # the clock that all others are given
