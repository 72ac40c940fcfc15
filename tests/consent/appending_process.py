"""Ledger processes to be killed: each prints an acknowledgement for every entry it was promised.

Started once as ``python -m tests.consent.appending_process DATABASE KEY``; every line on standard
input, ``POINT COUNT``, forks one process that appends until, at the COUNT-th passing of the named
write point, it kills itself with SIGKILL, which nothing survives. Its number is printed first, so
that it can be killed from outside as well, and ``dead`` when it is.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TypeAlias

from sqlalchemy import Connection, event

from app.database import sqlite_engine
from consent.ledger import Ledger, LedgerKeys
from consent.store import ConsentStore, sealing
from keys.sealing import DataKey
from keys.signer import SoftwareSigner
from tests.consent.world import NOW, ORIGIN, authorised, journal_of, record_keys_beside

PRODUCERS = 8
# Seconds after which a process that reached no write point ends by another signal.
DEADLINE = 30
# By the name of what is about to happen.
POINTS = ("begin", "entries", "head", "map", "commit", "answer")

STATEMENTS = {
    "entries": "INSERT INTO entries",
    "head": "UPDATE head",
    "map": "INSERT INTO map_buckets",
}
# Every second or third batch ends with a seal of the map.
SEALED_AFTER = 16


def die_at(ledger: Ledger, point: str, count: int) -> None:
    """Arrange the end."""
    left = count

    def pass_by(*_: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def before_statement(_c: Connection, _cursor: object, statement: str, *_: object) -> None:
        name = STATEMENTS.get(point, "\0")
        if statement.startswith(name):
            pass_by()

    writer = journal_of(ledger)._writer
    event.listen(writer, "before_cursor_execute", before_statement)
    if point in ("begin", "commit"):
        event.listen(writer, point, pass_by)
    if point == "answer":
        # The first thing after the commit is to write the anchor.
        setattr(journal_of(ledger)._anchor, "write", pass_by)  # noqa: B010  # a method, on purpose


async def append(database: Path, key: bytes, point: str, count: int) -> None:
    """Append for ever, acknowledging each entry on standard output as soon as it is promised."""
    vars(sealing)["SEAL_ENTRIES"] = SEALED_AFTER
    engine = sqlite_engine(database)
    ledger = Ledger(
        ConsentStore(engine),
        LedgerKeys(ORIGIN, SoftwareSigner.from_der(key), DataKey(bytes(32))),
        record_keys=record_keys_beside(engine),
        trust=lambda: (_ for _ in ()).throw(AssertionError),
        clock=lambda: NOW,
        anchor=database.with_name("anchor"),
    )
    await ledger.start()
    die_at(ledger, point, count)

    async def produce() -> None:
        label, opens = os.urandom(32), True
        while True:
            entry = authorised(label, opens=opens)
            proof = await ledger.append(entry)
            opens = False
            # The full stop shows that the line is whole.
            line = f"{proof.index} {entry.request.hex()} {proof.leaf.hex()} .\n"
            os.write(1, line.encode())

    await asyncio.gather(*(produce() for _ in range(PRODUCERS)))


Work: TypeAlias = Callable[[Path, bytes, str, int], Coroutine[object, object, None]]


def fork_for_each_line(work: Work) -> None:
    """Fork one process a line of input, and say when it has died."""
    database, key = Path(sys.argv[1]), Path(sys.argv[2]).read_bytes()
    for line in sys.stdin:
        point, _, count = line.rpartition(" ")
        pid = os.fork()
        if pid == 0:
            signal.alarm(DEADLINE)
            try:
                asyncio.run(work(database, key, point, int(count)))
            finally:
                # A ledger that refuses to start must not be kept alive by a database's thread.
                os._exit(1)
        os.write(1, f"pid {pid}\n".encode())
        _, status = os.waitpid(pid, 0)
        os.write(1, f"\ndead {os.waitstatus_to_exitcode(status)}\n".encode())


if __name__ == "__main__":
    fork_for_each_line(append)
