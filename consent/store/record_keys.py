"""The keys of the sealed records, in a database of their own that no backup holds.

On SQLite a file beside the ledger's, on PostgreSQL a schema of its own. A key is durable before
its record's entry is acknowledged; a key without a record is harmless. Destroying a key overwrites
it (`PRAGMA secure_delete`) and empties the write-ahead log; what a disk keeps beneath its own file
system is outside our sight, and so every key is wrapped under the room's data key as well.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Final

from sqlalchemy import (
    Column,
    Delete,
    Index,
    Insert,
    LargeBinary,
    MetaData,
    Table,
    bindparam,
    delete,
    event,
    insert,
    select,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import ConnectionPoolEntry

from consent.deposits import RecordKey
from consent.errors import ConsentError, ConsentFailure
from consent.store.writer_engine import sqlite_file, writer_engine

metadata = MetaData()

record_keys = Table(
    "record_keys",
    metadata,
    Column("id", LargeBinary, primary_key=True),
    Column("commitment", LargeBinary, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    Column("holder_key", LargeBinary),
    Index("record_keys_commitment", "commitment"),
    Index("record_keys_holder_key", "holder_key"),
)

# A statement asks for so many at once.
_AT_ONCE: Final = 500
_INSERT = insert(record_keys)
_DELETE = delete(record_keys).where(record_keys.c.commitment == bindparam("of_commitment"))


class RecordKeyStore:
    """The key database; `add` and `destroy` are called from the sequencer's thread alone."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._file = sqlite_file(engine)
        self._reader = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._writer = writer_engine(engine)
        self._stopped = False
        if self._file is not None:
            event.listen(self._writer, "connect", _overwrite_what_is_deleted)

    @property
    def stopped(self) -> bool:
        """Tell whether a commit failed on SQLite: this process adds no more keys (H92)."""
        return self._stopped

    def add(self, keys: Sequence[RecordKey]) -> None:
        """Write keys durably, or raise `ConsentError` (ledger_stopped)."""
        self._write(_INSERT, [asdict(key) for key in keys])

    def destroy(self, commitments: Sequence[bytes]) -> None:
        """Destroy every key of these entries, durably, or raise `ConsentError` (ledger_stopped).

        What is gone already is no error: the list of what was shredded is replayed at each start.
        """
        self._write(_DELETE, [{"of_commitment": commitment} for commitment in commitments])
        if self._file is not None:
            with self._writer.connect() as connection:
                connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Give the writing connection back."""
        self._writer.dispose()

    async def wrapped(self, key_ids: Sequence[bytes]) -> dict[bytes, bytes]:
        """Return the wrapped keys that are there, by their ids."""
        found: dict[bytes, bytes] = {}
        async with self._reader.connect() as connection:
            for start in range(0, len(key_ids), _AT_ONCE):
                wanted = record_keys.c.id.in_(key_ids[start : start + _AT_ONCE])
                query = select(record_keys.c.id, record_keys.c.wrapped).where(wanted)
                found |= {row.id: row.wrapped for row in await connection.execute(query)}
        return found

    async def of_holder_key(self, thumbprint: bytes) -> list[bytes]:
        """Return the ids of the keys that open what a foreign wallet's key presented."""
        query = select(record_keys.c.id).where(record_keys.c.holder_key == thumbprint)
        async with self._reader.connect() as connection:
            return list((await connection.execute(query)).scalars())

    def _write(self, statement: Insert | Delete, rows: Sequence[Mapping[str, object]]) -> None:
        if self._stopped:
            raise _failed()
        try:
            with self._writer.begin() as connection:
                connection.execute(statement, rows)
        except DBAPIError:
            # After a failed commit nobody knows what the file holds; a server says it itself.
            self._stopped = self._file is not None
            self._writer.dispose()
            raise _failed() from None


def _overwrite_what_is_deleted(connection: object, _record: ConnectionPoolEntry) -> None:
    connection.execute("PRAGMA secure_delete=ON")  # type: ignore[attr-defined]  # DBAPI connections are untyped


def _failed() -> ConsentError:
    return ConsentError(
        ConsentFailure.LEDGER_STOPPED,
        "the keys could not be written; send again with the same key",
    )
