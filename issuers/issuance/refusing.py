"""Refusing: by an officer on a ground, or by a rule on its own; kept, and told to who applied."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from issuers.clerks import Clerk
from issuers.errors import IssuerError
from issuers.grounds import Ground
from issuers.issuance.refusals import Refusal, RefusalStore, Stage
from issuers.offers.offer import Entitlement
from issuers.register.citizens import check_handle

# What is looked over on one page.
LATEST: Final = 100


class Refusals:
    """The refusals of every authority; a clerk sees those of one."""

    def __init__(self, store: RefusalStore, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    async def refuse(
        self, refused: Entitlement, ground: Ground, stage: Stage = Stage.APPLICATION
    ) -> Refusal:
        """Keep a refusal, so that the applicant is told of it (제42조의8제2항).

        The record is not read for it: a refusal costs the same whoever was asked about.
        """
        kept = Refusal(
            at=self._clock(),
            authority=refused.authority,
            kind=refused.kind,
            citizen=refused.citizen,
            about=refused.about,
            ground=ground,
            officer=refused.officer,
            stage=stage,
        )
        await self._store.keep(kept)
        return kept

    async def note(
        self, refused: Entitlement, error: IssuerError, stage: Stage = Stage.APPLICATION
    ) -> None:
        """Keep what a rule refused; an error without a ground refuses nobody."""
        if error.ground is not None:
            await self.refuse(refused, error.ground, stage)

    async def told(self, citizen: str) -> tuple[Refusal, ...]:
        """Return what a citizen was refused, the latest first."""
        return await self._store.of(check_handle(citizen), LATEST)

    async def latest(self, clerk: Clerk) -> tuple[Refusal, ...]:
        """Return what the clerk's authority refused, the latest first."""
        return await self._store.latest(clerk.authority, LATEST)
