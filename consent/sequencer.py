"""Gathering what arrives and writing it in groups, in one thread, keys before entries.

One task takes whatever has arrived while the last group was being written, so the cost of a commit
is shared by as many as wait for it: one producer pays for its own, sixty-four pay for one.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Final, ParamSpec, TypeVar

from consent.errors import ConsentError, ConsentFailure
from consent.ports import Answer, RecordKeys, Writer
from consent.sequencing import AuthorisedEntry

# A batch is one transaction; beyond this, sharing the commit further gains nothing.
BATCH_LIMIT: Final = 512
# Entries that may wait: about half a second of work. More is refused at once, not made to wait.
QUEUE_LIMIT: Final = 8192
# After so long at most an entry is in the map; nothing new, no new seal.
EPOCH_SECONDS: Final = 1.0

_P = ParamSpec("_P")
_T = TypeVar("_T")


@dataclass(slots=True)
class _Waiting:
    authorised: AuthorisedEntry
    answer: "asyncio.Future[Answer]"


class Sequencer:
    """The queue before the one writer of a log, and the thread that it and the keys run in."""

    def __init__(self, writer: Writer, record_keys: RecordKeys) -> None:
        self._writer = writer
        # when the oldest entry that waits for a seal was written, by the event loop's clock
        self._unsealed_at: float | None = None
        self._record_keys = record_keys
        self._thread = ThreadPoolExecutor(1, "ledger")
        self._queue: list[_Waiting] = []
        self._arrived = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._closing = False

    async def open(self) -> None:
        """Let the writer check what is stored; raises `ConsentError` when it must not go on."""
        await self.run(self._writer.open)

    def start(self) -> None:
        """Begin to sequence."""
        self._note_unsealed(sealed=False)
        self._task = asyncio.create_task(self._sequence())

    async def close(self) -> None:
        """Write what is queued, then give back the lock and the connections."""
        if self._closing:
            return
        self._closing = True
        if self._task is not None:
            self._arrived.set()
            await self._task
            await self.run(self._writer.close)
        await self.run(self._record_keys.close)
        self._thread.shutdown()

    async def put(self, authorised: AuthorisedEntry) -> Answer:
        """Queue an entry and return what became of it.

        Raises `ConsentError`: ledger_stopped, or ledger_busy when too many wait.
        """
        if not self.is_running:
            raise stopped()
        if len(self._queue) >= QUEUE_LIMIT:
            raise ConsentError(ConsentFailure.LEDGER_BUSY, "too many are waiting; try again")
        waiting = _Waiting(authorised, asyncio.get_running_loop().create_future())
        self._queue.append(waiting)
        self._arrived.set()
        return await waiting.answer

    async def run(self, call: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """Return what ``call`` returns in the writer's thread, between two groups."""
        work = partial(call, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    @property
    def waiting(self) -> int:
        """How many entries are queued and not yet being written."""
        return len(self._queue)

    @property
    def is_running(self) -> bool:
        """Whether entries are taken."""
        return not self._closing and self._task is not None and not self._task.done()

    @property
    def can_write(self) -> bool:
        """Whether entries are taken and neither database has failed for good."""
        return self.is_running and not (self._writer.stopped or self._record_keys.stopped)

    async def _sequence(self) -> None:
        """Write group after group; a group is everything that waits when the last one is done."""
        group: list[_Waiting] = []
        try:
            while self._queue or not self._closing:
                await self._arrival()
                group, self._queue = self._queue[:BATCH_LIMIT], self._queue[BATCH_LIMIT:]
                if not self._queue and not self._closing:
                    self._arrived.clear()
                await self._write(group)
        finally:
            # Only a fault of ours leaves somebody waiting here; nobody may wait for ever.
            for waiting in group + self._queue:
                if not waiting.answer.done():
                    waiting.answer.set_exception(stopped())

    async def _arrival(self) -> None:
        """Return when something has arrived, or when the map is to be sealed."""
        due = None if self._unsealed_at is None else self._unsealed_at + EPOCH_SECONDS
        with suppress(TimeoutError):
            async with asyncio.timeout_at(due):
                await self._arrived.wait()

    def _is_epoch_over(self) -> bool:
        now = asyncio.get_running_loop().time()
        return self._unsealed_at is not None and now >= self._unsealed_at + EPOCH_SECONDS

    def _note_unsealed(self, *, sealed: bool) -> None:
        """Begin an epoch with the first unsealed entry; a seal that failed waits for another."""
        if not self._writer.unsealed:
            self._unsealed_at = None
        elif sealed or self._unsealed_at is None:
            self._unsealed_at = asyncio.get_running_loop().time()

    async def _write(self, group: Sequence[_Waiting]) -> None:
        seal = self._is_epoch_over()
        if not group and not seal:
            return
        batch = [waiting.authorised for waiting in group]
        answers: Sequence[Answer]
        try:
            answers = await self.run(self._append, batch, seal=seal)
        except ConsentError as error:
            answers = [ConsentError(error.failure, error.detail) for _ in batch]
        self._note_unsealed(sealed=seal)
        for waiting, answer in zip(group, answers, strict=True):
            if not waiting.answer.done():  # whoever asked may have gone away
                waiting.answer.set_result(answer)

    def _append(self, batch: Sequence[AuthorisedEntry], *, seal: bool) -> list[Answer]:
        # Keys first: a key without its record is harmless, a record without its key is lost.
        keys = [each.kept.key for each in batch if each.kept is not None]
        if keys:
            self._record_keys.add(keys)
        return self._writer.append(batch, seal=seal)


def stopped() -> ConsentError:
    """Return the refusal of a ledger that takes no entries."""
    return ConsentError(ConsentFailure.LEDGER_STOPPED, "the ledger is not running; try again")
