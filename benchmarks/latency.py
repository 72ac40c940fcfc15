"""How long an append waits at half the load that is possible: ``python -m benchmarks.latency``.

64 producers first append as fast as they are answered; then the same 64 offer half of that rate,
each at its own regular times, whether or not it was answered before. What is told is the time from
when an append was due to its answer, so that nobody who waits hides somebody who had to wait.
Beside it, in the same seconds and on the same disk, what 4 KiB rewritten and synced wait.
On SQLite, and on PostgreSQL when MYDATA_TEST_DATABASE_URL names one, with the seals of the map.
"""

import asyncio
import math
import os
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from benchmarks.logs import PRODUCERS, SERVER, Log, Raw, pairs, server_log, sqlite_log
from consent.errors import ConsentError
from consent.ledger import Ledger
from consent.sequencing import AuthorisedEntry

SECONDS = 6.0


def main() -> None:
    """Measure and print, milliseconds."""
    print(
        f"{'':12}{'full load/s':>12}{'offered/s':>11}{'p50':>8}{'p90':>8}{'p99':>8}{'worst':>8}"
        f"{'sync p50':>10}{'p99':>8}"
    )
    _measure("SQLite", sqlite_log)
    if SERVER:
        _measure("PostgreSQL", server_log)


def _measure(name: str, logs: Callable[[], AbstractContextManager[tuple[Log, Raw]]]) -> None:
    with logs() as (log, _):
        log.call(_saturate(log.ledger))  # caches warm, files grown
        rate = log.call(_saturate(log.ledger))
        syncs: list[float] = []
        over = threading.Event()
        syncing = threading.Thread(target=_sync, args=(log.folder / "block", syncs, over))
        syncing.start()
        times = log.call(_offer(log.ledger, rate / 2))
        over.set()
        syncing.join()
    told = "".join(f"{each:8.1f}" for each in _shares(times, 0.5, 0.9, 0.99, 1.0))
    beside = "".join(f"{each:9.1f}" for each in _shares(syncs, 0.5, 0.99))
    print(f"{name:12}{rate:12,.0f}{len(times) / SECONDS:11,.0f}{told}{beside}", flush=True)


def _shares(seconds: list[float], *shares: float) -> list[float]:
    """Return milliseconds that this share of them did not pass."""
    ordered = sorted(seconds)
    return [ordered[min(int(len(ordered) * each), len(ordered) - 1)] * 1e3 for each in shares]


def _sync(file: Path, times: list[float], over: threading.Event) -> None:
    """Sync a block twenty times a second, and keep how long each took."""
    block = os.open(file, os.O_WRONLY | os.O_CREAT, 0o600)
    while not over.wait(0.05):
        start = time.perf_counter()
        os.pwrite(block, bytes(4096), 0)
        os.fdatasync(block)
        times.append(time.perf_counter() - start)
    os.close(block)


async def _saturate(ledger: Ledger) -> float:
    """Return appends a second, everybody appending again as soon as answered."""
    end = time.perf_counter() + SECONDS
    done = 0

    async def produce() -> None:
        nonlocal done
        while time.perf_counter() < end:
            for entry in pairs(2):
                await ledger.append(entry)
                done += 1

    await asyncio.gather(*(produce() for _ in range(PRODUCERS)))
    return done / SECONDS


async def _offer(ledger: Ledger, rate: float) -> list[float]:
    """Return the seconds that each of the appends took that came at this rate."""
    times: list[float] = []
    each = PRODUCERS / rate
    start = time.perf_counter() + 0.1

    async def append(entry: AuthorisedEntry, due: float) -> None:
        try:
            await ledger.append(entry)
        except ConsentError:  # too many wait: to whoever asked that is an answer that never came
            times.append(math.inf)
        else:
            times.append(time.perf_counter() - due)

    # Those under way, and no others: what the collector has to look through is the ledger's own.
    running: set[asyncio.Task[None]] = set()

    async def produce(first: float) -> None:
        for turn in range(int(SECONDS / each)):
            due = first + turn * each
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            # A pair's second entry must find its first: only those that open a label are offered.
            entry = next(iter(pairs(2)))
            task = asyncio.create_task(append(entry, due))
            running.add(task)
            task.add_done_callback(running.discard)

    await asyncio.gather(*(produce(start + at * each / PRODUCERS) for at in range(PRODUCERS)))
    await asyncio.gather(*running)
    return times


if __name__ == "__main__":
    main()
