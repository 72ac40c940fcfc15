"""Writing the log: one transaction a batch, everything or nothing, answered after the commit.

All of it runs in the one thread of the sequencer, on a connection of its own. The transaction
holds

1. the entries, a seal of the map at their end when it is due; 2. the roots of tiles that became
   full; 3. the head, right edge and signed checkpoint, by compare-and-swap on the one this process
   last saw; 4. the buckets of the map that the seal changed.

Who loses the swap has written nothing, reads the head and tries again: several processes on
PostgreSQL take turns and can never fork the log.
"""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from consent.errors import ConsentError, ConsentFailure
from consent.forms.entry import EntryType, log_label
from consent.forms.receipt import EntryProof
from consent.forms.submission import NewEntry
from consent.ports import Answer, Head
from consent.sequencing import (
    AuthorisedEntry,
    Known,
    LabelEnd,
    LabelMoved,
    Outcome,
    Placed,
    sequence,
)
from consent.store.anchor import Anchor
from consent.store.lock import ProcessLock
from consent.store.sealing import Seal, SealedMap
from consent.store.startup import check_and_load, read_head
from consent.store.writer_engine import sqlite_file, writer_engine
from consent.store.writing import LostError, all_known, ends_of, write_batch
from consent.tlog.checkpoint import Checkpoint, sign_checkpoint
from consent.tlog.growth import Growth, grow
from consent.tlog.signed_note import NoteSigner

# Other processes may win the swap a few times in a row, not for ever.
ATTEMPTS: Final = 20
# Ends of labels kept in memory, about 20 MB; true as long as no other process writes.
ENDS_KEPT: Final = 100_000


