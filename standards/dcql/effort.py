"""What one evaluation may cost: counted in steps, never timed, so that it is the same everywhere.

The limits of a query and of what is held are each harmless; multiplied they are not. So whoever
holds a thousand certificates is not made to look through all of them a thousand times (H49).
"""

from typing import Final

from standards.dcql.errors import over_limit

# About a second. A thousand like certificates against twenty queries of three claims take a
# tenth of it.
MAX_EFFORT: Final = 1_000_000


class Effort:
    """Counts the steps of one evaluation: values looked at, certificates compared, paths named."""

    def __init__(self, limit: int = MAX_EFFORT) -> None:
        self._left = limit
        self._limit = limit

    @property
    def spent(self) -> int:
        """The steps taken so far."""
        return self._limit - self._left

    def spend(self, steps: int) -> None:
        """Count steps that are about to be taken, or raise `DcqlError` (limit)."""
        self._left -= steps
        if self._left < 0:
            raise over_limit("the query asks for more than can be looked up at once")
