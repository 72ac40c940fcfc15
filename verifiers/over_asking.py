"""Attempts to ask for more than is registered: refused, and kept to be counted (DESIGN 3, T30).

Nobody has been asked yet, so there is no pair and no label: what stands here is about the relying
party alone.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class RefusedAsking:
    """One attempt: whose, for which purpose, and the claim paths (dotted) it asked for."""

    party: str
    purpose: str
    asked: tuple[str, ...]
    refused_at: datetime


class RefusedAskings(Protocol):
    """Where attempts are kept."""

    async def note_refused(self, asking: RefusedAsking) -> None:
        """Keep one attempt."""
        ...

    async def refused(self, limit: int) -> tuple[RefusedAsking, ...]:
        """Return the latest attempts, the last first."""
        ...
