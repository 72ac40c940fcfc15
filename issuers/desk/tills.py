"""What a day at a desk brought: papers and views, and the fees for them (시행규칙 제17조제4항)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from issuers.clerks import Clerk
from issuers.issuance.issuing import KOREA
from issuers.issuance.mandates import day_of
from issuers.offers.fees import Taken
from issuers.ports import Stores


@dataclass(frozen=True, slots=True)
class Till:
    """The till of every authority; a clerk sees that of one."""

    stores: Stores
    clock: Callable[[], datetime]

    def today(self) -> date:
        """Return the day in Korea."""
        return day_of(self.clock())

    async def taken(self, clerk: Clerk, day: date) -> tuple[Taken, ...]:
        """Return what the clerk's authority issued and showed on a day in Korea."""
        since = datetime.combine(day, time(), KOREA)
        until = since + timedelta(days=1)
        papers = await self.stores.book.taken(clerk.authority, since, until)
        return (*papers, *await self.stores.viewings.taken(clerk.authority, since, until))
