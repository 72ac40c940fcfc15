"""Logs to be measured, and beside each the bare rows: the same tables, nobody asking anything.

On SQLite in a new file of ``var``, because a temporary folder may be in memory, where syncing
costs nothing; on PostgreSQL in schemas of their own, which are dropped afterwards.
"""

import gc
import os
import sqlite3
import tempfile
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

import psycopg
import uvloop
from sqlalchemy import create_engine, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from consent.forms.entry import EntryType
from consent.forms.submission import NewEntry
from consent.ledger import Ledger, LedgerKeys
from consent.sequencing import AuthorisedEntry, LabelKeys
from consent.store import ConsentStore, RecordKeyStore, metadata
from consent.store.journal import Journal
from keys.jwk import Algorithm
from keys.sealing import DataKey
from keys.signer import SoftwareSigner
from keys.trust_list import TrustList

ORIGIN = "bench.example/consent/2026"
NOW = datetime(2026, 11, 22, tzinfo=UTC)
# As many as the product has to serve at once, and as many rows are one bare transaction.
PRODUCERS = 64
HOLDER = "h" * 43
VAR = Path(__file__).resolve().parent.parent / "var"
SERVER = os.environ.get("MYDATA_TEST_DATABASE_URL", "").replace(
    "postgresql:", "postgresql+psycopg:"
)

_T = TypeVar("_T")


def pairs(count: int) -> Iterator[AuthorisedEntry]:
    """Return prepared entries: a consent that opens a label, then its use, and so on."""
    for _ in range(count // 2):
        octets = os.urandom(189)
        label, keys = octets[:32], LabelKeys(octets[128:], HOLDER)
        consent = NewEntry(EntryType.CONSENT, label, octets[32:64], "")
        yield AuthorisedEntry(consent, octets[96:112], keys)
        used = NewEntry(EntryType.USED, label, octets[64:96], "")
        yield AuthorisedEntry(used, octets[112:128], None)


class Log:
    """A ledger and the loop it runs in; ``written`` is for whoever fills it."""

    def __init__(self, folder: Path, engine: AsyncEngine) -> None:
        self.folder = folder
        self.written = 0
        self._engine = engine
        # As the server: its event loop, and nothing to look through that was loaded before.
        self._loop = uvloop.new_event_loop()
        gc.freeze()
        self._keys = LedgerKeys(
            ORIGIN, SoftwareSigner.generate(Algorithm.ED25519), DataKey.generate()
        )
        self.start()

    def start(self) -> None:
        """Start the ledger."""
        file = f"sqlite+aiosqlite:///{self.folder}/record_keys.sqlite"
        self._key_engine = create_async_engine(file)
        self.ledger = Ledger(
            ConsentStore(self._engine),
            self._keys,
            record_keys=RecordKeyStore(self._key_engine),
            trust=lambda: TrustList((), NOW, NOW, NOW - NOW),
            clock=lambda: NOW,
            anchor=self.folder / "anchor",
        )
        self.call(self.ledger.start())

    def call(self, work: Coroutine[Any, Any, _T]) -> _T:
        """Return what ``work`` returns."""
        return self._loop.run_until_complete(work)

    def stop(self) -> None:
        """Stop the ledger."""
        self.call(self.ledger.close())
        self.call(self._key_engine.dispose())

    def sync(self, *, durably: bool) -> None:
        """Let commits on SQLite wait for the disk, or not while a log is only filled."""
        self.writer.append(list(pairs(2)))  # connected from here on
        connection = self.writer._connection  # noqa: SLF001  # measured from inside
        driver = cast("Any", connection).connection.driver_connection
        driver.execute(f"PRAGMA synchronous={'FULL' if durably else 'OFF'}")

    def close(self) -> None:
        """Give everything back."""
        self.stop()
        self.call(self._engine.dispose())
        self._loop.close()

    @property
    def writer(self) -> Journal:
        """The writer inside, for a single thread: no loop, no queue."""
        sequencer = self.ledger._sequencer  # noqa: SLF001  # measured from inside
        return cast("Journal", sequencer._writer)  # noqa: SLF001  # the same


class Raw(Protocol):
    """The bare rows of a log."""

    def write(self) -> int:
        """Write one group of as many rows as there are producers, in one transaction."""
        ...


@contextmanager
def sqlite_log() -> Iterator[tuple[Log, "RawFile"]]:
    """Return a log on a new SQLite file, and another file with the same tables."""
    VAR.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=VAR, prefix="bench-") as name:
        folder = Path(name)
        for file in ("consent.sqlite", "raw.sqlite"):
            make_tables = create_engine(f"sqlite:///{folder}/{file}")
            metadata.create_all(make_tables)
            make_tables.dispose()
        log = Log(folder, create_async_engine(f"sqlite+aiosqlite:///{folder}/consent.sqlite"))
        raw = RawFile(folder / "raw.sqlite")
        yield log, raw
        raw.close()
        log.close()


