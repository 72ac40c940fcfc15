"""The registry's own desk: households move, and people are kept away from others' papers."""

from datetime import date

from issuers.certificate.authority import RESIDENT_REGISTRY
from issuers.clerks import Clerk
from issuers.errors import IssuerError, IssuerFailure
from issuers.issuance.issuing import KOREA
from issuers.ports import RegisterStore
from issuers.register.citizens import check_handle, unknown_citizen
from issuers.register.moves import Move
from issuers.surroundings import Clock


class Registry:
    """The register as the registry's clerks change it; other authorities' clerks know nobody."""

    def __init__(self, register: RegisterStore, clock: Clock) -> None:
        self._register = register
        self._clock = clock

    async def report_move(
        self, citizen: str, address: str, on: date, reason: str, clerk: Clerk
    ) -> int:
        """Move a citizen's whole household; return how many certificates became outdated by it.

        Raises `IssuerError`: unknown_citizen, household_divided, and malformed for a day to come.
        """
        _at_the_registry(clerk)
        now = self._clock()
        today = now.astimezone(KOREA).date()
        move = Move(check_handle(citizen), address, on, reason, reported_on=today)
        return await self._register.move(move, by=clerk, now=now)

    async def restrict(self, protected: str, against: str, clerk: Clerk) -> None:
        """Keep an applicant away from a citizen and everybody of the citizen's household.

        주민등록법 시행규칙 §13의2. Raises `IssuerError` (unknown_citizen, malformed).
        """
        _at_the_registry(clerk)
        if protected == against:
            raise IssuerError(IssuerFailure.MALFORMED, "nobody is protected from themselves")
        await self._register.restrict(
            check_handle(protected), check_handle(against), by=clerk, now=self._clock()
        )

    async def lift(self, protected: str, against: str, clerk: Clerk) -> None:
        """End a restriction; raises `IssuerError` (unknown_citizen) for what is no handle."""
        _at_the_registry(clerk)
        await self._register.lift(check_handle(protected), check_handle(against))


def _at_the_registry(clerk: Clerk) -> None:
    """Only the resident registry knows the citizens of its register; others know none."""
    if not clerk.covers(RESIDENT_REGISTRY.name):
        raise unknown_citizen()
