"""The ledger: durable appends, alone and in groups; proofs; checking who submits; auditing.

`append_1` is one producer that waits for each answer, against the disk's own floor: 4 KiB
rewritten in place and synced. `append_64` is 64 producers, against SQLite itself: the same rows
with the same indexes, 64 a transaction, straight through the driver, nothing hashed, signed or
proven. Both append prepared entries, every second one under a label that the one before opened;
who may submit is `submit_check`, measured apart because it is spread over processes while the
log has one sequencer.
"""

import asyncio
import os
import sqlite3
import tempfile
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from benchmarks.measure import Clock, Item, Race
from consent.auditing.audit import audit
from consent.auditing.export import export_log
from consent.authorisation import authorise, verify_submission
from consent.forms.entry import EntryType
from consent.forms.submission import NewEntry, PairSecret, sign_submission
from consent.ledger import Ledger, LedgerKeys
from consent.sequencing import AuthorisedEntry, LabelKeys
from consent.store import ConsentStore, RecordKeyStore, metadata
from keys.jwk import Algorithm
from keys.sealing import DataKey
from keys.signer import SoftwareSigner
from keys.trust_list import TrustList

ORIGIN = "bench.example/consent/2026"
NOW = datetime(2026, 11, 22, tzinfo=UTC)
PRODUCERS = 64
# Appends of one producer in one piece of work.
EACH = 8
BLOCK = os.urandom(4096)
# Entries of the log that is proven from and audited: 40 full tiles and a partial one.
LOG_SIZE = 10_300
HOLDER = "h" * 43

VAR = Path(__file__).resolve().parent.parent / "var"


def items() -> list[Item]:
    """Return the ledger's items; the goals are those of the product."""
    wall, cpu = Clock.WALL, Clock.THREAD_CPU
    rows = "the same rows, 64 a transaction, through the SQLite driver"
    return [
        Item("append_1", wall, _append_1, "4 KiB written in place and fdatasync", goal=0.30),
        Item("append_64", wall, _append_64, rows, goal=0.50),
        Item("prove_inclusion", wall, _prove, "20 SHA-256 of 65 octets"),
        Item("submit_check", cpu, _submit_check, "one ECDSA P-256 verify"),
        Item("audit", cpu, _audit, "two SHA-256 an entry"),
    ]


@dataclass
class _Log:
    """A ledger on a new SQLite file, and the loop it runs in."""

    folder: Path
    loop: asyncio.AbstractEventLoop
    engine: AsyncEngine
    ledger: Ledger

    def run(self, work: Coroutine[Any, Any, object]) -> None:
        self.loop.run_until_complete(work)


@contextmanager
def _log() -> Iterator[_Log]:
    VAR.mkdir(exist_ok=True)
    # In var, because a temporary folder may be in memory, where syncing costs nothing.
    with tempfile.TemporaryDirectory(dir=VAR, prefix="bench-") as name:
        file = Path(name) / "consent.sqlite"
        make_tables = create_engine(f"sqlite:///{file}")
        metadata.create_all(make_tables)
        make_tables.dispose()
        engine = create_async_engine(f"sqlite+aiosqlite:///{file}")
        key_engine = create_async_engine(f"sqlite+aiosqlite:///{name}/record_keys.sqlite")
        keys = LedgerKeys(ORIGIN, SoftwareSigner.generate(Algorithm.ED25519), DataKey.generate())
        loop = asyncio.new_event_loop()
        ledger = Ledger(
            ConsentStore(engine),
            keys,
            record_keys=RecordKeyStore(key_engine),
            trust=lambda: TrustList((), NOW, NOW, NOW - NOW),
            clock=lambda: NOW,
            anchor=Path(name) / "anchor",
        )
        log = _Log(Path(name), loop, engine, ledger)
        log.run(ledger.start())
        yield log
        log.run(ledger.close())
        log.run(engine.dispose())
        loop.close()


