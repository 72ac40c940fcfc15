"""How often one submitter may append: a fixed number a minute, counted in this process."""

from datetime import datetime

from consent.errors import ConsentError, ConsentFailure

# One desk that serves somebody every second; a flood stops a hundred times below what we can.
ENTRIES_PER_MINUTE = 600

_MINUTE = 60


class Quota:
    """Counts by submitter, forgotten every minute, so memory is bounded by a minute's traffic."""

    def __init__(self, per_minute: int = ENTRIES_PER_MINUTE) -> None:
        self._per_minute = per_minute
        self._minute = 0
        self._counts: dict[str, int] = {}

    def take(self, submitter: str, *, now: datetime) -> None:
        """Count one entry, or raise `ConsentError` (quota_exceeded)."""
        minute = int(now.timestamp()) // _MINUTE
        if minute != self._minute:
            self._minute = minute
            self._counts.clear()
        count = self._counts.get(submitter, 0)
        if count >= self._per_minute:
            raise ConsentError(
                ConsentFailure.QUOTA_EXCEEDED,
                f"{self._per_minute} entries a minute are allowed; try again in a minute",
            )
        self._counts[submitter] = count + 1
