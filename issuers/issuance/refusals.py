"""Refusals as they are kept: who was refused what on which ground, and at which stage.

The reason of every refusal and stop is kept for three years (개인정보 보호법 시행령
제42조의6제11항제3호). A row names the applicant and, as a handle, whom they asked about; the
applicant is told everything but that.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from issuers.grounds import Ground

KEPT = timedelta(days=3 * 365)


class Stage(StrEnum):
    """When it was refused: at the order, while it waited for an officer, or at the wallet."""

    APPLICATION = "application"
    WAITING = "waiting"
    ISSUE = "issue"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One refusal; ``about`` is empty for an application about oneself.

    On one day the same refusal of the same person is one, however often they applied.
    """

    at: datetime
    authority: str
    kind: str
    citizen: str
    about: str
    ground: Ground
    officer: str
    stage: Stage = Stage.APPLICATION


class RefusalStore(Protocol):
    """What was refused, to whom and on which ground."""

    async def keep(self, refusal: Refusal) -> None:
        """Keep a refusal, the same one of a day once, and forget those whose time is over."""
        ...

    async def of(self, citizen: str, limit: int) -> tuple[Refusal, ...]:
        """Return what a citizen was refused, the latest first."""
        ...

    async def latest(self, authority: str | None, limit: int) -> tuple[Refusal, ...]:
        """Return refusals, the latest first; ``authority`` None reads every authority's."""
        ...
