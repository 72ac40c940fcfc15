"""Recording accesses at the desk, before anything is shown."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from issuers.clerks import Clerk
from issuers.register.accesses import Access, AccessAct, AccessStore, Finding, check_bulk, judge

# What is looked over on one page.
LATEST: Final = 100


@dataclass(frozen=True, slots=True)
class AccessOverview:
    """The latest accesses, and for each clerk among them the rules that apply now."""

    latest: tuple[Access, ...]
    findings: tuple[tuple[str, Finding], ...]


class Accesses:
    """The access records, and their rules, at one authority's desk or all."""

    def __init__(self, store: AccessStore, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    async def note(self, act: AccessAct, citizens: Collection[str], clerk: Clerk) -> None:
        """Record what a clerk is about to see, or raise `IssuerError` (bulk_access).

        A citizen who applies without an officer looks at nobody. Empty handles are left out.
        Clerks who race may pass a limit by as many as they are.
        """
        people = sorted({citizen for citizen in citizens if citizen})
        if not people or not clerk.is_attended:
            return
        now = self._clock()
        check_bulk(await self._store.activity(clerk.name, people, now))
        await self._store.note(
            [Access(clerk.name, clerk.authority, now, act, citizen) for citizen in people]
        )

    async def overview(self, clerk: Clerk) -> AccessOverview:
        """Return what whoever answers for an authority looks over."""
        latest = await self._store.latest(clerk.authority, LATEST)
        now = self._clock()
        findings = [
            (name, finding)
            for name in dict.fromkeys(access.clerk for access in latest)
            for finding in judge(await self._store.activity(name, (), now))
        ]
        return AccessOverview(latest, tuple(findings))
