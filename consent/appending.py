"""From a signed submission to its entry: decided under its label, sealed, queued, and proven."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final
from weakref import WeakValueDictionary

from consent.authorisation import SignedSubmission, authorise
from consent.checking import check_deposit
from consent.deciding import Subject, decide
from consent.deposits import seal_deposit
from consent.dues import Due
from consent.errors import ConsentError, ConsentFailure
from consent.forms.deposit import Deposit
from consent.forms.receipt import EntryProof
from consent.forms.submission import NewEntry
from consent.log_files import LogFiles
from consent.ports import Deposits, LabelState
from consent.records import KeptRecord, Records
from consent.sequencer import Sequencer
from consent.sequencing import AuthorisedEntry, LabelMoved, LabelOpened, Repeated, conflict
from keys.sealing import DataKey

# In one process a label is decided once at a time; others may be quicker a few times in a row.
_LOOKS: Final = 20


class Appending:
    """Writing entries, each under what its label says when it is written.

    A decision is made on the label's last number and written only if that still holds; otherwise
    it is made again. So no two processes can both let the last use of a consent pass.
    """

    def __init__(
        self,
        deposits: Deposits,
        records: Records,
        sequencer: Sequencer,
        files: LogFiles,
        *,
        origin: str,
        data_key: DataKey,
    ) -> None:
        self._deposits = deposits
        self._records = records
        self._sequencer = sequencer
        self._files = files
        self._origin = origin
        self._data_key = data_key
        self._deciding: WeakValueDictionary[bytes, asyncio.Lock] = WeakValueDictionary()

    async def submit(self, signed: SignedSubmission, *, now: datetime) -> EntryProof:
        """Write what was submitted; a retry with the same key returns the same entry.

        Raises `ConsentError` for whatever the label's keys, the deposit or the consent forbid.
        """
        deposit = check_deposit(signed, now=now)
        label = signed.submission.entry.label
        async with self.label_lock(label):
            for _ in range(_LOOKS):
                state = await self._deposits.label_state(label, signed.request)
                authorised = authorise(
                    signed, state.keys, origin=self._origin, data_key=self._data_key
                )
                if state.written is not None:
                    return await self._again(authorised, *state.written)
                if deposit is not None:
                    authorised = await self._decided(signed, authorised, deposit, state, now)
                answer = await self._sequencer.put(authorised)
                if not isinstance(answer, LabelOpened | LabelMoved):
                    return await self._proven(answer)
        raise ConsentError(ConsentFailure.LEDGER_BUSY, "others write under this label; try again")

    async def append(self, authorised: AuthorisedEntry) -> EntryProof:
        """Write an entry that is authorised already.

        Raises `ConsentError`: key_not_of_label when it would open a label that has keys,
        ledger_busy when something was written after what it was decided on.
        """
        match await self._sequencer.put(authorised):
            case LabelOpened():
                raise ConsentError(
                    ConsentFailure.KEY_NOT_OF_LABEL, "somebody has opened the label; look again"
                )
            case LabelMoved():
                raise ConsentError(
                    ConsentFailure.LEDGER_BUSY, "something was written under the label; look again"
                )
            case answer:
                return await self._proven(answer)

    async def write_own(
        self,
        entry: NewEntry,
        *,
        request: bytes,
        deposit: Deposit | None = None,
        dues: Sequence[Due] = (),
        after: int | None = None,
    ) -> EntryProof:
        """Write an entry of the ledger itself, whose ``deposit`` it keeps as it keeps others'.

        Raises `ConsentError`: idempotency_conflict when the request was written with other
        content, ledger_busy when the label is no longer at ``after``.
        """
        kept = None
        if deposit is not None:
            kept = seal_deposit(
                deposit, entry.commitment, data_key=self._data_key, dues=tuple(dues)
            )
        return await self.append(AuthorisedEntry(entry, request, None, after, kept))

    def label_lock(self, label: bytes) -> asyncio.Lock:
        """Return the lock under which this process decides what is written under a label."""
        lock = self._deciding.get(label)
        if lock is None:
            self._deciding[label] = lock = asyncio.Lock()
        return lock

    async def _decided(
        self,
        signed: SignedSubmission,
        authorised: AuthorisedEntry,
        deposit: Deposit,
        state: LabelState,
        now: datetime,
    ) -> AuthorisedEntry:
        """Return the entry as it may be written after what the label holds now, or raise."""
        entry, record = authorised.entry, deposit.record
        known: list[KeptRecord] = []
        if not signed.of_party:
            subject = record.consent_id or record.record_id
            known = await self._records.of_subject(entry.label, subject)
        number = state.number + 1
        due = decide(deposit, Subject.of(known), number=number, keys=state.keys, now=now)
        kept = seal_deposit(deposit, entry.commitment, data_key=self._data_key, dues=due)
        after = None if signed.of_party else state.number
        return replace(authorised, after=after, kept=kept)

    async def _again(self, authorised: AuthorisedEntry, index: int, leaf: bytes) -> EntryProof:
        refused = conflict(authorised.entry, leaf)
        if refused is not None:
            raise refused
        return await self._files.prove(index)

    async def _proven(self, answer: EntryProof | Repeated | ConsentError) -> EntryProof:
        if isinstance(answer, ConsentError):
            raise answer
        return await self._files.prove(answer.index) if isinstance(answer, Repeated) else answer
