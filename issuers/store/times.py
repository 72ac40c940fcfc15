"""Times as they are stored: whole seconds since 1970, UTC."""

from datetime import UTC, datetime


def seconds(when: datetime) -> int:
    """Return a time as it is stored; parts of a second are cut."""
    return int(when.timestamp())


def moment(stored: int) -> datetime:
    """Return a stored time."""
    return datetime.fromtimestamp(stored, UTC)
