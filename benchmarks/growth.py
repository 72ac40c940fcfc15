"""What an append costs as the log grows: ``python -m benchmarks.growth``, minutes of work.

Fills a log on SQLite to 1,000, 10,000, 100,000 and 1,000,000 entries in half as many labels. At
each size it appends groups of 64 with the seals of the map they make due, beside the same rows
through the driver. At the end: how long a proof takes, and a start. Prints a table, and writes
``docs/append-growth.svg``.
"""

import json
import random
import statistics
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from benchmarks.logs import PRODUCERS, VAR, Log, RawFile, pairs, sqlite_log
from benchmarks.plot import Series, log_plot
from consent.forms.entry import Leaf
from consent.sequencing import AuthorisedEntry
from consent.store import sealing

SIZES = (1_000, 10_000, 100_000, 1_000_000)
ROUNDS = 9
GROUPS = 16
FILLED_AT_ONCE = 512
PROOFS = 400
PICTURE = VAR.parent / "docs" / "append-growth.svg"


@dataclass
class Cost:
    """Microseconds of the writing thread an entry: ours with the map, and the bare rows."""

    size: int
    ours: float
    without_map: float
    rows: float


def main() -> None:
    """Fill, measure, print and draw."""
    with sqlite_log() as (log, raw):
        costs = [_cost_at(size, log, raw) for size in SIZES]
        for cost in costs:
            ratio = cost.rows / cost.ours
            print(f"{cost.size:>9,}  {cost.ours:6.1f}  {cost.without_map:6.1f}  {cost.rows:6.1f}")
            print(f"{'':>9}  rows / ours {ratio:.2f}", flush=True)
        print(json.dumps(_proofs(log), indent=1))
    PICTURE.write_text(
        log_plot(
            "What an append costs as the log grows",
            "entries in the log",
            "microseconds of CPU an entry",
            [
                Series("with the map", [(cost.size, cost.ours) for cost in costs]),
                Series("without seals", [(cost.size, cost.without_map) for cost in costs]),
                Series("the bare rows", [(cost.size, cost.rows) for cost in costs]),
            ],
        ),
        encoding="utf-8",
    )


def _cost_at(size: int, log: Log, raw: RawFile) -> Cost:
    writer = log.writer
    log.sync(durably=False)
    while log.written < size:
        log.written += FILLED_AT_ONCE
        writer.append(list(pairs(FILLED_AT_ONCE)))
    log.sync(durably=True)
    raw.fill(size)
    kept = sealing.SEAL_ENTRIES
    times: dict[str, list[float]] = {"ours": [], "without": [], "rows": []}
    for _ in range(ROUNDS):
        times["ours"].append(_each(lambda: _append(writer.append)))
        vars(sealing)["SEAL_ENTRIES"] = 1 << 40
        times["without"].append(_each(lambda: _append(writer.append)))
        vars(sealing)["SEAL_ENTRIES"] = kept
        writer.append([], seal=True)
        times["rows"].append(_each(raw.write))
        log.written += 2 * GROUPS * PRODUCERS
    ours, without, rows = (statistics.median(times[name]) for name in times)
    return Cost(size, ours, without, rows)


def _append(write: Callable[[list[AuthorisedEntry]], object]) -> None:
    write(list(pairs(PRODUCERS)))


def _each(group: Callable[[], object]) -> float:
    """Return the thread's microseconds an entry over some groups."""
    start = time.thread_time()
    for _ in range(GROUPS):
        group()
    return (time.thread_time() - start) * 1e6 / GROUPS / PRODUCERS


def _proofs(log: Log) -> dict[str, object]:
    ledger, size = log.ledger, SIZES[-1]
    chance = random.Random(6962)  # noqa: S311  # the same entries each time
    leaves = [log.call(ledger.prove(chance.randrange(size))).leaf for _ in range(PROOFS)]
    wanted = [Leaf.parse(leaf).label for leaf in leaves]
    log.stop()
    started = time.perf_counter()
    log.start()
    found: dict[str, object] = {"start_seconds": round(time.perf_counter() - started, 2)}
    ledger = log.ledger
    log.call(ledger.complete(bytes(32)))
    found["inclusion_ms"] = _timed(log, lambda: ledger.prove(chance.randrange(size)))
    found["consistency_ms"] = _timed(
        log, lambda: ledger.files.consistency(chance.randrange(1, size), size)
    )
    found["complete_ms"] = _timed(log, lambda: ledger.complete(chance.choice(wanted)))
    found["absent_ms"] = _timed(log, lambda: ledger.complete(chance.randbytes(32)))
    return found


def _timed(log: Log, proof: Callable[[], Coroutine[Any, Any, object]]) -> dict[str, float]:
    """Return milliseconds a proof, by the clock (median, 90th percentile) and by CPU."""

    async def each() -> list[float]:
        times = []
        for _ in range(PROOFS):
            start = time.perf_counter()
            await proof()
            times.append((time.perf_counter() - start) * 1e3)
        return times

    cpu = time.process_time()
    times = sorted(log.call(each()))
    spent = (time.process_time() - cpu) * 1e3 / PROOFS
    return {
        "median": round(statistics.median(times), 3),
        "p90": round(times[PROOFS * 9 // 10], 3),
        "cpu": round(spent, 3),
    }


if __name__ == "__main__":
    main()
