"""Reading the ledger's tables through the event loop, and making their writer."""

from datetime import datetime
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from consent.ports import EntryFilter, Head, Turn, Verification
from consent.store import verifications
from consent.store.anchor import Anchor
from consent.store.codes import Codes
from consent.store.cosignatures import CosignatureTables
from consent.store.deposits import Deposits
from consent.store.dues import Dues
from consent.store.journal import Journal
from consent.store.months import Months
from consent.store.searching import select_found
from consent.store.snapshots import Reader
from consent.store.tables import (
    head_of,
    select_head,
    select_leaves,
    select_subtrees,
)
from consent.tlog.signed_note import NoteSigner


class ConsentStore:
    """Reading the ledger's tables, on SQLite and PostgreSQL alike."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        # Each reading is one statement and sees what is committed: it waits for no writer, and
        # holds none up.
        self._reader = engine.execution_options(isolation_level="AUTOCOMMIT")
        self.cosignatures = CosignatureTables(engine)
        self.deposits = Deposits(engine)
        self.dues = Dues(engine)
        self.codes = Codes(engine)
        self.months = Months(engine)

    async def head(self) -> Head | None:
        """Return the committed state, None before the ledger was first opened."""
        async with self._reader.connect() as connection:
            row = (await connection.execute(select_head())).one_or_none()
        return head_of(*row) if row is not None else None

    async def leaves(self, start: int, end: int) -> list[bytes]:
        """Return the octets of entries ``[start, end)``, fewer where the log is shorter."""
        async with self._reader.connect() as connection:
            return list((await connection.execute(select_leaves(start, end))).scalars())

    async def subtrees(self, level: int, start: int, end: int) -> list[bytes]:
        """Return hashes ``[start, end)`` of a tile level, 1 or above."""
        query = select_subtrees(level, start, end)
        async with self._reader.connect() as connection:
            return list((await connection.execute(query)).scalars())

    async def found(self, wanted: EntryFilter, turn: Turn, limit: int) -> list[tuple[int, bytes]]:
        """Return entries (index, octets) that are looked for, those next to the turn."""
        query = select_found(wanted, turn, limit)
        async with self._reader.connect() as connection:
            return [(index, leaf) for index, leaf in await connection.execute(query)]

    async def verification(self) -> Verification | None:
        """Return the last verification of the whole log, None when there was none."""
        return await verifications.last(self._reader)

    async def begin_verification(self, begun: Verification, *, abandoned: datetime) -> bool:
        """Put ``begun`` in the place of one that is done or abandoned; False if one is running."""
        return await verifications.begin(self.engine, begun, abandoned=abandoned)

    async def tell_verification(self, told: Verification) -> bool:
        """Write down how far it is, or its report; False when it is no longer the last one."""
        return await verifications.tell(self.engine, told)

    def reader(self, log_label: bytes) -> Reader:
        """Return who reads for proofs; ``log_label`` is that of the log's own entries."""
        return Reader(self.engine, log_label)

    def writer(self, signer: NoteSigner, anchor: Path | None) -> Journal:
        """Return the log's writer; ``anchor`` None means that nothing outside is remembered."""
        return Journal(self.engine, signer, Anchor(anchor) if anchor is not None else None)
