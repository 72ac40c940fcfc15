"""What the ledger needs of whoever keeps it: somebody to read from, and one writer.

`consent.store` is both, on SQLite and on PostgreSQL; the ledger and its files know these ports
alone, and no database.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias

from consent.errors import ConsentError
from consent.growth import Edge
from consent.receipt import EntryProof
from consent.sequencing import AuthorisedEntry, LabelKeys, LabelOpened, Repeated
from consent.signed_note import NoteSigner

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

    def writer(self, signer: NoteSigner, anchor: Path | None) -> Writer:
        """Return the writer that signs with ``signer``.

        ``anchor`` is a file outside the database that remembers what was signed last.
        """
        ...
