"""Closing each month with its signed sheet, and counting the one that is open.

A month ends at the first look after its last midnight (UTC): what is in the log by then is its
own. The next begins with the entry after, so no entry is in two months or in none.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from consent.errors import ConsentError, ConsentFailure
from consent.log_files import LogFiles
from consent.records import Records
from consent.statistics.counting import PartyCounts, Tally
from consent.statistics.month import Month, MonthStore
from consent.statistics.sheet import MonthRange, sheet_text
from consent.tlog.signed_note import NoteSigner

# Records opened between two turns of the event loop.
_AT_ONCE: Final = 50
# What a page counts while somebody waits; a month's sheet counts all.
COUNTED_FOR_A_PAGE: Final = 5000


@dataclass(frozen=True, slots=True)
class SoFar:
    """The open month: its counts as far as they were made, ``whole`` when that is all of it."""

    of: MonthRange
    parties: tuple[PartyCounts, ...]
    whole: bool


class Months:
    """The statistics of one log, month by month."""

    def __init__(
        self,
        store: MonthStore,
        records: Records,
        files: LogFiles,
        signer: NoteSigner,
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._records = records
        self._files = files
        self._signer = signer
        self._clock = clock

    async def turn(self) -> None:
        """Close the month that is over and open the present one; call now and then."""
        now, kept = f"{self._clock():%Y-%m}", await self._store.all()
        first = 0
        for month in kept:
            if month.month == now:
                return
            first = await self._close(month) if month.last is None else month.last
        await self._store.open(now, first)

    async def closed(self) -> list[Month]:
        """Return the months that are over, the last one first."""
        return [month for month in reversed(await self._store.all()) if month.sheet is not None]

    async def sheet(self, month: str) -> str:
        """Return a month's signed sheet, or raise `ConsentError` (not_found)."""
        for each in await self._store.all():
            if each.month == month and each.sheet is not None:
                return each.sheet
        raise ConsentError(
            ConsentFailure.NOT_FOUND, "there are no statistics of such a month, or not yet"
        )

    async def so_far(self) -> SoFar | None:
        """Return the open month's counts, None before the first month was opened."""
        kept = await self._store.all()
        if not kept or kept[-1].last is not None:
            return None
        size = (await self._files.head()).size
        last = min(size, kept[-1].first + COUNTED_FOR_A_PAGE)
        of = MonthRange(self._signer.verifier_key.name, kept[-1].month, kept[-1].first, last)
        return SoFar(of, await self._counted(of), whole=last == size)

    async def _close(self, month: Month) -> int:
        last = (await self._files.head()).size
        of = MonthRange(self._signer.verifier_key.name, month.month, month.first, last)
        sheet = self._signer.sign(sheet_text(of, await self._counted(of)))
        await self._store.close(month.month, last, sheet)
        return last

    async def _counted(self, of: MonthRange) -> tuple[PartyCounts, ...]:
        tally, start = Tally(), of.first
        while start < of.last:
            kept = await self._records.in_range(start, of.last, limit=_AT_ONCE)
            for each in kept:
                if each.deposit is not None:
                    tally.take(each.deposit.record)
            start = kept[-1].index + 1 if kept else of.last
        return tally.counted()
