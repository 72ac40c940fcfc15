"""Choices that look random and are the same every time: a few streams per household.

Each stream depends on the seed, the household's number and the subject alone, so any household can
be made without the others: in batches, in another process, in constant memory. A subject with a
stream of its own can be added later and changes nobody who was there before.
"""

import hashlib
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TypeVar

T = TypeVar("T")

# Three octets a draw: a bias of limit / 2^24, invisible for lists and percentages.
_OCTETS = 3
_RANGE = 1 << 8 * _OCTETS
# Enough for a large household; a stream that runs dry is continued.
_BLOCK = 1024


class Draws:
    """A stream of choices for one household. Not for secrets: everyone can repeat it.

    ``subject`` names what is drawn: empty for who lives there, else something about them.
    """

    __slots__ = ("_at", "_block", "_name", "_octets")

    def __init__(self, seed: int, household: int, subject: str = "") -> None:
        self._name = f"{seed}/{household}{subject and '/'}{subject}"
        self._block = 0
        self._refill()

    def _refill(self) -> None:
        name = f"{self._name}/{self._block}".encode()
        self._octets = hashlib.shake_128(name).digest(_BLOCK)
        self._block += 1
        self._at = 0

    def below(self, limit: int) -> int:
        """Return a whole number from 0 to ``limit`` - 1; ``limit`` is at most 2^24."""
        if self._at + _OCTETS > _BLOCK:
            self._refill()
        end = self._at + _OCTETS
        drawn = int.from_bytes(self._octets[self._at : end], "big")
        self._at = end
        return drawn * limit // _RANGE

    def between(self, first: int, last: int) -> int:
        """Return a whole number from ``first`` to ``last``, both possible."""
        return first + self.below(last - first + 1)

    def choice(self, options: Sequence[T]) -> T:
        """Return one of ``options``, all equally likely."""
        return options[self.below(len(options))]

    def one_in(self, count: int) -> bool:
        """Return True once in ``count`` draws."""
        return self.below(count) == 0

    def digits(self, count: int) -> str:
        """Return ``count`` (up to 7) decimal digits."""
        return f"{self.below(10**count):0{count}d}"

    def day_before(self, day: date, least: int, most: int) -> date:
        """Return a day ``least`` to ``most`` days before ``day``."""
        return day - timedelta(days=self.between(least, most))

    def day_after(self, day: date, least: int, most: int) -> date:
        """Return a day ``least`` to ``most`` days after ``day``."""
        return day + timedelta(days=self.between(least, most))
