"""A presented original under seal, and the book of those who read it.

SECURITY P13: a raw presentation is never kept, unless the purpose registered that a law has it
kept. Then it lies under the institution's own key until that law's time is over, and each
reading is written down before anything is shown.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from keys.json_value import JsonValue


@dataclass(frozen=True, slots=True)
class SealedOriginal:
    """One original; ``sealed`` opens with the institution's key for this very transaction."""

    transaction_id: str
    party: str
    purpose: str
    kept_at: datetime
    kept_until: datetime
    sealed: bytes


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: a person by the sign-in name, and the institution the person acts for."""

    party: str
    person: str


@dataclass(frozen=True, slots=True)
class Reading:
    """That somebody read an original; ``reason_sealed`` is what the person gave for it."""

    id: str
    transaction_id: str
    party: str
    person: str
    reason_sealed: bytes
    read_at: datetime


@dataclass(frozen=True, slots=True)
class Original:
    """What was shown: certificates in their result form, and the very text of each presentation.

    ``credentials`` is empty where a desk without network had read a code itself.
    """

    transaction_id: str
    credentials: tuple[JsonValue, ...]
    presentations: tuple[str, ...]


class OriginalStore(Protocol):
    """Where originals are kept; the book of readings outlives them."""

    async def keep_original(self, original: SealedOriginal) -> None:
        """Keep one; one that is there already stays."""
        ...

    async def original(self, transaction_id: str) -> SealedOriginal | None:
        """Return one, None when there is none (any more)."""
        ...

    async def originals(self, party: str | None, limit: int) -> tuple[SealedOriginal, ...]:
        """Return those of verified transactions, of one party or of all, the latest first."""
        ...

    async def note_reading(self, reading: Reading) -> None:
        """Write a reading down; nothing is ever taken out of the book."""
        ...

    async def reading(self, reading_id: str) -> Reading | None:
        """Return one reading, None when nobody read under that number."""
        ...

    async def readings(self, party: str | None, limit: int) -> tuple[Reading, ...]:
        """Return the readings of one party's originals or of all, the latest first."""
        ...

    async def forget_originals(self, *, ended_before: datetime) -> None:
        """Destroy those whose law has had its time before this."""
        ...
