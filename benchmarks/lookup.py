"""Look up citizens one by one, as an issue does: `python -m benchmarks.lookup HOME [COUNT]`.

HOME is a data directory that `mydata issuers load` has filled. Every citizen is another one, drawn
from all of them, so nothing is answered from a page read the moment before. Prints the median, the
99th percentile and the CPU time of each look-up in milliseconds; there is no limit to hold it
against, so `python -m benchmarks` leaves it out.
"""

import asyncio
import random
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from app.database import sqlite_engine
from issuers.errors import IssuerError
from issuers.population.census import DEFAULT_SEED
from issuers.store import SqlSourceOfRecord
from issuers.store.population import standing

COUNT = 2000
LookUp = Callable[[str], Awaitable[object]]


async def timed(name: str, look_up: LookUp, citizens: list[str]) -> str:
    """Return the line of one look-up; who emigrated has no household and is passed over."""
    took: list[float] = []
    cpu = time.process_time()
    for citizen in citizens:
        start = time.perf_counter()
        try:
            await look_up(citizen)
        except IssuerError:
            continue
        took.append((time.perf_counter() - start) * 1e3)
    cpu = (time.process_time() - cpu) / len(citizens) * 1e3
    p99 = statistics.quantiles(took, n=100)[98]
    return f"{name:<24}{statistics.median(took):>10.2f}{p99:>10.2f}{cpu:>10.2f}"


async def main(home: Path, count: int) -> None:
    """Measure every look-up of the sources of record."""
    engine = sqlite_engine(home / "issuers.sqlite")
    there = await standing(engine)
    draw = random.Random(DEFAULT_SEED)  # noqa: S311  # which citizens is no secret
    citizens = [f"c{draw.randrange(1, there.complete):07d}-0" for _ in range(count)]
    source = SqlSourceOfRecord(engine)
    print(f"{there.residents:,} people, {count} look-ups each")
    print(f"{'look-up':<24}{'median ms':>10}{'p99 ms':>10}{'CPU ms':>10}")
    for look_up in (
        source.person_of,
        source.household_of,
        source.register_file_of,
        source.tax_account_of,
        source.local_tax_account_of,
    ):
        print(await timed(look_up.__name__, look_up, citizens), flush=True)
    await engine.dispose()


if __name__ == "__main__":
    asked = int(sys.argv[2]) if len(sys.argv) > 2 else COUNT
    asyncio.run(main(Path(sys.argv[1]), asked))
