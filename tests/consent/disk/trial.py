"""A ledger on a watched disk, and the look at what a crash has left of it."""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import select

from app.database import sqlite_engine
from consent.auditing.audit import audit
from consent.auditing.export import export_log
from consent.forms.receipt import EntryProof
from consent.ledger import Ledger
from consent.store import anchor
from consent.store.tables import entries
from tests.consent.disk.watched_disk import Act, Deed, WatchedDisk, watching
from tests.consent.world import World, authorised, fresh_engine

DATABASE, ANCHOR = "log.sqlite", "anchor"

_INDEX_OCTETS = 8


@dataclass
class Trial:
    """Ledgers of one world: `run` writes on a watched disk, `check` reads what a crash left."""

    folder: Path
    world: World = field(default_factory=World)
    disk: WatchedDisk = field(default_factory=WatchedDisk)
    begun: int = 0

    async def run(self, *, producers: int = 4, each: int = 10) -> None:
        """Make a log and let producers append to it, noting each promise as it is given."""
        self.folder.mkdir(exist_ok=True)
        with self.watching():
            await (await fresh_engine(self.folder / DATABASE)).dispose()
            async with self.opened(self.folder) as ledger:
                self.begun = len(self.disk.deeds)
                await asyncio.gather(*(self.produce(ledger, each) for _ in range(producers)))

    async def produce(self, ledger: Ledger, count: int) -> None:
        """Append to one label, as one holder after the other would."""
        label = os.urandom(32)
        for number in range(count):
            proof = await ledger.append(authorised(label, opens=number == 0))
            self.disk.deeds.append(Deed(Act.PROMISE, octets=promised(proof)))

    @asynccontextmanager
    async def opened(self, folder: Path) -> AsyncIterator[Ledger]:
        """Open the ledger in a folder, and close it whatever happens."""
        engine = sqlite_engine(folder / DATABASE)
        ledger = self.world.ledger(engine, anchor=folder / ANCHOR)
        try:
            await ledger.start()
            yield ledger
        finally:
            await ledger.close()
            await engine.dispose()

    async def check(self, folder: Path, promises: Sequence[bytes]) -> int:
        """Return how many entries are there, once every promise and the whole log hold.

        Then the log goes on, as if nothing had been.
        """
        async with self.opened(folder) as ledger:
            rows = await leaves_in(folder)
            for promise in promises:
                index = int.from_bytes(promise[:_INDEX_OCTETS], "big")
                assert promise[_INDEX_OCTETS:] == rows.get(index), f"entry {index} was promised"
            files: dict[str, bytes] = {}
            await export_log(ledger.file, files.__setitem__)
            report = audit(files.get, key=ledger.log_key)
            assert report.ok, report.problems[:3]
            proof = await ledger.append(authorised())
            proof.verify(log_key=ledger.log_key)
        return len(rows)

    def watching(self) -> "_Watching":
        """Watch the files of SQLite and of the anchor."""
        return _Watching(self.disk)


class _Watching:
    """`watching`, and the anchor's own two files beside it."""

    def __init__(self, disk: WatchedDisk) -> None:
        self._disk = disk
        self._watched = watching(disk)
        self._patch = pytest.MonkeyPatch()

    def __enter__(self) -> WatchedDisk:
        self._patch.setattr(anchor, "os", AnchorsDisk(self._disk))
        return self._watched.__enter__()

    def __exit__(self, *raised: object) -> None:
        self._patch.undo()
        self._watched.__exit__(None, None, None)


@dataclass
class AnchorsDisk:
    """As much of `os` as the anchor uses, noted."""

    disk: WatchedDisk
    O_WRONLY: int = os.O_WRONLY
    O_CREAT: int = os.O_CREAT
    paths: dict[int, str] = field(default_factory=dict)

    def open(self, path: Path, flags: int, mode: int) -> int:
        descriptor = os.open(path, flags, mode)
        self.paths[descriptor] = str(path)
        return descriptor

    def write(self, descriptor: int, octets: bytes) -> int:
        self.disk.deeds.append(Deed(Act.WRITE, self.paths[descriptor], 0, octets))
        return os.write(descriptor, octets)

    def fsync(self, descriptor: int) -> None:
        self.disk.deeds.append(Deed(Act.SYNC, self.paths[descriptor]))
        os.fsync(descriptor)

    def close(self, descriptor: int) -> None:
        os.close(descriptor)


def promised(proof: EntryProof) -> bytes:
    """Return what is remembered of an acknowledgement: the index and the entry itself."""
    return proof.index.to_bytes(_INDEX_OCTETS, "big") + proof.leaf


async def leaves_in(folder: Path) -> dict[int, bytes]:
    """Return every entry in the table, by its index."""
    engine = sqlite_engine(folder / DATABASE)
    async with engine.connect() as connection:
        found = await connection.execute(select(entries.c.position, entries.c.leaf))
        rows = {row.position: row.leaf for row in found}
    await engine.dispose()
    return rows