@contextmanager
def server_log() -> Iterator[tuple[Log, "RawServer"]]:
    """Return a log in a new schema of the server, and another schema with the same tables."""
    name = f"bench_{os.urandom(4).hex()}"
    schemas = (name, f"{name}_raw")
    admin = create_engine(SERVER)
    with admin.begin() as connection:
        for schema in schemas:
            connection.execute(text(f'CREATE SCHEMA "{schema}"'))
            bound = connection.execution_options(schema_translate_map={None: schema})
            metadata.create_all(bound)
    VAR.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=VAR, prefix="bench-") as folder:
        options = {"schema_translate_map": {None: name}}
        log = Log(Path(folder), create_async_engine(SERVER, execution_options=options))
        raw = RawServer(schemas[1])
        yield log, raw
        raw.close()
        log.close()
    with admin.begin() as connection:
        for schema in schemas:
            connection.execute(text(f'DROP SCHEMA "{schema}" CASCADE'))
    admin.dispose()


@dataclass
class _Rows:
    """Rows as wide as the ledger's, one after the other."""

    size: int = 0

    def next(self, count: int) -> list[tuple[object, ...]]:
        """Return more rows, with everything in them but a leaf that says something."""
        first, leaf = self.size, bytes(164)
        self.size += count
        rows: list[tuple[object, ...]] = []
        for at, entry in enumerate(pairs(count), first):
            label, opens, kind = entry.entry.label, entry.opens, entry.entry.type.value
            if opens is not None:
                rows.append((at, leaf, label, 1, entry.request, opens.mac_key, HOLDER, kind))
            else:
                row = (at, leaf + bytes(40), label, 2, entry.request, None, None, kind)
                rows.append(row)
        return rows


CHECKPOINT = "c" * 190
EDGE = bytes(32 * 12)


class RawFile:
    """SQLite with the ledger's tables and pragmas, straight through the driver."""

    def __init__(self, file: Path) -> None:
        self._rows = _Rows()
        self._connection = sqlite3.connect(file, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.execute("INSERT INTO head VALUES (0, 0, x'', '')")

    def write(self) -> int:
        """Write one group."""
        self._write(PRODUCERS)
        return PRODUCERS

    def fill(self, size: int) -> None:
        """Write until there are so many, without waiting for the disk."""
        self._connection.execute("PRAGMA synchronous=OFF")
        while self._rows.size < size:
            self._write(512)
        self._connection.execute("PRAGMA synchronous=FULL")

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()

    def _write(self, count: int) -> None:
        rows = self._rows.next(count)
        connection = self._connection
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
        head = "UPDATE head SET size = ?, edge = ?, checkpoint = ?"
        connection.execute(head, (self._rows.size, EDGE, CHECKPOINT))
        connection.execute("COMMIT")


class RawServer:
    """PostgreSQL with the ledger's tables, straight through the driver, arrays of columns."""

    def __init__(self, schema: str) -> None:
        self._rows = _Rows()
        self._schema = schema
        self._connection = psycopg.connect(SERVER.replace("+psycopg", ""))
        first = f"INSERT INTO {schema}.head VALUES (0, 0, '', '')"  # noqa: S608  # our own name
        self._connection.execute(first.encode())
        self._connection.commit()

    def write(self) -> int:
        """Write one group."""
        columns = [list(column) for column in zip(*self._rows.next(PRODUCERS), strict=True)]
        types = ("bigint", "bytea", "bytea", "bigint", "bytea", "bytea", "text", "text")
        arrays = ", ".join(f"%s::{each}[]" for each in types)
        # The schema's name is our own, made of eight hexadecimal digits.
        insert = f"INSERT INTO {self._schema}.entries SELECT * FROM unnest({arrays})"  # noqa: S608
        head = f"UPDATE {self._schema}.head SET size = %s, edge = %s, checkpoint = %s"  # noqa: S608
        self._connection.execute(insert.encode(), columns)
        self._connection.execute(head.encode(), (self._rows.size, EDGE, CHECKPOINT))
        self._connection.commit()
        return PRODUCERS

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()
