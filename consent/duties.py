"""Telling what time brings about: a consent that is over, a duty that was not done in time.

A tick asks the table of what is due, never the log; each entry it makes is written once, whatever
processes tick and whenever one of them stops.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, assert_never

from consent.appending import Appending
from consent.deciding import Subject
from consent.dues import Due, DueKind, Dues, DutyFilter, OpenDuty
from consent.erasure import Erasure
from consent.errors import ConsentError, ConsentFailure
from consent.forms.entry import EntryType
from consent.forms.reason import Reason
from consent.forms.record import EventState
from consent.own_entries import own_record, own_request
from consent.records import Records
from keys.entropy import SYSTEM_ENTROPY, Entropy

# What one tick does at most; the next one goes on.
AT_ONCE: Final = 200
# A page of them; an auditor's filter makes the list shorter.
DUTIES_SHOWN: Final = 500


@dataclass(frozen=True, slots=True)
class _Told:
    type: EntryType
    state: EventState
    reason: Reason


_TOLD: Final = {
    DueKind.STOP: _Told(EntryType.OVERDUE, EventState.OVERDUE, Reason.STOP_OVERDUE),
    DueKind.ERASE: _Told(EntryType.OVERDUE, EventState.OVERDUE, Reason.ERASURE_OVERDUE),
    DueKind.EXPIRE: _Told(EntryType.EXPIRED, EventState.EXPIRED, Reason.UNTIL_REACHED),
}


class Duties:
    """What is due of consents: found by its time, told once, and listed for auditors."""

    def __init__(
        self,
        dues: Dues,
        records: Records,
        appending: Appending,
        erasure: Erasure,
        *,
        entropy: Entropy = SYSTEM_ENTROPY,
    ) -> None:
        self._dues = dues
        self._records = records
        self._appending = appending
        self._erasure = erasure
        self._entropy = entropy

    async def tick(self, now: datetime) -> int:
        """Do what has fallen due, the oldest first, and return how much that was.

        Raises `ConsentError` (ledger_stopped, ledger_busy): the next tick goes on where it was.
        """
        waiting = await self._dues.waiting(now, limit=AT_ONCE)
        for due in waiting:
            match due.kind:
                case DueKind.STOP | DueKind.ERASE | DueKind.EXPIRE:
                    await self._tell(due, now)
                case DueKind.FORGET:
                    await self._erasure.forget(due, now=now)
                case _:
                    assert_never(due.kind)
        return len(waiting)

    async def open(self, wanted: DutyFilter, *, now: datetime) -> list[OpenDuty]:
        """Return what recipients have not done yet, the oldest due first; nobody's name in it."""
        found = await self._dues.open_duties(wanted, now=now, limit=DUTIES_SHOWN)
        return [
            OpenDuty(due.party or "", due.kind, due.since, due.due_at, due.due_at <= now)
            for due in found
        ]

    async def _tell(self, due: Due, now: datetime) -> None:
        told = _TOLD[due.kind]
        subject = Subject.of(await self._records.of_subject(due.label, due.subject))
        if subject.consent is None:
            # Its record cannot be opened any more: nothing can be said about it.
            await self._dues.settle(due)
            return
        record = own_record(
            subject.consent, told.state, reason=told.reason, now=now, entropy=self._entropy
        )
        since = str(int(due.since.timestamp())).encode()
        request = own_request(told.type, due.label, due.subject.encode(), due.kind.encode(), since)
        try:
            await self._appending.write_own(
                told.type, due.label, record=record, request=request, now=now
            )
        except ConsentError as error:
            # Another process told it at the same moment.
            if error.failure is not ConsentFailure.IDEMPOTENCY_CONFLICT:
                raise
        await self._dues.settle(due)
