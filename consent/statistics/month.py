"""A month of the statistics as it is kept, and what keeps it."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Month:
    """A month such as ``2026-11``: its entries ``[first, last)``; open while ``sheet`` is None."""

    month: str
    first: int
    last: int | None
    sheet: str | None


class MonthStore(Protocol):
    """The months, kept."""

    async def all(self) -> list[Month]:
        """Return every month, the first one first; only the last can be open."""
        ...

    async def open(self, month: str, first: int) -> None:
        """Open a month, unless another process has."""
        ...

    async def close(self, month: str, last: int, sheet: str) -> None:
        """Close a month with its signed sheet, unless another process has."""
        ...
