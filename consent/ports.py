"""What the ledger needs of whoever keeps it: somebody to read from, and one writer.

`consent.store` is both, on SQLite and on PostgreSQL; the ledger and its files know these ports
alone, and no database.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol, TypeAlias, TypeVar

from consent.auditing.report import Report
from consent.codes import Codes
from consent.complete.prefix_map import Lookup
from consent.cosignatures import Cosignatures
from consent.deposits import RecordKey, StoredDeposit
from consent.dues import Dues
from consent.errors import ConsentError
from consent.forms.entry import EntryType
from consent.forms.receipt import EntryProof
from consent.sequencing import AuthorisedEntry, LabelKeys, LabelMoved, LabelOpened, Repeated
from consent.statistics.month import MonthStore
from consent.tlog.growth import Edge
from consent.tlog.signed_note import NoteSigner

_T = TypeVar("_T")

Answer: TypeAlias = EntryProof | Repeated | LabelOpened | LabelMoved | ConsentError


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


@dataclass(frozen=True, slots=True)
class LabelState:
    """What a decision under a label rests on.

    ``number`` is the label's last, 0 before its first entry; ``keys`` are who may write under it;
    ``written`` is the entry (index, octets) that the request was answered with before.
    """

    number: int
    keys: LabelKeys | None
    written: tuple[int, bytes] | None


class Writer(Protocol):
    """The one writer of a log; every method is called from the sequencer's own thread."""

    @property
    def stopped(self) -> bool:
        """Tell whether it has given up for good: what is on the disk is unknown."""
        ...

    def open(self) -> None:
        """Take the right to write, and check what is stored; raises `ConsentError`."""
        ...

    @property
    def unsealed(self) -> bool:
        """Tell whether entries wait for the next seal of the map."""
        ...

    def append(self, batch: Sequence[AuthorisedEntry], *, seal: bool = False) -> list[Answer]:
        """Write a batch durably, all or nothing, and return one answer an entry, in order.

        ``seal`` says that it is time to seal the map, as far as there is anything new.
        """
        ...

    def close(self) -> None:
        """Give the right to write back."""
        ...


class Deposits(Protocol):
    """Reading the sealed records; they are written with their entries."""

    async def label_state(self, label: bytes, request: bytes) -> LabelState:
        """Return what a decision under a label rests on."""
        ...

    async def of_label(
        self, label: bytes, *, first: int = 1, limit: int | None = None
    ) -> list[StoredDeposit]:
        """Return the label's deposits from its number ``first`` on, in the order of the log."""
        ...

    async def of_subject(self, label: bytes, subject: str) -> list[StoredDeposit]:
        """Return the deposits of one consent, or of the one record of that id, in order."""
        ...

    async def in_range(self, start: int, end: int, *, limit: int) -> list[StoredDeposit]:
        """Return up to ``limit`` deposits of entries ``[start, end)``, in order."""
        ...

    async def by_keys(self, key_ids: Sequence[bytes]) -> list[StoredDeposit]:
        """Return the deposits that these keys open, in order."""
        ...

    async def shredded(self, start: int, *, limit: int) -> list[tuple[int, bytes]]:
        """Return entries (index, octets) of type shredded, from index ``start`` on, in order."""
        ...

    async def shredded_of(self, label: bytes) -> list[bytes]:
        """Return the octets of the label's entries of type shredded."""
        ...


class RecordKeys(Protocol):
    """The keys of the sealed records; `add` and `destroy` run in the sequencer's thread."""

    @property
    def stopped(self) -> bool:
        """Tell whether it has given up for good: what is on the disk is unknown."""
        ...

    def add(self, keys: Sequence[RecordKey]) -> None:
        """Write keys durably, or raise `ConsentError` (ledger_stopped)."""
        ...

    def destroy(self, commitments: Sequence[bytes]) -> None:
        """Destroy every key of these entries, durably, or raise `ConsentError`."""
        ...

    def close(self) -> None:
        """Give the writing connection back."""
        ...

    async def wrapped(self, key_ids: Sequence[bytes]) -> dict[bytes, bytes]:
        """Return the wrapped keys that are there, by their ids."""
        ...

    async def of_holder_key(self, thumbprint: bytes) -> list[bytes]:
        """Return the ids of the keys that open what a foreign wallet's key presented."""
        ...


class Snapshot(Protocol):
    """The log at one moment, for the thread that reads it."""

    def head(self) -> Head | None:
        """Return the committed state, None before the log was first opened."""
        ...

    def leaves(self, start: int, end: int) -> list[bytes]:
        """Return the octets of entries ``[start, end)``, fewer where the log is shorter."""
        ...

    def subtrees(self, level: int, start: int, end: int) -> list[bytes]:
        """Return hashes ``[start, end)`` of a tile level, 1 or above."""
        ...

    def of_label(self, label: bytes) -> list[tuple[int, bytes]]:
        """Return the entries (index, octets) of a label, in order."""
        ...

    def look_up(self, label: bytes, size: int) -> tuple[int, Lookup] | None:
        """Return the index of the last seal and the lookup in its map, None before the first."""
        ...


class Reader(Protocol):
    """Reading several things of one moment."""

    async def read(self, work: Callable[[Snapshot], _T]) -> _T:
        """Return what ``work`` makes of the log as it is, in a thread that does nothing else."""
        ...

    async def close(self) -> None:
        """End the reading."""
        ...


class Store(Protocol):
    """Reading what is committed, and making the writer."""

    @property
    def cosignatures(self) -> Cosignatures:
        """What witnesses cosigned."""
        ...

    @property
    def deposits(self) -> Deposits:
        """The sealed records."""
        ...

    @property
    def dues(self) -> Dues:
        """What falls due."""
        ...

    @property
    def codes(self) -> Codes:
        """The shown codes that were used."""
        ...

    @property
    def months(self) -> MonthStore:
        """The months of the statistics."""
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

    async def found(self, wanted: EntryFilter, turn: Turn, limit: int) -> list[tuple[int, bytes]]:
        """Return up to ``limit`` entries (index, octets), those next to the turn."""
        ...

    async def verification(self) -> Verification | None:
        """Return the last verification, None when there was none."""
        ...

    async def begin_verification(self, begun: Verification, *, abandoned: datetime) -> bool:
        """Put ``begun`` in the place of the last one; False while that is running.

        Running is what has no report and was told of after ``abandoned``.
        """
        ...

    async def tell_verification(self, told: Verification) -> bool:
        """Write down how far it is, or its report; False when it is no longer the last one."""
        ...

    def reader(self, log_label: bytes) -> Reader:
        """Return who reads for proofs; ``log_label`` is that of the log's own entries."""
        ...

    def writer(self, signer: NoteSigner, anchor: Path | None) -> Writer:
        """Return the writer; ``anchor`` is a file outside the database: what was signed last."""
        ...
