"""kill -9: nothing acknowledged is lost, nothing is there by half, and the log goes on."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from app.database import sqlite_engine
from consent.auditing.audit import audit
from consent.auditing.export import export_log
from consent.ledger import Ledger, LedgerKeys
from consent.store import ConsentStore
from consent.store.tables import entries
from keys.jwk import Algorithm
from keys.sealing import DataKey
from keys.signer import SoftwareSigner
from tests.consent.appending_process import POINTS
from tests.consent.world import NOW, ORIGIN, fresh_engine, record_keys_beside

ROOT = Path(__file__).resolve().parents[2]
# More by MYDATA_KILL_ROUNDS: 500 for a release (`make release-check`).
RANDOM_ROUNDS = int(os.environ.get("MYDATA_KILL_ROUNDS", "25"))


@dataclass(frozen=True)
class Acknowledged:
    """An entry that a process promised before it died."""

    index: int
    request: bytes
    leaf: bytes


class Processes:
    """Ledger processes on one log, one after the other, each killed."""

    def __init__(self, folder: Path, module: str = "tests.consent.appending_process") -> None:
        command = [sys.executable, "-m", module]
        self._process = subprocess.Popen(  # our own module
            [*command, str(folder / "log.sqlite"), str(folder / "key")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            text=True,
        )

    def run(self, point: str, count: int = 0, after: float | None = None) -> list[Acknowledged]:
        """Start one; return what it had acknowledged, read by us from a pipe, when it died."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{point} {count}\n")
        self._process.stdin.flush()
        lines: list[str] = []
        for line in iter(self._process.stdout.readline, ""):
            if line.startswith("pid ") and after is not None:
                time.sleep(after)
                os.kill(int(line.split()[1]), signal.SIGKILL)
            if line.startswith("dead "):
                assert "dead -9\n" == line
                break
            lines.append(line)
        words = [line.split() for line in lines if line.endswith(" .\n")]
        return [
            Acknowledged(int(index), bytes.fromhex(request), bytes.fromhex(leaf))
            for index, request, leaf, _ in words
        ]

    def close(self) -> None:
        """End the process that forks them."""
        with self._process:
            self._process.kill()


@pytest.fixture
async def processes(tmp_path: Path) -> AsyncIterator[Processes]:
    (tmp_path / "key").write_bytes(SoftwareSigner.generate(Algorithm.ED25519).private_octets())
    await (await fresh_engine(tmp_path / "log.sqlite")).dispose()
    processes = Processes(tmp_path)
    yield processes
    processes.close()


async def check_log(folder: Path, acknowledged: list[Acknowledged]) -> None:
    """Start the ledger again; check everything that was ever acknowledged, and the whole log."""
    signer = SoftwareSigner.from_der((folder / "key").read_bytes())
    engine = sqlite_engine(folder / "log.sqlite")
    ledger = Ledger(
        ConsentStore(engine),
        LedgerKeys(ORIGIN, signer, DataKey(bytes(32))),
        record_keys=record_keys_beside(engine),
        trust=lambda: pytest.fail("nobody submits here"),
        clock=lambda: NOW,
        anchor=folder / "anchor",
    )
    await ledger.start()
    async with engine.connect() as connection:
        columns = entries.c.position, entries.c.request, entries.c.leaf
        rows = {row.position: row for row in await connection.execute(select(*columns))}
    for each in acknowledged:
        assert (each.request, each.leaf) == (rows[each.index].request, rows[each.index].leaf)
    files: dict[str, bytes] = {}
    await export_log(ledger.file, files.__setitem__)
    report = audit(files.get)
    assert report.ok, report.problems[:3]
    assert len(rows) == report.size
    await ledger.close()
    await engine.dispose()


async def test_killed_at_every_write_point_nothing_is_lost_h91(
    processes: Processes, tmp_path: Path
) -> None:
    """
    H91, R1: killed just before begin, entries, head, map, commit and answer, all on one log.
    """
    acknowledged: list[Acknowledged] = []
    for count in (1, 2, 7):
        for point in POINTS:
            acknowledged += processes.run(point, count)

    assert acknowledged
    await check_log(tmp_path, acknowledged)


async def test_killed_at_any_time_nothing_is_lost_r1(processes: Processes, tmp_path: Path) -> None:
    """
    R1, R3: killed at random times, in recovery too, and started again: all promises are kept.
    """
    chance = random.Random(91)
    acknowledged: list[Acknowledged] = []
    for _ in range(RANDOM_ROUNDS):
        acknowledged += processes.run("never", after=chance.uniform(0.0, 0.12))

    assert len({each.index for each in acknowledged}) == len(acknowledged)
    await check_log(tmp_path, acknowledged)
