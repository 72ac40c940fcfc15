"""From a signed submission to its entry: decided under its label, sealed, queued, and proven."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final, TypeAlias
from weakref import WeakValueDictionary

from consent.authorisation import SignedSubmission, authorise
from consent.checking import check_deposit
from consent.codes import CodeUse, code_use
from consent.deciding import Subject, decide, dues_after
from consent.deposits import seal_deposit
from consent.dues import Due
from consent.errors import ConsentError, ConsentFailure
from consent.forms.deposit import Deposit
from consent.forms.entry import EntryType
from consent.forms.receipt import EntryProof
from consent.forms.record import SALT_SIZE, ConsentRecord, EventState
from consent.forms.submission import NewEntry
from consent.log_files import LogFiles
from consent.ports import Deposits, LabelState
from consent.records import Records
from consent.sequencer import Sequencer
from consent.sequencing import AuthorisedEntry, LabelMoved, LabelOpened, Repeated, conflict
from keys.entropy import SYSTEM_ENTROPY, Entropy
from keys.sealing import DataKey

# In one process a label is decided once at a time; others may be quicker a few times in a row.
_LOOKS: Final = 20

# Returns what may be written after what the label holds, or the proof of what was written before.
_Prepare: TypeAlias = Callable[[LabelState], Awaitable[AuthorisedEntry | EntryProof]]


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
        entropy: Entropy = SYSTEM_ENTROPY,
    ) -> None:
        self._deposits = deposits
        self._records = records
        self._sequencer = sequencer
        self._files = files
        self._origin = origin
        self._data_key = data_key
        self._entropy = entropy
        self._deciding: WeakValueDictionary[bytes, asyncio.Lock] = WeakValueDictionary()

    async def submit(self, signed: SignedSubmission, *, now: datetime) -> EntryProof:
        """Write what was submitted; a retry with the same key returns the same entry.

        Raises `ConsentError` for whatever the label's keys, the deposit or the consent forbid.
        """
        deposit = check_deposit(signed, now=now)
        use = code_use(deposit.record, self._data_key)
        prepare = partial(self._submitted, signed, deposit, use, now)
        label = signed.submission.entry.label
        # Every use of a code has a label of its own: what they have in common is the code.
        turn = label if use is None else use.name
        return await self._write(label, signed.request, prepare, turn=turn)

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
                raise _contended()
            case answer:
                return await self._proven(answer)

    async def write_own(
        self,
        type_: EntryType,
        label: bytes,
        *,
        record: ConsentRecord | None = None,
        commitment: bytes | None = None,
        request: bytes,
        now: datetime,
    ) -> EntryProof:
        """Write an entry of the ledger itself; the same ``request`` again is the same entry.

        ``record`` is committed to and kept like everybody's; an entry that is about no record has
        its ``commitment`` given. Raises `ConsentError` as `append` does.
        """
        if record is not None:
            deposit = Deposit(record, self._entropy(SALT_SIZE))
            entry = NewEntry(type_, label, record.commitment(deposit.salt), "")
            own = AuthorisedEntry(entry, request, None)
            return await self._write(label, request, partial(self._own, own, deposit, now))
        if commitment is None:
            raise ValueError("either a record or a commitment is needed")
        entry = NewEntry(type_, label, commitment, "")
        return await self.append(AuthorisedEntry(entry, request, None))

    async def _write(
        self, label: bytes, request: bytes, prepare: _Prepare, *, turn: bytes | None = None
    ) -> EntryProof:
        """Prepare and write until nobody was quicker in between; one at a time for a ``turn``."""
        turn = label if turn is None else turn
        lock = self._deciding.get(turn)
        if lock is None:
            self._deciding[turn] = lock = asyncio.Lock()
        async with lock:
            for _ in range(_LOOKS):
                state = await self._deposits.label_state(label, request)
                try:
                    prepared = await prepare(state)
                except ConsentError:
                    # What refused it may be this very request, written by another process.
                    if state == await self._deposits.label_state(label, request):
                        raise
                    continue
                if isinstance(prepared, EntryProof):
                    return prepared
                answer = await self._sequencer.put(prepared)
                if not isinstance(answer, LabelOpened | LabelMoved):
                    return await self._proven(answer)
        raise _contended()

    async def _submitted(
        self,
        signed: SignedSubmission,
        deposit: Deposit,
        use: CodeUse | None,
        now: datetime,
        state: LabelState,
    ) -> AuthorisedEntry | EntryProof:
        authorised = authorise(signed, state.keys, origin=self._origin, data_key=self._data_key)
        if state.written is not None:
            index, leaf = state.written
            refused = conflict(authorised.entry, leaf)
            if refused is not None:
                raise refused
            return await self._files.prove(index)
        if use is not None and deposit.record.event_state is EventState.USED:
            await self._check_first(use)
        subject = Subject.of([])
        if not signed.of_party:
            subject = await self._subject(deposit.record)
        due = decide(deposit, subject, number=state.number + 1, keys=state.keys, now=now)
        after = None if signed.of_party else state.number
        return self._with(authorised, deposit, due, after)

    async def _check_first(self, use: CodeUse) -> None:
        """Raise code_used for a code that another institution has used: nothing is released yet.

        A late use has happened and is not asked (`consent.reuses`); neither are two processes that
        write at the same moment.
        """
        if await self._records.users_of(use.name) - {use.party}:
            raise ConsentError(
                ConsentFailure.CODE_USED, "another institution has used this code; it counts once"
            )

    async def _own(
        self, own: AuthorisedEntry, deposit: Deposit, now: datetime, state: LabelState
    ) -> AuthorisedEntry | EntryProof:
        if state.written is not None:
            return await self._files.prove(state.written[0])
        subject = await self._subject(deposit.record)
        due = dues_after(deposit, subject, number=state.number + 1, now=now)
        return self._with(own, deposit, due, state.number)

    async def _subject(self, record: ConsentRecord) -> Subject:
        subject = record.consent_id or record.record_id
        return Subject.of(await self._records.of_subject(record.label, subject))

    def _with(
        self,
        authorised: AuthorisedEntry,
        deposit: Deposit,
        due: tuple[Due, ...],
        after: int | None,
    ) -> AuthorisedEntry:
        """Return the entry with its deposit sealed, to be written after the label's ``after``."""
        commitment = authorised.entry.commitment
        kept = seal_deposit(
            deposit, commitment, data_key=self._data_key, dues=due, entropy=self._entropy
        )
        return replace(authorised, after=after, kept=kept)

    async def _proven(self, answer: EntryProof | Repeated | ConsentError) -> EntryProof:
        if isinstance(answer, ConsentError):
            raise answer
        return await self._files.prove(answer.index) if isinstance(answer, Repeated) else answer


def _contended() -> ConsentError:
    return ConsentError(
        ConsentFailure.LEDGER_BUSY, "somebody else wrote under this label; try again"
    )
