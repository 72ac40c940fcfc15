"""Forms that were sent: each is done once, however often it arrives."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, select, update

from web.store.rows import Rows, micros, moment_of
from web.store.tables import sent_forms


@dataclass(frozen=True, slots=True)
class SentForm:
    """A form somebody claimed; ``led_to`` is None while its act is still being done."""

    taker: str
    begun_at: datetime
    led_to: str | None


class SentFormStore:
    """Which form of which session led where."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def take(self, handle: str, once: str, *, taker: str, now: datetime) -> bool:
        """Claim a form before its act is done; True for exactly one of many takers."""
        return await self._rows.add(
            sent_forms, handle=handle, once=once, taker=taker, begun_at=micros(now)
        )

    async def find(self, handle: str, once: str) -> SentForm | None:
        """Return what became of a form, None when nobody holds it."""
        row = await self._rows.one(select(sent_forms).where(_form(handle, once)))
        if row is None:
            return None
        return SentForm(row["taker"], moment_of(row["begun_at"]), row["led_to"])

    async def finish(self, handle: str, once: str, *, taker: str, led_to: str) -> None:
        """Write down where a form led to."""
        own = and_(_form(handle, once), sent_forms.c.taker == taker)
        await self._rows.change(update(sent_forms).where(own).values(led_to=led_to))

    async def give_back(self, handle: str, once: str, *, taker: str) -> None:
        """Free a form whose act did not come about, so that it can be sent again."""
        own = and_(_form(handle, once), sent_forms.c.taker == taker)
        await self._rows.change(delete(sent_forms).where(and_(own, sent_forms.c.led_to.is_(None))))


def _form(handle: str, once: str) -> ColumnElement[bool]:
    return and_(sent_forms.c.handle == handle, sent_forms.c.once == once)
