"""How a figure is made: the work and its limit, side by side in the same rounds.

A module of this folder takes part by exposing `items() -> list[Item]`; `python -m benchmarks`
finds it. Machines are shared and noisy, so a rate alone says little: what counts is the ratio
to a limit that ran in the same round, a few milliseconds apart.

    def items() -> list[Item]:
        return [Item("verify", Clock.THREAD_CPU, prepare, goal=0.65)]

    @contextmanager
    def prepare() -> Iterator[Race]:
        world = build()
        yield Race(work=world.verify_100, limit=world.two_ecdsa_verifies_100)
        world.close()
"""

import statistics
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import StrEnum

ROUNDS = 11  # odd, so that the median is a round that happened
SLICE_NANOSECONDS = 120_000_000  # long enough that one interrupt is no result

Work = Callable[[], int]
"""Does a batch of the work and returns how many operations it was."""


class Clock(StrEnum):
    """What time is counted: the thread's own for CPU-bound work, else everybody's.

    Of work that a database's thread takes part in, the whole process's: so many cores as it took.
    """

    THREAD_CPU = "thread CPU time"
    PROCESS_CPU = "process CPU time"
    WALL = "wall clock"


@dataclass(frozen=True, slots=True)
class Race:
    """Those who run in the same rounds: our work, the limit it is held against, and peers."""

    work: Work
    limit: Work
    peers: Mapping[str, Work] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the table.

    `prepare` builds the world and takes it down again. `goal` is the ratio work ÷ limit the
    product has to reach, None where there is none. `limit_name` says what the limit is.
    """

    name: str
    clock: Clock
    prepare: Callable[[], AbstractContextManager[Race]]
    limit_name: str
    goal: float | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """Rates in operations per second over all rounds; `ratio` is the median of the rounds'."""

    name: str
    median: float
    minimum: float
    maximum: float
    limit: float
    ratio: float
    limit_name: str
    goal: float | None = None


def measure(item: Item, *, rounds: int = ROUNDS) -> list[Figure]:
    """Run the race and return the figure of the work, then one of each peer."""
    with item.prepare() as race:
        runners = {"": race.work, "limit": race.limit, **race.peers}
        for work in runners.values():
            work()  # caches warm, lazy imports done
        rates = _interleaved(runners, item.clock, rounds)
    limits = rates.pop("limit")
    return [_figure(item, name, own, limits) for name, own in rates.items()]


def _interleaved(runners: Mapping[str, Work], clock: Clock, rounds: int) -> dict[str, list[float]]:
    """Let all run in every round, each time in another order."""
    rates: dict[str, list[float]] = {name: [] for name in runners}
    order = list(runners.items())
    for _ in range(rounds):
        order = order[1:] + order[:1]
        for name, work in order:
            rates[name].append(_rate(work, clock))
    return rates


def _rate(work: Work, clock: Clock) -> float:
    """Repeat the batch for a slice of time; operations per second."""
    read = _READS[clock]
    done, start = 0, read()
    while (elapsed := read() - start) < SLICE_NANOSECONDS:
        done += work()
    return done * 1e9 / elapsed


_READS: Mapping[Clock, Callable[[], int]] = {
    Clock.THREAD_CPU: time.thread_time_ns,
    Clock.PROCESS_CPU: time.process_time_ns,
    Clock.WALL: time.perf_counter_ns,
}


def _figure(item: Item, name: str, own: list[float], limits: list[float]) -> Figure:
    ratios = [a / b for a, b in zip(own, limits, strict=True)]
    return Figure(
        name=f"{item.name}_by_{name}" if name else item.name,
        median=statistics.median(own),
        minimum=min(own),
        maximum=max(own),
        limit=statistics.median(limits),
        ratio=statistics.median(ratios),
        limit_name=item.limit_name,
        goal=None if name else item.goal,
    )
