"""Randomness as an argument: rules ask for octets, the caller says where they come from."""

import os
from collections.abc import Callable
from typing import Final, TypeAlias

# Returns as many unpredictable octets as asked for.
Entropy: TypeAlias = Callable[[int], bytes]

SYSTEM_ENTROPY: Final[Entropy] = os.urandom

# Some hundred salts: a call of the system for each would cost more than they do.
_POOL_OCTETS: Final = 1 << 16


class Pool:
    """Octets drawn from ``entropy`` many at once and given out once each: an `Entropy` itself."""

    __slots__ = ("_at", "_block", "_entropy")

    def __init__(self, entropy: Entropy) -> None:
        self._entropy = entropy
        self._block, self._at = b"", 0

    def __call__(self, count: int) -> bytes:
        """Return ``count`` octets that nobody was given before."""
        end = self._at + count
        if end > len(self._block):
            self._block, self._at = self._entropy(max(count, _POOL_OCTETS)), 0
            end = count
        given, self._at = self._block[self._at : end], end
        return given
