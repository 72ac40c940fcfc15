"""A witness of logs: cosigns that a tree is the largest it saw, and grew from all before.

Order is everything: judged and kept in one step, on the disk before anything is signed. A witness
that dies in between has promised nothing; the log is told the kept size (409) and goes on from it.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from consent.tlog.checkpoint import Checkpoint
from consent.tlog.cosignature import Cosigner
from consent.tlog.verifier_key import VerifierKey
from consent.witness.judging import KnownLogs, judge, open_request


@dataclass(frozen=True, slots=True)
class Kept:
    """What a witness remembers of a log: the last checkpoint it cosigned, as signed, and when."""

    checkpoint: Checkpoint
    note: str
    at: datetime


Decide = Callable[[Kept | None], Kept]
"""Given what is kept of a log, return what is to be kept, or raise and leave it as it is."""


class WitnessStore(Protocol):
    """Where a witness remembers; `consent.store.witness` is one."""

    async def advance(self, origin: str, decide: Decide) -> Kept:
        """Keep what ``decide`` returns, on the disk before this returns; atomic per origin."""
        ...

    async def kept(self) -> list[Kept]:
        """Return what is remembered of every log, by origin."""
        ...


class Witness:
    """Cosigns the checkpoints of the logs it knows; ``cosigners`` are its keys, one per kind."""

    def __init__(
        self,
        store: WitnessStore,
        cosigners: Sequence[Cosigner],
        known: KnownLogs,
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._cosigners = tuple(cosigners)
        self._known = known
        self._clock = clock
        self.logs: Callable[[], Awaitable[list[Kept]]] = store.kept

    @property
    def keys(self) -> tuple[VerifierKey, ...]:
        """What others verify its cosignatures with."""
        return tuple(cosigner.verifier_key for cosigner in self._cosigners)

    async def add_checkpoint(self, octets: bytes) -> str:
        """Return the signature lines for a submitted checkpoint, or raise `WitnessError`."""
        submitted = open_request(octets, known=self._known)

        def decide(kept: Kept | None) -> Kept:
            stored = kept.checkpoint if kept is not None else None
            checkpoint = judge(submitted, stored=stored)
            # The time is read where no other request is judged: what is signed says that at this
            # moment nothing larger had been seen.
            return Kept(checkpoint, submitted.note, self._clock())

        kept = await self._store.advance(submitted.checkpoint.origin, decide)
        text = kept.checkpoint.text()
        return "".join(cosigner.line(text, kept.at) for cosigner in self._cosigners)