class Journal:
    """The one writer of a log; every method but `__init__` is called from the sequencer's thread.

    ``anchor`` remembers outside the database what was signed last, None for no such memory.
    """

    def __init__(self, engine: AsyncEngine, signer: NoteSigner, anchor: Anchor | None) -> None:
        self._file = sqlite_file(engine)
        self._writer = writer_engine(engine)
        self._signer = signer
        self._anchor = anchor
        self._lock: ProcessLock | None = None
        self._connection: Connection | None = None
        self._head: Head | None = None
        self._ends: dict[bytes, LabelEnd] = {}
        self._origin = signer.verifier_key.name
        self._log_label = log_label(self._origin)
        self._map = SealedMap(self._log_label)
        self._stopped = False

    @property
    def stopped(self) -> bool:
        """Tell whether a commit failed on SQLite: this process writes no more (H92)."""
        return self._stopped

    @property
    def unsealed(self) -> bool:
        """Tell whether entries wait for the next seal of the map."""
        return self._map.unsealed > 0

    def open(self) -> None:
        """Take the lock, check what is stored, and make the empty log's first checkpoint.

        Raises `ConsentError`: ledger_in_use, checkpoint_ahead, store_damaged.
        """
        if self._file is not None:
            self._lock = ProcessLock.take(self._file)
        try:
            with self._writer.begin() as connection:
                self._head = check_and_load(connection, self._signer, self._anchor)
                self._map.load(connection, self._head.size)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Give back connection and lock."""
        self._disconnect()
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def append(self, batch: Sequence[AuthorisedEntry], *, seal: bool = False) -> list[Answer]:
        """Write the batch durably and return one answer an entry, in order.

        ``seal`` says that it is time to seal the map, as far as there is anything new.
        Raises `ConsentError` when nothing of it is answered: ledger_busy when other processes were
        always faster, ledger_stopped when the database failed. When a commit fails on SQLite the
        state of the disk is unknown, and this process writes no more (H92).
        """
        if self._stopped:
            raise _stopped()
        for attempt in range(ATTEMPTS):
            try:
                return self._attempt(batch, seal=seal, certain=attempt > 0)
            except (LostError, IntegrityError):
                self._head = None
            except DBAPIError:
                self._disconnect()
                raise _stopped() from None
        raise ConsentError(ConsentFailure.LEDGER_BUSY, "other processes were faster; try again")

    def _attempt(
        self, batch: Sequence[AuthorisedEntry], *, seal: bool, certain: bool
    ) -> list[Answer]:
        """Try once; unless ``certain``, trust memory and let the database contradict it."""
        if self._connection is None:
            self._connection = self._writer.connect()
        connection = self._connection
        transaction = connection.begin()
        try:
            seen = self._head or self._reread(connection)
            known = all_known(connection, batch) if certain else self._known(connection, batch)
            outcomes = sequence(batch, size=seen.size, known=known)
            placed = _new(outcomes)
            if not (placed or certain):
                _check_moved(outcomes)
            ends = _ends_after(placed)
            sealing = None
            if self._map.is_due(placed, is_time=seal):
                sealing = self._map.seal(connection, ends)
                placed.append(self._seal_entry(connection, sealing, seen.size, known, placed))
            if not placed:
                transaction.rollback()
                return [_answer(outcome, {}) for outcome in outcomes]
            growth = grow(seen.edge, [each.hash for each in placed])
            head = Head(growth.edge(), self._sign(growth))
            write_batch(connection, placed, growth, seen, head.checkpoint)
            if sealing is not None:
                sealing.write(connection)
        except BaseException:
            transaction.rollback()
            raise
        try:
            transaction.commit()
        except DBAPIError:
            # What a database server did is known after reconnecting; what a disk did is not.
            self._stopped = self._file is not None
            raise
        self._remember(head, placed, sealing, ends)
        proofs = _proofs(placed, growth, head.checkpoint)
        return [_answer(outcome, proofs) for outcome in outcomes]

    def _reread(self, connection: Connection) -> Head:
        head = read_head(connection, self._signer.verifier_key)
        if head is None:
            raise ConsentError(ConsentFailure.STORE_DAMAGED, "the ledger's head is gone")
        if not self._map.follow(connection, head.size):
            raise LostError
        self._head = head
        self._ends.clear()
        return head

    def _seal_entry(
        self, connection: Connection, seal: Seal, size: int, known: Known, placed: Sequence[Placed]
    ) -> Placed:
        """Return the entry of a seal, in its place after those of the batch."""
        index = size + len(placed)
        label = self._log_label
        end = _ends_after(placed).get(label) or known.ends.get(label) or self._ends.get(label)
        found = {label: end} if end is not None else ends_of(connection, [label])
        # Nobody else writes under a request made of an index: it is no idempotency key's.
        request = sha256(b"mydata-map-request-v1" + index.to_bytes(8, "big")).digest()[:16]
        entry = AuthorisedEntry(NewEntry(EntryType.MAP, label, seal.root, ""), request, None)
        (sealed,) = _new(sequence([entry], size=index, known=Known(found)))
        return sealed

    def _known(self, connection: Connection, batch: Sequence[AuthorisedEntry]) -> Known:
        """Return the ends of labels; new labels and new requests are taken at their word."""
        used = {each.entry.label for each in batch}
        opened = {each.entry.label for each in batch if each.opens is not None}
        ends = {label: self._ends[label] for label in used if label in self._ends}
        return Known(ends | ends_of(connection, used - opened - ends.keys()))

    def _sign(self, growth: Growth) -> str:
        origin = self._signer.verifier_key.name
        return sign_checkpoint(Checkpoint(origin, growth.size, growth.root), self._signer)

    def _remember(
        self,
        head: Head,
        placed: Sequence[Placed],
        seal: Seal | None,
        ends: Mapping[bytes, LabelEnd],
    ) -> None:
        self._head = head
        if len(self._ends) > ENDS_KEPT:
            self._ends.clear()
        self._ends.update(ends)
        if seal is None:
            self._map.remember(placed, ends)
        else:
            last = placed[-1]
            self._map.remember_seal(seal, last.index)
            self._ends[self._log_label] = LabelEnd(last.number, last.hash)
        if self._anchor is not None:
            self._anchor.write(head.checkpoint)

    def _disconnect(self) -> None:
        self._head = None
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None
        self._writer.dispose()


def _new(outcomes: Iterable[Outcome]) -> list[Placed]:
    """Return the new entries in the order of the log; two outcomes may be one entry."""
    return list({each.index: each for each in outcomes if isinstance(each, Placed)}.values())


def _check_moved(outcomes: Iterable[Outcome]) -> None:
    """Raise `LostError` for what moved from where memory has it: only the database knows."""
    if any(isinstance(outcome, LabelMoved) for outcome in outcomes):
        raise LostError


def _ends_after(placed: Iterable[Placed]) -> dict[bytes, LabelEnd]:
    """Return the ends of labels that new entries make."""
    return {each.authorised.entry.label: LabelEnd(each.number, each.hash) for each in placed}


def _proofs(placed: Sequence[Placed], growth: Growth, checkpoint: str) -> dict[int, EntryProof]:
    return {
        each.index: EntryProof(each.index, each.leaf, growth.size, proof, checkpoint)
        for each, proof in zip(placed, growth.proofs(), strict=True)
    }


def _answer(outcome: Outcome, proofs: dict[int, EntryProof]) -> Answer:
    return proofs[outcome.index] if isinstance(outcome, Placed) else outcome


def _stopped() -> ConsentError:
    return ConsentError(
        ConsentFailure.LEDGER_STOPPED,
        "the database failed, so the outcome is unknown; send again with the same key",
    )
