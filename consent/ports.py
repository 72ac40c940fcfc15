"""What the ledger needs of whoever keeps it: somebody to read from, and one writer.

`consent.store` is both, on SQLite and on PostgreSQL; the ledger and its files know these ports
alone, and no database.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol, TypeAlias

from consent.auditing.report import Report
from consent.cosignatures import Cosignatures
from consent.errors import ConsentError
from consent.forms.entry import EntryType
from consent.forms.receipt import EntryProof
from consent.sequencing import AuthorisedEntry, LabelKeys, LabelOpened, Repeated
from consent.tlog.growth import Edge
from consent.tlog.signed_note import NoteSigner

Answer: TypeAlias = EntryProof | Repeated | LabelOpened | ConsentError


@dataclass(frozen=True, slots=True)
class Head:
    """The state of the log as it was committed: its right edge and the signed checkpoint."""

    edge: Edge
    checkpoint: str

    @property
    def size(self) -> int:
        """The number of entries."""
        return self.edge.size


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """What is looked for; ``first`` and ``last`` are indexes, both included, None for no end."""

    type: EntryType | None = None
    label: bytes | None = None
    first: int | None = None
    last: int | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """Where in the found entries a page stands: older than an index, or newer; never both."""

    older_than: int | None = None
    newer_than: int | None = None


@dataclass(frozen=True, slots=True)
class Verification:
    """The last verification of the whole log, running or done.

    ``run`` names it among others, ``done`` of ``size`` entries are read, ``told_at`` is when that
    was last written down. ``since`` is the checkpoint that the auditor had kept.
    """

    run: bytes
    started_at: datetime
    told_at: datetime
    size: int
    done: int
    since: str | None
    report: Report | None


class Writer(Protocol):
    """The one writer of a log; every method is called from the sequencer's own thread."""

    @property
    def stopped(self) -> bool:
        """Tell whether it has given up for good: what is on the disk is unknown."""
        ...

    def open(self) -> None:
        """Take the right to write, and check what is stored; raises `ConsentError`."""
        ...

    def append(self, batch: Sequence[AuthorisedEntry]) -> list[Answer]:
        """Write a batch durably, all or nothing, and return one answer an entry, in order."""
        ...

    def close(self) -> None:
        """Give the right to write back."""
        ...


class Store(Protocol):
    """Reading what is committed, and making the writer."""

    @property
    def cosignatures(self) -> Cosignatures:
        """What witnesses cosigned."""
        ...

    async def head(self) -> Head | None:
        """Return the committed state, None before the log was first opened."""
        ...

    async def leaves(self, start: int, end: int) -> list[bytes]:
        """Return the octets of entries ``[start, end)``, fewer where the log is shorter."""
        ...

    async def subtrees(self, level: int, start: int, end: int) -> list[bytes]:
        """Return hashes ``[start, end)`` of a tile level, 1 or above."""
        ...

    async def label_keys(self, label: bytes) -> LabelKeys | None:
        """Return who may write under the label, None when nobody has opened it."""
        ...

    async def found(self, wanted: EntryFilter, turn: Turn, limit: int) -> list[tuple[int, bytes]]:
        """Return up to ``limit`` entries (index, octets), those next to the turn."""
        ...

    async def verification(self) -> Verification | None:
        """Return the last verification, None when there was none."""
        ...

    async def begin_verification(self, begun: Verification, *, abandoned: datetime) -> bool:
        """Put ``begun`` in the place of the last one, unless that is running.

        Running is what has no report and was told of after ``abandoned``. False means: another
        process was faster, or one is running.
        """
        ...

    async def tell_verification(self, told: Verification) -> bool:
        """Write down how far it is, or its report; False when it is no longer the last one."""
        ...

    def writer(self, signer: NoteSigner, anchor: Path | None) -> Writer:
        """Return the writer that signs with ``signer``.

        ``anchor`` is a file outside the database that remembers what was signed last.
        """
        ...
