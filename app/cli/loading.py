"""The job behind ``mydata issuers load``: any number of people, in constant memory."""

import asyncio
import resource
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta, timezone
from types import TracebackType
from typing import Final, Self

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from app.clock import utc_now
from app.database import engine_for
from app.production import check_start, mark_demo
from app.schema import upgrade
from app.settings import Settings
from issuers.population.census import Dossier, offices, population
from issuers.store.population import load as write
from issuers.store.population import standing
from keys.strict_json import JsonObject

_ROOM: Final = "issuers"
# The day in Korea; tax accounts are made as they stand on it.
_KOREA: Final = timezone(timedelta(hours=9))
_KIBIBYTES: Final = 1024
# Lines of progress where nobody watches: one for each hundredth.
_HUNDREDTHS: Final = 100


def load_people(settings: Settings, people: int) -> JsonObject:
    """Fill the registers until ``people`` live in their households, and say what it took.

    Raises ``StartError`` for a data directory of a real service.
    """
    demo = settings.model_copy(update={"demo": True})
    check_start(demo, now=utc_now())
    mark_demo(demo.home)
    with _Shown(people) as shown:
        return asyncio.run(_load(demo, people, shown))


async def _load(settings: Settings, people: int, shown: "_Shown") -> JsonObject:
    started, today = time.monotonic(), utc_now().astimezone(_KOREA).date()
    engine = engine_for(_ROOM, settings)
    try:
        await upgrade(_ROOM, engine)
        there = await standing(engine)
        shown.at(there.residents)
        missing = population(first=there.complete, households=None, as_of=today)
        dossiers = _until(missing, people - there.residents)
        await write(engine, offices(), dossiers, lambda done: shown.at(there.residents + done))
        now = await standing(engine)
    finally:
        await engine.dispose()
    return {
        "people": now.residents,
        "households": now.complete,
        "loaded": now.residents - there.residents,
        "seconds": round(time.monotonic() - started, 1),
        "peak_rss_mib": round(_peak_rss() / _KIBIBYTES),
    }


def _until(dossiers: Iterable[Dossier], people: int) -> Iterator[Dossier]:
    """Yield whole households until there are so many people, the last one included."""
    remaining = iter(dossiers)
    while people > 0:
        dossier = next(remaining)
        people -= len(dossier.accounts)
        yield dossier


def stderr_is_watched() -> bool:
    """Tell whether standard error is a terminal."""
    return sys.stderr.isatty()


def _peak_rss() -> int:
    """Return the most memory this process ever held, in KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


@dataclass
class _Shown:
    """Progress on standard error: a bar on a terminal, lines elsewhere."""

    total: int

    def __post_init__(self) -> None:
        self._told = -1
        self._bar: Progress | None = None

    def __enter__(self) -> Self:
        if stderr_is_watched():
            columns = (BarColumn(), MofNCompleteColumn(), TextColumn("people"))
            console = Console(stderr=True)
            self._bar = Progress(*columns, TimeRemainingColumn(), console=console)
            self._task = self._bar.add_task("load", total=self.total)
            self._bar.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _where: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def at(self, done: int) -> None:
        """Show that so many people are there."""
        if self._bar is not None:
            self._bar.update(self._task, completed=min(done, self.total))
        elif self._told < (hundredth := min(done, self.total) * _HUNDREDTHS // self.total):
            self._told = hundredth
            done = min(done, self.total)
            typer.echo(f"{done:,} of {self.total:,} people ({hundredth}%)", err=True)
