"""Officers decide about orders that wait: the queue, and its two ways out of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from issuers.clerks import Clerk
from issuers.grounds import Ground
from issuers.issuance.book import check_number
from issuers.issuance.deferring import (
    Decision,
    DeferralStore,
    Verdict,
    WaitingOrder,
    unknown_order,
)
from issuers.issuance.refusals import Stage
from issuers.issuance.refusing import Refusals
from issuers.register.access_records import Accesses
from issuers.register.accesses import AccessAct

# What is looked over on one page; the oldest come first, so none is forgotten.
SHOWN = 100


class Decisions:
    """The queues of every authority; a clerk sees that of one (H90)."""

    def __init__(
        self,
        deferrals: DeferralStore,
        refusals: Refusals,
        accesses: Accesses,
        clock: Callable[[], datetime],
    ) -> None:
        self._deferrals = deferrals
        self._refusals = refusals
        self._accesses = accesses
        self._clock = clock

    async def queue(self, clerk: Clerk) -> tuple[WaitingOrder, ...]:
        """Return the orders that wait at the clerk's authority, the oldest first."""
        return await self._deferrals.waiting(clerk.authority, limit=SHOWN)

    async def order(self, number: str, clerk: Clerk) -> WaitingOrder:
        """Return one order that waits, or raise `IssuerError` (unknown_certificate, bulk_access).

        What was decided does not wait any more.
        """
        found = await self._deferrals.order(check_number(number))
        if found is None or not clerk.covers(found.entitlement.authority):
            raise unknown_order()
        people = (found.entitlement.citizen, found.entitlement.about)
        await self._accesses.note(AccessAct.OPENED, people, clerk)
        return found

    async def approve(self, number: str, clerk: Clerk) -> WaitingOrder:
        """Let wallets fetch what was ordered, or raise `IssuerError` as `order` does."""
        found = await self.order(number, clerk)
        verdict = Verdict(found.number, Decision.APPROVED, clerk)
        return await self._deferrals.decide(verdict, now=self._clock())

    async def refuse(self, number: str, ground: Ground, clerk: Clerk) -> WaitingOrder:
        """Refuse what was ordered on a ground, which the applicant is told (제42조의8제2항).

        Raises `IssuerError` as `order` does.
        """
        found = await self.order(number, clerk)
        verdict = Verdict(found.number, Decision.REFUSED, clerk)
        await self._deferrals.decide(verdict, now=self._clock())
        refused = replace(found.entitlement, officer=clerk.name)
        await self._refusals.refuse(refused, ground, Stage.WAITING)
        return found
