"""Reading in a thread of its own: one change of threads for a whole proof, and one snapshot.

Through the event loop every statement costs two changes of threads, and a proof needs several.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from consent.complete.prefix_map import Lookup
from consent.errors import ConsentError, ConsentFailure
from consent.ports import Head
from consent.store.prepared import Prepared
from consent.store.stored_map import StoredMap
from consent.store.tables import entries, head_of, select_head, subtrees
from consent.store.writer_engine import reader_engine

_HEAD: Final = Prepared(select_head())
_LEAVES: Final = Prepared(
    select(entries.c.leaf)
    .where(entries.c.position >= bindparam("start"), entries.c.position < bindparam("end"))
    .order_by(entries.c.position)
)
_SUBTREES: Final = Prepared(
    select(subtrees.c.hash)
    .where(subtrees.c.level == bindparam("of_level"))
    .where(subtrees.c.position >= bindparam("start"), subtrees.c.position < bindparam("end"))
    .order_by(subtrees.c.position)
)
_OF_LABEL: Final = Prepared(
    select(entries.c.position, entries.c.leaf)
    .where(entries.c.label == bindparam("wanted"))
    .order_by(entries.c.number)
)

_T = TypeVar("_T")


class TableSnapshot:
    """The tables as one transaction sees them."""

    def __init__(self, connection: Connection, stored: StoredMap) -> None:
        self._connection = connection
        self._map = stored

    def head(self) -> Head | None:
        """Return the committed state, None before the ledger was first opened."""
        for row in _HEAD.rows(self._connection):
            return head_of(*row)
        return None

    def leaves(self, start: int, end: int) -> list[bytes]:
        """Return the octets of entries ``[start, end)``, fewer where the log is shorter."""
        return _LEAVES.octets(self._connection, start=start, end=end)

    def subtrees(self, level: int, start: int, end: int) -> list[bytes]:
        """Return hashes ``[start, end)`` of a tile level, 1 or above."""
        return _SUBTREES.octets(self._connection, of_level=level, start=start, end=end)

    def of_label(self, label: bytes) -> list[tuple[int, bytes]]:
        """Return the entries (index, octets) of a label, in order."""
        return [(index, leaf) for index, leaf in _OF_LABEL.rows(self._connection, wanted=label)]

    def look_up(self, label: bytes, size: int) -> tuple[int, Lookup] | None:
        """Return the last seal's index and the lookup in its map, None before the first seal.

        Raises `ConsentError` (store_damaged) when the map is not the one that was sealed.
        """
        root = self._map.follow(self._connection, size)
        if self._map.sealed == 0:
            return None
        if self._map.crown.root != root:
            self._map.forget()
            raise ConsentError(ConsentFailure.STORE_DAMAGED, "the map is not the one sealed")
        return self._map.sealed - 1, self._map.look_up(self._connection, label)


class Reader:
    """The thread and the connection; both begin with the first reading."""

    def __init__(self, engine: AsyncEngine, log_label: bytes) -> None:
        self._engine = reader_engine(engine)
        self._map = StoredMap(log_label)
        self._thread = ThreadPoolExecutor(1, "ledger-reader")
        self._connection: Connection | None = None
        self._closed = False

    async def read(self, work: Callable[[TableSnapshot], _T]) -> _T:
        """Return what ``work`` makes of a snapshot, in the reader's thread."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._read, work)

    async def close(self) -> None:
        """Give the connection back; nothing is read afterwards."""
        if self._closed:
            return
        self._closed = True
        await asyncio.get_running_loop().run_in_executor(self._thread, self._disconnect)
        self._thread.shutdown()

    def _read(self, work: Callable[[TableSnapshot], _T]) -> _T:
        try:
            if self._connection is None:
                self._connection = self._engine.connect()
            with self._connection.begin():
                return work(TableSnapshot(self._connection, self._map))
        except DBAPIError:
            self._disconnect()
            raise

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None
        self._engine.dispose()
