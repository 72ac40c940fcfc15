"""What a relying party owes, seen whole: to holders who withdrew, and to the ledger.

A duty is open until the ledger has the entry that says it is done; then anyone can check it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from consent.forms.entry import EntryType
from consent.forms.receipt import Receipt
from verifiers.owing.erasing import DutyStore, Erasing
from verifiers.owing.kept_sharing import KeptSharing
from verifiers.owing.reused import Reused
from verifiers.owing.withdrawals import Withdrawals
from verifiers.recording.filer import Filer
from verifiers.recording.filing import FilingState, LateCounts

# What a desk looks at; older ones are on the ledger.
SHOWN: Final = 200
_TOLD: Final = (
    EntryType.ACKNOWLEDGED,
    EntryType.ERASED,
    EntryType.RETAINED,
    EntryType.USED_LATE,
    EntryType.OVER_ASKED,
)


class DutyState(StrEnum):
    """How a duty stands, the most urgent first; what a law keeps has a date, and is not erased.

    reused: somebody has to look at what a code was taken for that was used elsewhere too.
    """

    DECIDE = "decide"
    OVERDUE = "overdue"
    REFUSED = "refused"
    REUSED = "reused"
    OPEN = "open"
    RETAINED = "retained"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Owed:
    """One duty. ``type`` is that of the entry that does it, ``subject`` a consent or transaction.

    ``due_at`` is None where no time is set; ``done_at`` when the ledger had the entry; ``refusal``
    the ledger's code when it would not take it. ``may_erase`` where a person at the desk may.
    """

    type: EntryType
    subject: str
    purpose: str
    state: DutyState
    since: datetime
    due_at: datetime | None = None
    done_at: datetime | None = None
    kept_until: datetime | None = None
    refusal: str | None = None
    may_erase: bool = False


class Duties:
    """The duties of every registered party of one store."""

    def __init__(
        self,
        store: DutyStore,
        withdrawals: Withdrawals,
        erasing: Erasing,
        filer: Filer,
        reused: Reused,
        *,
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._withdrawals = withdrawals
        self._erasing = erasing
        self._filer = filer
        self._reused = reused
        self._clock = clock

    async def receive_notice(self, token: str) -> Receipt:
        """Take a holder's notice and return the receipt of its acknowledgement.

        Raises what `Withdrawals.receive` does.
        """
        return await self._withdrawals.receive(token, self._clock())

    async def decide(self, party: str, consent_id: str) -> None:
        """Erase what waited for a person's word, or raise CONSENT_UNKNOWN."""
        await self._erasing.decide(party, consent_id, self._clock())

    async def work(self) -> None:
        """Erase what is due and send what is owed; to be called every few seconds."""
        now = self._clock()
        await self._erasing.work(now)
        await self._filer.work(now)

    async def learn_reused(self) -> None:
        """Learn which codes were used elsewhere too; to be called every minute."""
        await self._reused.work(self._clock())

    async def late_counts(self) -> LateCounts:
        """Return how many late uses wait for the ledger, of every party."""
        return await self._store.late_counts(self._clock())

    async def unsettled(self, parties: Iterable[str]) -> tuple[tuple[str, Owed], ...]:
        """Return, by party, what an auditor looks at.

        What is overdue, what the ledger refused, and codes that were used elsewhere too.
        """
        found = [(party, duty) for party in parties for duty in await self.owed(party)]
        troubled = (DutyState.OVERDUE, DutyState.REFUSED, DutyState.REUSED)
        return tuple((party, duty) for party, duty in found if duty.state in troubled)

    async def owed(self, party: str) -> tuple[Owed, ...]:
        """Return a party's duties, those that need somebody first; nothing about a person."""
        now = self._clock()
        waiting = [
            self._erasure(sharing, now)
            for sharing in await self._store.asked(party, SHOWN)
            if sharing.erased_at is None
        ]
        told = [_filing(one, now) for one in await self._store.filings_of(party, _TOLD, SHOWN)]
        reused = [_reuse(sharing) for sharing in await self._store.reused(party, SHOWN)]
        order = [*DutyState]
        return tuple(
            sorted(
                [*waiting, *told, *reused], key=lambda duty: (order.index(duty.state), -_age(duty))
            )
        )

    def _erasure(self, sharing: KeptSharing, now: datetime) -> Owed:
        may_erase = self._erasing.waits_for_a_person(sharing)
        return Owed(
            type=EntryType.ERASED,
            subject=sharing.subject,
            purpose=sharing.purpose,
            state=_erasure_state(sharing, now, may_erase=may_erase),
            since=sharing.asked_at or sharing.shared_at,
            due_at=sharing.due_at,
            kept_until=sharing.retained_until,
            may_erase=may_erase,
        )


def _erasure_state(sharing: KeptSharing, now: datetime, *, may_erase: bool) -> DutyState:
    if sharing.retained_until is not None:
        return DutyState.RETAINED
    if sharing.due_at is not None and now > sharing.due_at:
        return DutyState.OVERDUE
    return DutyState.DECIDE if may_erase else DutyState.OPEN


def _reuse(sharing: KeptSharing) -> Owed:
    return Owed(
        type=EntryType.REUSED,
        subject=sharing.subject,
        purpose=sharing.purpose,
        state=DutyState.REUSED,
        since=sharing.shared_at,
    )


def _filing(state: FilingState, now: datetime) -> Owed:
    filing = state.filing
    return Owed(
        type=filing.type,
        subject=filing.subject,
        purpose="",
        state=_filing_state(state, now),
        since=filing.created_at,
        due_at=filing.due_at,
        done_at=state.filed_at,
        refusal=state.refusal,
    )


def _filing_state(state: FilingState, now: datetime) -> DutyState:
    if state.filed_at is not None:
        return DutyState.DONE
    due_at = state.filing.due_at
    if due_at is not None and now > due_at:
        return DutyState.OVERDUE
    return DutyState.OPEN if state.refusal is None else DutyState.REFUSED


def _age(duty: Owed) -> float:
    return duty.since.timestamp()
