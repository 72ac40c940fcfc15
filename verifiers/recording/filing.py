"""Entries this relying party owes the ledger: written down first, sent until they are there.

An entry is prepared once, record and salt, and kept sealed; sent again it is the same entry under
the same idempotency key, so neither a crash nor a lost answer makes it two (H56). The ledger may
be away for days: what is owed waits, and shows as overdue when its time is over.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from consent.forms.entry import EntryType
from keys import base64url

# The first retry comes soon, for a ledger that restarts; then ever later, up to once an hour.
FIRST_RETRY: Final = timedelta(seconds=10)
LAST_RETRY: Final = timedelta(hours=1)
_DOUBLINGS: Final = 9


@dataclass(frozen=True, slots=True)
class Filing:
    """One entry that is owed. ``id`` is its idempotency key, the same for the same duty.

    ``subject`` names what it is about: a transaction, or a consent. ``sealed`` is what will be
    sent (`verifiers.recording.draft`). ``due_at`` is when it counts as overdue, None where no
    law says so.
    """

    id: str
    party: str
    type: EntryType
    subject: str
    sealed: bytes
    created_at: datetime
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FilingState:
    """How far one got: ``tries`` in vain, the ledger's last ``refusal``, and the sealed receipt.

    ``refusal`` stays None while the ledger is only away; it is set when the ledger said no.
    """

    filing: Filing
    tries: int = 0
    refusal: str | None = None
    filed_at: datetime | None = None
    receipt_sealed: bytes | None = None


@dataclass(frozen=True, slots=True)
class LateCounts:
    """Late uses the ledger does not have yet: all, those overdue, and those it refused."""

    waiting: int
    overdue: int
    refused: int


class Filings(Protocol):
    """Where they are kept, in the order in which they were prepared."""

    async def owe(self, filing: Filing) -> None:
        """Keep one; a duty that is owed already, or was done, stays as it is."""
        ...

    async def filing(self, filing_id: str) -> FilingState | None:
        """Return one, None when nothing of that id was ever owed."""
        ...

    async def unfiled(self, now: datetime, limit: int) -> tuple[FilingState, ...]:
        """Return those whose next try has come, the oldest first."""
        ...

    async def filings_of(
        self, party: str, types: tuple[EntryType, ...], limit: int
    ) -> tuple[FilingState, ...]:
        """Return a party's filings of some types, what is not filed yet first."""
        ...

    async def late_counts(self, now: datetime) -> LateCounts:
        """Return how many late uses wait for the ledger, of every party."""
        ...

    async def filed(self, filing_id: str, receipt_sealed: bytes, now: datetime) -> None:
        """Note that the ledger has it; the first receipt stays."""
        ...

    async def try_again(self, filing_id: str, refusal: str | None, at: datetime) -> None:
        """Note that a try was in vain, why where the ledger said no, and when the next comes."""
        ...


def filing_id(entry_type: EntryType, *about: str) -> str:
    """Return the idempotency key of one duty: whoever owes it twice owes it once."""
    named = "\0".join((entry_type.value, *about))
    return base64url.encode(hashlib.sha256(named.encode()).digest())


def next_try(tries: int, now: datetime) -> datetime:
    """Return when to try again after ``tries`` in vain."""
    doubled: timedelta = FIRST_RETRY * (1 << min(tries, _DOUBLINGS))
    return now + min(LAST_RETRY, doubled)
