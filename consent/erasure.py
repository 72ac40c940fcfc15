"""Making records unopenable, with evidence: which commitment, and when, stands in the log.

The entry comes first and the key is destroyed after it, so that nothing is destroyed unsaid. What
was said is done again at every start, before anything is served: a database of keys that came back
from somewhere loses again what it had lost.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from consent.appending import Appending
from consent.deciding import Subject
from consent.dues import Due, DueKind, Dues
from consent.errors import ConsentError, ConsentFailure
from consent.forms.entry import EntryType, Leaf
from consent.forms.fields import instant_text
from consent.forms.reading import Unopenable
from consent.forms.receipt import EntryProof
from consent.own_entries import own_request
from consent.ports import Deposits, RecordKeys
from consent.records import KeptRecord, Records
from consent.retention import dues_of
from consent.sequencer import Sequencer

_REPLAYED_AT_ONCE: Final = 1000


class Erasure:
    """Destroying the keys of records, when their time is over and never before."""

    def __init__(
        self,
        deposits: Deposits,
        dues: Dues,
        keys: RecordKeys,
        records: Records,
        appending: Appending,
        sequencer: Sequencer,
    ) -> None:
        self._deposits = deposits
        self._dues = dues
        self._keys = keys
        self._records = records
        self._appending = appending
        self._sequencer = sequencer

    async def replay(self) -> None:
        """Destroy every key that the log says is destroyed; run before anything is served."""
        start = 0
        while entries := await self._deposits.shredded(start, limit=_REPLAYED_AT_ONCE):
            commitments = [Leaf.parse(leaf).commitment for _, leaf in entries]
            await self._sequencer.run(self._keys.destroy, commitments)
            start = entries[-1][0] + 1

    async def forget(self, due: Due, *, now: datetime) -> None:
        """Destroy what a subject's time has come for."""
        kept = await self._records.of_subject(due.label, due.subject)
        await self._shred(due.label, kept, now)
        await self._dues.clear(due.label, due.subject)

    async def erase(self, label: bytes, consent_id: str, *, now: datetime) -> list[EntryProof]:
        """Destroy the records of a consent whose time is over, or raise `ConsentError`.

        not_found; retained_by_law with the date until which they are kept.
        """
        kept = await self._records.of_subject(label, consent_id)
        subject = Subject.of(kept)
        if not kept:
            raise ConsentError(ConsentFailure.NOT_FOUND, "there is no such consent")
        if subject.events:
            _check_over(
                dues_of(subject.events, subject.terms, label=label, subject=consent_id, now=now),
                now,
            )
        written = await self._shred(label, kept, now)
        await self._dues.clear(label, consent_id)
        return written

    async def _shred(
        self, label: bytes, kept: Sequence[KeptRecord], now: datetime
    ) -> list[EntryProof]:
        """Write one entry a record, then destroy their keys; what has its entry needs none.

        A key that is missing with no entry to say why is said to be destroyed: nothing opens the
        record any more, and the log that said so was replaced by an older one.
        """
        commitments = [
            each.leaf.commitment for each in kept if each.unopenable is not Unopenable.SHREDDED
        ]
        proofs = [
            await self._appending.write_own(
                EntryType.SHREDDED,
                label,
                commitment=commitment,
                request=own_request(EntryType.SHREDDED, commitment),
                now=now,
            )
            for commitment in commitments
        ]
        if commitments:
            await self._sequencer.run(self._keys.destroy, commitments)
        return proofs


def _check_over(dues: Sequence[Due], now: datetime) -> None:
    forgets = [due.due_at for due in dues if due.kind is DueKind.FORGET]
    if not forgets:
        raise ConsentError(
            ConsentFailure.RETAINED_BY_LAW,
            "kept while the consent lasts or something is owed, and three years more",
        )
    if forgets[0] > now:
        raise ConsentError(
            ConsentFailure.RETAINED_BY_LAW, f"kept by law until {instant_text(forgets[0])}"
        )
