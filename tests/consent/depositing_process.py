"""Ledger processes to be killed while records are deposited: as `appending_process`, with keys.

``python -m tests.consent.depositing_process DATABASE KEY``; the write points are those of both
databases.
"""

import asyncio
import os
import signal
from pathlib import Path

from sqlalchemy import Connection, event

from app.database import sqlite_engine
from consent.forms.record import EventState
from consent.ledger import Ledger
from consent.store import RecordKeyStore
from keys.sealing import DataKey
from keys.signer import SoftwareSigner
from tests.consent.appending_process import fork_for_each_line
from tests.consent.sharing import Sharing, counted
from tests.consent.world import World, journal_of

PRODUCERS = 4
# By the name of what is about to happen; the first two are of the database of keys.
POINTS = ("keys", "keys kept", "deposits", "dues", "commit")

_STATEMENTS = {"deposits": "INSERT INTO deposits", "dues": "INSERT INTO dues"}


def world_of(key: bytes) -> World:
    """The world of one log: its key, and the data key that all processes of it share."""
    return World(log_signer=SoftwareSigner.from_der(key), data_key=DataKey(bytes(32)))


def die_at(ledger: Ledger, point: str, count: int) -> None:
    """Arrange the end, at the COUNT-th passing of a point."""
    left = count

    def pass_by(*_: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def before_statement(_c: Connection, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith(_STATEMENTS.get(point, "\0")):
            pass_by()

    keys, writer = ledger._sequencer._record_keys, journal_of(ledger)._writer
    assert isinstance(keys, RecordKeyStore)
    event.listen(writer, "before_cursor_execute", before_statement)
    match point:
        case "keys":
            event.listen(keys._writer, "commit", pass_by)
        case "keys kept":
            event.listen(writer, "begin", pass_by)
        case "commit":
            event.listen(writer, "commit", pass_by)
        case _:
            pass


async def deposit(database: Path, key: bytes, point: str, count: int) -> None:
    """Give consents and use them for ever, acknowledging each entry as soon as it is promised."""
    world = world_of(key)
    ledger = world.ledger(sqlite_engine(database))
    await ledger.start()
    die_at(ledger, point, count)

    async def produce() -> None:
        while True:
            sharing = Sharing(ledger, world, counted(9))
            for state in (EventState.GIVEN, EventState.USED, EventState.WITHDRAWN):
                proof = await sharing.write(state)
                os.write(1, f"{proof.index} 00 {proof.leaf.hex()} .\n".encode())

    await asyncio.gather(*(produce() for _ in range(PRODUCERS)))


if __name__ == "__main__":
    fork_for_each_line(deposit)