def _pairs(count: int) -> Iterator[AuthorisedEntry]:
    """Return prepared entries: a consent that opens a label, then its use, and so on."""
    for _ in range(count // 2):
        octets = os.urandom(189)
        label, keys = octets[:32], LabelKeys(octets[128:], HOLDER)
        consent = NewEntry(EntryType.CONSENT, label, octets[32:64], "")
        yield AuthorisedEntry(consent, octets[96:112], keys)
        used = NewEntry(EntryType.USED, label, octets[64:96], "")
        yield AuthorisedEntry(used, octets[112:128], None)


async def _produce(ledger: Ledger, count: int) -> None:
    for entry in _pairs(count):
        await ledger.append(entry)


async def _produce_together(ledger: Ledger) -> None:
    await asyncio.gather(*(_produce(ledger, EACH) for _ in range(PRODUCERS)))


@contextmanager
def _append_1() -> Iterator[Race]:
    with _log() as log:
        block = os.open(log.folder / "block", os.O_WRONLY | os.O_CREAT, 0o600)

        def append() -> int:
            log.run(_produce(log.ledger, EACH))
            return EACH

        def sync() -> int:
            os.pwrite(block, BLOCK, 0)
            os.fdatasync(block)
            return 1

        yield Race(append, sync)
        os.close(block)


@contextmanager
def _append_64() -> Iterator[Race]:
    with _log() as log, _raw(log.folder / "raw.sqlite") as raw:

        def append() -> int:
            log.run(_produce_together(log.ledger))
            return PRODUCERS * EACH

        yield Race(append, raw.write)


class _Raw:
    """SQLite with the ledger's tables and pragmas, and nobody asking anything of it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._size = 0
        self._checkpoint = "c" * 190

    def write(self) -> int:
        """Write one group of as many rows as there are producers."""
        connection, first = self._connection, self._size
        self._size += PRODUCERS
        rows = list(self._rows(first))
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
        connection.execute(
            "UPDATE head SET size = ?, edge = ?, checkpoint = ?",
            (self._size, bytes(32 * 12), self._checkpoint),
        )
        connection.execute("COMMIT")
        return PRODUCERS

    def _rows(self, first: int) -> Iterator[tuple[object, ...]]:
        leaf = bytes(164)
        for at, entry in enumerate(_pairs(PRODUCERS), first):
            label, opens, kind = entry.entry.label, entry.opens, entry.entry.type.value
            if opens is not None:
                yield at, leaf, label, 1, entry.request, opens.mac_key, opens.holder, kind
            else:
                yield at, leaf + bytes(40), label, 2, entry.request, None, None, kind


@contextmanager
def _raw(file: Path) -> Iterator[_Raw]:
    make_tables = create_engine(f"sqlite:///{file}")
    metadata.create_all(make_tables)
    make_tables.dispose()
    connection = sqlite3.connect(file, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("INSERT INTO head VALUES (0, 0, x'', '')")
    yield _Raw(connection)
    connection.close()


@contextmanager
def _filled_log() -> Iterator[_Log]:
    with _log() as log:
        journal = log.ledger._journal  # noqa: SLF001  # in one batch, not one by one
        while log.loop.run_until_complete(_size(log)) < LOG_SIZE:
            entries = list(_pairs(100))
            log.run(log.ledger._in_thread(journal.append, entries))  # noqa: SLF001  # the same
        yield log


async def _size(log: _Log) -> int:
    head = await ConsentStore(log.engine).head()
    return head.size if head is not None else 0


@contextmanager
def _prove() -> Iterator[Race]:
    with _filled_log() as log:
        indexes = iter(range(0, 1 << 62, 37))
        message = bytes(65)

        async def prove_some() -> None:
            for _ in range(20):
                await log.ledger.prove(next(indexes) % LOG_SIZE)

        async def check() -> None:
            (await log.ledger.prove(4711)).verify(log_key=log.ledger.log_key)

        def prove() -> int:
            log.run(prove_some())
            return 20

        def hash_path() -> int:
            for _ in range(20 * 20):
                sha256(message).digest()
            return 20

        log.run(check())
        yield Race(prove, hash_path)


@contextmanager
def _submit_check() -> Iterator[Race]:
    holder, data_key = SoftwareSigner.generate(), DataKey.generate()
    pair = PairSecret(os.urandom(32), os.urandom(32))
    entry = NewEntry(EntryType.CONSENT, pair.label, os.urandom(32), "key-0001")
    token = sign_submission(entry, pair=pair, audience=ORIGIN, signer=holder, opens=True)
    trust = TrustList((), NOW, NOW, NOW - NOW)
    key, message = holder.public.verification_key(), bytes(500)
    signature = holder.sign(message)

    def check() -> int:
        for _ in range(20):
            signed = verify_submission(
                token, expected_audience=ORIGIN, trust=lambda: trust, now=NOW
            )
            authorise(signed, None, origin=ORIGIN, data_key=data_key)
        return 20

    def verify() -> int:
        for _ in range(20):
            key.verify(signature, message)
        return 20

    yield Race(check, verify)


@contextmanager
def _audit() -> Iterator[Race]:
    files: dict[str, bytes] = {}
    with _filled_log() as log:
        log.run(export_log(log.ledger.file, files.__setitem__))
    size = audit(files.get).size
    entry = bytes(190)

    def walk() -> int:
        assert audit(files.get).ok
        return size

    def hash_twice() -> int:
        for _ in range(size):
            sha256(entry).digest()
            sha256(entry).digest()
        return size

    yield Race(walk, hash_twice)
