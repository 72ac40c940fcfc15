"""A shown code where the ledger cannot be reached: the use is written down, and recorded later.

Only what was registered for it (``offline_ok``) comes here; every other use fails closed. What is
released is amber and says so. The entry is marked late and goes out with the rest of what is owed
(`verifiers.recording.filer`); should the ledger refuse it then, desk and auditor are told.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from consent.forms.entry import EntryType
from consent.forms.receipt import Receipt
from consent.forms.record import EventState
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.recording.filing import Filing, Filings, filing_id
from verifiers.recording.recorded import Recorded
from verifiers.recording.recorder import RecordedUse, Recorder, Use
from verifiers.recording.sealing import Sealing
from verifiers.registered.party_keys import PartyKey

# The ledger takes a late use for thirty days; what waits longer than this is told as overdue.
OVERDUE: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class LateUse:
    """How a use stands that could not be recorded when it happened."""

    recorded: Recorded
    receipt: Receipt | None = None


class LateUses:
    """Writes down uses while the ledger is away, and knows how they stand."""

    def __init__(self, recorder: Recorder, filings: Filings, sealing: Sealing) -> None:
        self._recorder = recorder
        self._filings = filings
        self._sealing = sealing

    async def record(self, use: Use, *, party_key: PartyKey, now: datetime) -> RecordedUse:
        """Return the proof of a use, or owe it: durable before anything is released.

        Raises what `Recorder.record` does but LEDGER_UNREACHABLE: a ledger that answers wrongly
        is not one that is away.
        """
        try:
            return await self._recorder.record(use, party_key=party_key, now=now)
        except VerifierError as error:
            if error.failure is not Failure.LEDGER_UNREACHABLE:
                raise
        return await self.owe(use, party_key=party_key, now=now)

    async def owe(self, use: Use, *, party_key: PartyKey, now: datetime) -> RecordedUse:
        """Owe the proof of a use that happened ``now``; it is durable when this returns."""
        draft = self._recorder.draft(use, EventState.USED_LATE, party_key=party_key, now=now)
        transaction = use.transaction
        key = _id_of(transaction.party, transaction.id)
        filing = Filing(
            id=key,
            party=transaction.party,
            type=EntryType.USED_LATE,
            subject=transaction.id,
            sealed=self._sealing.seal_draft(key, draft),
            created_at=now,
            due_at=now + OVERDUE,
        )
        await self._filings.owe(filing)
        return RecordedUse(None)

    async def look(self, party: str, transaction_id: str) -> LateUse:
        """Return how a use stands: done, unless it was written down and is not filed yet."""
        key = _id_of(party, transaction_id)
        state = await self._filings.filing(key)
        if state is None or state.filed_at is not None:
            sealed = None if state is None else state.receipt_sealed
            receipt = None if sealed is None else self._sealing.open_receipt(key, sealed)
            return LateUse(Recorded.DONE, receipt)
        return LateUse(Recorded.LATE if state.refusal is None else Recorded.REFUSED)


def _id_of(party: str, transaction_id: str) -> str:
    return filing_id(EntryType.USED_LATE, party, transaction_id)
