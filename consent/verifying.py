"""Verifying the whole log at an auditor's word, while the ledger goes on.

It is the same `consent.auditing.audit` that anybody runs over a copy, here over the tables
themselves: not over what is kept in memory, and not over files that were checked when they were
made. It runs in a thread of its own and fetches 256 entries at a time through the event loop, so
requests get their turn between two bundles, and memory holds one bundle and the end of each
label's chain.

One verification at a time, whatever number of processes serve: the store keeps the last one, and
any page of any process shows how far it is.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final, TypeVar

from consent.auditing.audit import audit
from consent.auditing.export import CHECKPOINT, VKEY
from consent.cosigned_files import CosignedFiles
from consent.errors import ConsentError
from consent.log_files import LogFiles
from consent.ports import Store, Verification
from consent.tlog.checkpoint import open_checkpoint
from consent.tlog.merkle import leaf_hash
from consent.tlog.signed_note import VerifierKey
from consent.tlog.tiles import TileAddress, encode_bundle, encode_hashes
from consent.tlog.tlog_policy import Policy
from keys.entropy import SYSTEM_ENTROPY, Entropy

# How often a running one is written down: a page that is looked at again shows it moving.
TOLD_EVERY: Final = 1.0
# Told every second: after half a minute of silence its process is gone.
ABANDONED: Final = timedelta(seconds=30)
_RUN_OCTETS: Final = 16
# What a bundle of tlog-tiles can spell; a longer entry is damage.
_SPELLABLE: Final = 2**16

_T = TypeVar("_T")


class Verifying:
    """At most one verification that this process runs, and the last one that any process ran."""

    def __init__(
        self,
        store: Store,
        files: LogFiles,
        log_key: VerifierKey,
        clock: Callable[[], datetime],
        *,
        policy: Policy | None = None,
        entropy: Entropy = SYSTEM_ENTROPY,
    ) -> None:
        self._store = store
        self._cosigned = CosignedFiles(store.cosignatures, files)
        self._policy = policy
        self._log_key = log_key
        self._clock = clock
        self._entropy = entropy
        self._reader: _Reader | None = None
        self._task: asyncio.Task[None] | None = None

    async def last(self) -> Verification | None:
        """Return the last verification, running or done; None when there was none."""
        return await self._store.verification()

    def is_running(self, verification: Verification) -> bool:
        """Tell whether somebody is still at it; without a report and not running: broken off."""
        silent = self._clock() - verification.told_at
        return verification.report is None and silent <= ABANDONED

    async def begin(self, since: str | None = None) -> None:
        """Begin to verify all that is in the log now, unless that is being done already.

        ``since`` is a signed checkpoint that the auditor had kept. With a policy of witnesses it
        is all up to the largest state that they have seen. Raises `ConsentError` (not_found,
        store_damaged) when the log has no readable head.
        """
        note = await self._note()
        now = self._clock()
        begun = Verification(
            run=self._entropy(_RUN_OCTETS),
            started_at=now,
            told_at=now,
            size=open_checkpoint(note, log_key=self._log_key).size,
            done=0,
            since=since,
            report=None,
        )
        if await self._store.begin_verification(begun, abandoned=now - ABANDONED):
            self._reader = _Reader(self._store, note, self._log_key)
            self._task = asyncio.create_task(self._run(begun, self._reader))

    async def close(self) -> None:
        """Break off what runs here; it counts as abandoned, and the next one may begin."""
        if self._task is not None and self._reader is not None:
            self._reader.stopped = True
            await asyncio.gather(self._task, return_exceptions=True)

    async def _note(self) -> str:
        """Return the checkpoint to be verified; without enough witnesses, the log's newest."""
        if self._policy is None:
            return await self._cosigned.checkpoint()
        try:
            return await self._cosigned.cosigned_checkpoint()
        except ConsentError:
            # The audit says then who is absent.
            return await self._cosigned.checkpoint()

    async def _run(self, begun: Verification, reader: "_Reader") -> None:
        with ThreadPoolExecutor(1, "audit") as thread:
            audited = partial(audit, reader, since=begun.since, policy=self._policy)
            work = asyncio.get_running_loop().run_in_executor(thread, audited)
            while not work.done():
                await asyncio.wait([work], timeout=TOLD_EVERY)
                told = replace(begun, told_at=self._clock(), done=reader.done)
                if not work.done() and not await self._store.tell_verification(told):
                    reader.stopped = True
            report = await work
        told = replace(begun, told_at=self._clock(), done=begun.size, report=report)
        await self._store.tell_verification(told)


class _StoppedError(Exception):
    """The service ends, or somebody else verifies now."""


class _Reader:
    """The log's files, each made of what the tables hold at this moment; for one thread."""

    def __init__(self, store: Store, note: str, log_key: VerifierKey) -> None:
        self._store = store
        self._loop = asyncio.get_running_loop()
        self._notes = {
            CHECKPOINT: note.encode(),
            VKEY: log_key.lines().encode(),
        }
        self._bundle: tuple[int, Sequence[bytes]] = (-1, ())
        self.done = 0
        self.stopped = False

    def __call__(self, path: str) -> bytes | None:
        """Return the octets of a file of the log, None where there is nothing to make it of."""
        if self.stopped:
            raise _StoppedError
        note = self._notes.get(path)
        return note if note is not None else self._tile(TileAddress.parse(path))

    def _tile(self, tile: TileAddress) -> bytes | None:
        end = tile.start + tile.width
        if tile.level is not None and tile.level > 0:
            return encode_hashes(self._wait(self._store.subtrees(tile.level, tile.start, end)))
        leaves = self._leaves(tile.start, end)
        if any(len(leaf) >= _SPELLABLE for leaf in leaves):
            return None
        if tile.level == 0:
            return encode_hashes([leaf_hash(leaf) for leaf in leaves])
        self.done = end
        return encode_bundle(leaves)

    def _leaves(self, start: int, end: int) -> Sequence[bytes]:
        """Return entries; the bundle and the tile of the same ones are asked for in turn."""
        if self._bundle[0] != start:
            self._bundle = start, self._wait(self._store.leaves(start, end))
        return self._bundle[1]

    def _wait(self, reading: Coroutine[Any, Any, _T]) -> _T:
        return asyncio.run_coroutine_threadsafe(reading, self._loop).result()
