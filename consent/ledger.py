"""The ledger: what comes in is checked, queued, written in groups, and answered with its proof.

One task gathers whatever has arrived while the last group was being written, so the cost of a
commit is shared by as many as wait for it: one producer pays for its own, sixty-four pay for one.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final, ParamSpec, TypeVar

from consent.authorisation import Trust, authorise, verify_submission
from consent.browsing import Browsing
from consent.errors import ConsentError, ConsentFailure
from consent.forms.receipt import EntryProof
from consent.log_files import LogFiles
from consent.ports import Answer, Store
from consent.quota import Quota
from consent.sequencing import AuthorisedEntry, LabelOpened, Repeated
from consent.tlog.signed_note import NoteSigner, VerifierKey
from consent.verifying import Verifying
from keys.sealing import DataKey
from keys.signer import Signer

# A batch is one transaction; beyond this, sharing the commit further gains nothing.
BATCH_LIMIT: Final = 512
# Entries that may wait: about half a second of work. More is refused at once, not made to wait.
QUEUE_LIMIT: Final = 8192
# Opened under our hands, a label has keys at the second look; the third is for nobody.
_LOOKS: Final = 3


_P = ParamSpec("_P")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class LedgerKeys:
    """What the ledger holds secret, and its name.

    ``origin`` names the log for ever (one log a year and operator: ``example.kr/consent/2026``),
    ``signer`` holds its Ed25519 key, ``data_key`` seals the pairs' MAC keys at rest.
    """

    origin: str
    signer: Signer
    data_key: DataKey


@dataclass(slots=True)
class _Waiting:
    authorised: AuthorisedEntry
    answer: "asyncio.Future[Answer]"


class Ledger:
    """The façade of the room: `submit` and `file` are all that the endpoints need.

    ``browsing`` and ``verifying`` are what auditors see, and change nothing of the log.

    ``trust`` returns the present trust list, ``clock`` the time; ``anchor`` is a file outside the
    database that remembers what was signed last (None: a restored backup cannot be recognised).
    """

    def __init__(
        self,
        store: Store,
        keys: LedgerKeys,
        *,
        trust: Trust,
        clock: Callable[[], datetime],
        anchor: Path | None = None,
        quota: Quota | None = None,
    ) -> None:
        signer = NoteSigner(keys.origin, keys.signer)
        self.log_key: VerifierKey = signer.verifier_key
        self._store = store
        self._data_key = keys.data_key
        self._trust = trust
        self._clock = clock
        self._quota = quota or Quota()
        self._files = LogFiles(store, self.log_key)
        self.browsing = Browsing(store, self._files, self.log_key)
        self.verifying = Verifying(store, self._files, self.log_key, clock)
        self._journal = store.writer(signer, anchor)
        self._thread = ThreadPoolExecutor(1, "ledger")
        self._queue: list[_Waiting] = []
        self._arrived = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._closing = False

    async def start(self) -> None:
        """Check what is stored and begin to sequence; raises `ConsentError` when it must not.

        ledger_in_use, checkpoint_ahead or store_damaged: see `consent.store.startup`.
        """
        await self._in_thread(self._journal.open)
        self._task = asyncio.create_task(self._sequence())

    async def close(self) -> None:
        """Write what is queued, then give back the lock and the connection."""
        if self._task is not None and not self._closing:
            self._closing = True
            self._arrived.set()
            await self.verifying.close()
            await self._task
            await self._in_thread(self._journal.close)
        self._thread.shutdown()

    async def submit(self, token: str) -> EntryProof:
        """Write what a submission (a compact JWS) asks for; the answer is durable and proven.

        A retry with the same idempotency key returns the same entry. Raises `ConsentError` for
        whatever `consent.authorisation`, the quota or the journal refuses.
        """
        now = self._clock()
        signed = verify_submission(
            token, expected_audience=self.log_key.name, trust=self._trust, now=now
        )
        self._quota.take(str(signed.submitter), now=now)
        for _ in range(_LOOKS):
            keys = await self._store.label_keys(signed.submission.entry.label)
            answer = await self._enqueue(authorise(signed, keys, data_key=self._data_key))
            if not isinstance(answer, LabelOpened):
                return await self._proven(answer)
        raise ConsentError(ConsentFailure.LEDGER_BUSY, "the label is being opened; try again")

    async def append(self, authorised: AuthorisedEntry) -> EntryProof:
        """Write an entry that is authorised already; as `submit`, without checking who sent it.

        Raises `ConsentError` (key_not_of_label) when it would open a label that has keys.
        """
        answer = await self._enqueue(authorised)
        if isinstance(answer, LabelOpened):
            raise ConsentError(
                ConsentFailure.KEY_NOT_OF_LABEL, "somebody has opened the label; look again"
            )
        return await self._proven(answer)

    async def prove(self, index: int) -> EntryProof:
        """Return the proof of an entry in the present tree; raises `ConsentError` (not_found)."""
        return await self._files.prove(index)

    async def file(self, path: str) -> bytes:
        """Return a static file of the log: ``checkpoint``, ``vkey`` or ``tile/…``.

        Raises `ConsentError`: not_found, or store_damaged instead of serving what is broken.
        """
        match path:
            case "checkpoint":
                return (await self._files.head()).checkpoint.encode()
            case "vkey":
                return f"{self.log_key.text()}\n".encode()
            case _:
                return await self._files.tile(path)

    async def check_ready(self) -> None:
        """Return when entries are taken and the log can be read, or raise `ConsentError`."""
        if not self._is_sequencing or self._journal.stopped:
            raise _stopped()
        await self._files.head()

    @property
    def waiting(self) -> int:
        """How many entries are queued and not yet being written."""
        return len(self._queue)

    @property
    def _is_sequencing(self) -> bool:
        return not self._closing and self._task is not None and not self._task.done()

    async def _proven(self, answer: EntryProof | Repeated | ConsentError) -> EntryProof:
        if isinstance(answer, ConsentError):
            raise answer
        return await self._files.prove(answer.index) if isinstance(answer, Repeated) else answer

    async def _enqueue(self, authorised: AuthorisedEntry) -> Answer:
        if not self._is_sequencing:
            raise _stopped()
        if len(self._queue) >= QUEUE_LIMIT:
            raise ConsentError(ConsentFailure.LEDGER_BUSY, "too many are waiting; try again")
        waiting = _Waiting(authorised, asyncio.get_running_loop().create_future())
        self._queue.append(waiting)
        self._arrived.set()
        return await waiting.answer

    async def _sequence(self) -> None:
        """Write group after group; a group is everything that waits when the last one is done."""
        group: list[_Waiting] = []
        try:
            while self._queue or not self._closing:
                await self._arrived.wait()
                group, self._queue = self._queue[:BATCH_LIMIT], self._queue[BATCH_LIMIT:]
                if not self._queue and not self._closing:
                    self._arrived.clear()
                await self._write(group)
        finally:
            # Only a fault of ours leaves somebody waiting here; nobody may wait for ever.
            for waiting in group + self._queue:
                if not waiting.answer.done():
                    waiting.answer.set_exception(_stopped())

    async def _write(self, group: Sequence[_Waiting]) -> None:
        if not group:
            return
        batch = [waiting.authorised for waiting in group]
        answers: Sequence[Answer]
        try:
            answers = await self._in_thread(self._journal.append, batch)
        except ConsentError as error:
            answers = [ConsentError(error.failure, error.detail) for _ in batch]
        for waiting, answer in zip(group, answers, strict=True):
            if not waiting.answer.done():  # whoever asked may have gone away
                waiting.answer.set_result(answer)

    async def _in_thread(self, call: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        work = partial(call, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


def _stopped() -> ConsentError:
    return ConsentError(ConsentFailure.LEDGER_STOPPED, "the ledger is not running; try again")
