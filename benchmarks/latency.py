"""How long an append waits at half the load that is possible: ``python -m benchmarks.latency``.

64 producers first append as fast as they are answered; then the same 64 offer half of that rate,
each at its own regular times, whether or not it was answered before. What is told is the time from
when an append was due to its answer, so that nobody who waits hides somebody who had to wait.
On SQLite, and on PostgreSQL when MYDATA_TEST_DATABASE_URL names one, with the seals of the map.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import AbstractContextManager

from benchmarks.logs import PRODUCERS, SERVER, Log, Raw, pairs, server_log, sqlite_log
from consent.ledger import Ledger
from consent.sequencing import AuthorisedEntry

SECONDS = 6.0


def main() -> None:
    """Measure and print, milliseconds."""
    print(f"{'':12}{'full load/s':>12}{'offered/s':>11}{'p50':>8}{'p90':>8}{'p99':>8}{'worst':>8}")
    _measure("SQLite", sqlite_log)
    if SERVER:
        _measure("PostgreSQL", server_log)


def _measure(name: str, logs: Callable[[], AbstractContextManager[tuple[Log, Raw]]]) -> None:
    with logs() as (log, _):
        rate = log.call(_saturate(log.ledger))
        times = sorted(log.call(_offer(log.ledger, rate / 2)))
    shares = [times[int(len(times) * share)] * 1e3 for share in (0.5, 0.9, 0.99)]
    told = "".join(f"{each:8.1f}" for each in [*shares, times[-1] * 1e3])
    print(f"{name:12}{rate:12,.0f}{len(times) / SECONDS:11,.0f}{told}", flush=True)


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
        await ledger.append(entry)
        times.append(time.perf_counter() - due)

    async def produce(first: float) -> None:
        running = []
        for turn in range(int(SECONDS / each)):
            due = first + turn * each
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            # A pair's second entry must find its first: only those that open a label are offered.
            entry = next(iter(pairs(2)))
            running.append(asyncio.create_task(append(entry, due)))
        await asyncio.gather(*running)

    await asyncio.gather(*(produce(start + at * each / PRODUCERS) for at in range(PRODUCERS)))
    return times


if __name__ == "__main__":
    main()
