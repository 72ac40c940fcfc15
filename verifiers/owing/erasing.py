"""Erase what is kept: when it is asked, when its time is over, or not yet where a law keeps it.

Nobody has to remember it: every sharing names when something is due about it next. The rows stay,
without a sealed octet in them, as the proof that nothing is there; the ledger is told each time.
"""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final, Protocol

from consent.forms.duration import after
from consent.forms.reason import Reason
from consent.forms.record import EventState
from keys.errors import KeysError
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.owing.duty_records import DutyRecords, Word
from verifiers.owing.kept_sharing import KeptSharing, KeptSharings
from verifiers.recording.agreement import Agreement
from verifiers.recording.filing import Filing, Filings
from verifiers.recording.sealing import Sealing
from verifiers.registered.registration import RegisteredPurpose, Registrations
from verifiers.transaction import Transaction

# One turn of the worker; what is left comes in the next.
BATCH: Final = 50
# Where nothing is kept, the desk still has to fetch the receipt: as long as unfetched claims.
LEAST_KEPT: Final = timedelta(minutes=5)
# The holder is told a day more than the law asks: an erasure on the very day is not overdue.
TOLD_LATER: Final = timedelta(days=1)


class DutyStore(KeptSharings, Filings, Protocol):
    """What is kept of sharings, and what is owed: a change of the one owes the other."""


class Erasing:
    """Erases for every registered party of one store."""

    def __init__(
        self,
        registrations: Registrations,
        store: DutyStore,
        records: DutyRecords,
        sealing: Sealing,
    ) -> None:
        self._registrations = registrations
        self._store = store
        self._records = records
        self._sealing = sealing

    async def keep(
        self,
        transaction: Transaction,
        agreement: Agreement,
        *,
        ends_at: datetime | None,
        now: datetime,
    ) -> None:
        """Note a sharing that is about to be released, and until when it may be kept.

        Noted before anything is: what is not released after all is erased like the rest.
        """
        purpose = self._purpose(transaction.party, transaction.purpose)
        # What may be used again is kept until the last use, and its time counts from there.
        kept_until = after(ends_at or now, purpose.retention.period)
        address = agreement.standing
        await self._store.keep(
            KeptSharing(
                transaction_id=transaction.id,
                party=transaction.party,
                purpose=transaction.purpose,
                label=agreement.pair.label,
                pair_sealed=self._sealing.seal_pair(transaction.id, agreement.pair),
                consent_id=agreement.consent_id,
                holder=agreement.holder,
                shared_at=now,
                ends_at=ends_at,
                acts_at=max(kept_until, now + LEAST_KEPT),
                standing_sealed=(
                    None
                    if address is None
                    else self._sealing.seal_standing(transaction.id, address)
                ),
            )
        )

    async def work(self, now: datetime) -> None:
        """Do whatever is due by now; what cannot be done does not keep the rest waiting."""
        for sharing in await self._store.acting(now, BATCH):
            with suppress(VerifierError, KeysError):
                await self._act(sharing, now)

    async def decide(self, party: str, consent_id: str, now: datetime) -> None:
        """Erase at once: whoever is at the desk knows that no law keeps it after all.

        Raises CONSENT_UNKNOWN where there is nothing to decide.
        """
        sharings = await self._store.sharings_of(party, consent_id)
        waiting = tuple(one for one in sharings if self.waits_for_a_person(one))
        if not waiting:
            raise VerifierError(Failure.CONSENT_UNKNOWN)
        await self._erase(waiting, now)

    def waits_for_a_person(self, sharing: KeptSharing) -> bool:
        """Tell whether somebody at the desk may still say that nothing keeps it."""
        kept = self._purpose(sharing.party, sharing.purpose).kept_by_law
        is_open = sharing.asked_at is not None and sharing.erased_at is None
        return is_open and kept is not None and kept.is_conditional

    async def say_again(
        self, sharing: KeptSharing, *, cause: str, due_at: datetime, now: datetime
    ) -> None:
        """Answer a later request about what is erased, or kept by law, already: it is said anew.

        ``cause`` names the request. Where nothing was done yet, what comes answers both.
        """
        if sharing.erased_at is not None:
            word = Word(EventState.ERASED, cause, due_at)
        elif sharing.retained_until is not None:
            kept = self._purpose(sharing.party, sharing.purpose).kept_by_law
            reason = Reason.OTHER_LAW if kept is None else kept.reason
            word = Word(EventState.RETAINED, cause, due_at, reason, sharing.retained_until)
        else:
            return
        await self._store.owe(self._said(sharing, word, now))

    async def _act(self, sharing: KeptSharing, now: datetime) -> None:
        left = await self._left_of(sharing, now)
        if not left:
            return
        kept = self._purpose(sharing.party, sharing.purpose).kept_by_law
        asked = sharing.asked_at is not None
        ends_at = after(left[-1].shared_at, kept.period) if asked and kept is not None else now
        if kept is not None and ends_at > now:
            until = ends_at + TOLD_LATER
            word = Word(EventState.RETAINED, _cause(sharing), sharing.due_at, kept.reason, until)
            owed = self._said(left[-1], word, now)
            await self._store.retain(
                sharing.party, sharing.subject, owed, until=until, acts_at=ends_at
            )
        else:
            await self._erase(left, now)

    async def _left_of(self, sharing: KeptSharing, now: datetime) -> tuple[KeptSharing, ...]:
        """Return what has to be done together: every use of the consent whose time has come."""
        if sharing.consent_id is None:
            return (sharing,)
        sharings = await self._store.sharings_of(sharing.party, sharing.consent_id)
        return tuple(one for one in sharings if one.acts_at is not None and one.acts_at <= now)

    async def _erase(self, sharings: tuple[KeptSharing, ...], now: datetime) -> None:
        latest = sharings[-1]
        word = Word(EventState.ERASED, _cause(latest), due_at=latest.due_at)
        await self._store.erase(sharings, self._said(latest, word, now), now=now)

    def _said(self, sharing: KeptSharing, word: Word, now: datetime) -> Filing:
        party = self._registrations.party(sharing.party)
        return self._records.of_sharing(sharing, party, word, now=now)

    def _purpose(self, party: str, purpose: str) -> RegisteredPurpose:
        return self._registrations.party(party).purpose(purpose)


def _cause(sharing: KeptSharing) -> str:
    """Return what tells one erasure from the next: the request, or this sharing's own end."""
    if sharing.asked_at is None:
        return f"retention {sharing.transaction_id}"
    return sharing.asked_at.isoformat()
