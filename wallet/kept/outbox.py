"""Errands: what is owed to others on a holder's behalf, kept until it is done.

An errand is written down before the world is asked, so whatever dies in between is taken up again
by whoever looks next; every step of it may be done twice and counts once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

from wallet.kept.keeping import SealedBox, Swap

# Every step is bounded to seconds; who has not come back by then has died.
LEASE: Final = timedelta(minutes=1)
# A party that was restarting hears of it soon; one that never answers is asked four times a day.
FIRST_WAIT: Final = timedelta(seconds=15)
LONGEST_WAIT: Final = timedelta(hours=6)


class Stage(StrEnum):
    """How far an errand has come.

    recording: kept here, the ledger has not confirmed it; telling: it stands in the ledger, the
    party has not answered; done: it has, or there is nobody to tell; refused: the ledger does not
    take it, or an issuer does not do what it was asked; preparing: an issuer has promised a
    certificate and is asked again; tending: a certificate is kept fresh; revoking: an issuer is
    asked to take back what it issued to a lost wallet.
    """

    RECORDING = "recording"
    TELLING = "telling"
    PREPARING = "preparing"
    TENDING = "tending"
    REVOKING = "revoking"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Errand:
    """One errand; ``subject`` is a hash and names nothing, ``sealed`` says what is to be done.

    ``due_at`` (UNIX seconds) is when it is worked on next, None when it never is again;
    ``attempts`` counts what failed at this stage.
    """

    holder: str
    subject: str
    stage: Stage
    attempts: int
    due_at: int | None
    sealed: bytes = field(repr=False)


class Outbox(Protocol):
    """The place where errands are kept; every method is one transaction."""

    async def begin(self, errand: Errand) -> Errand:
        """Keep a new errand, and return what is kept: of two for one subject the first.

        One that the ledger refused is replaced.
        """
        ...

    async def begin_for(self, errand: Errand, gone: SealedBox, *boxes: SealedBox) -> bool:
        """Keep a new errand and ``boxes`` in the place of a box that is as it was read.

        Else False. Where there is such an errand already, it stays, and the box goes all the same.
        """
        ...

    async def forget(self, holder: str) -> None:
        """Forget the errands of a holder who is gone: nobody can open them any more."""
        ...

    async def find(self, holder: str, subject: str) -> Errand | None:
        """Return one errand, None when there is none."""
        ...

    async def all(self, holder: str) -> Sequence[Errand]:
        """Return every errand of a holder."""
        ...

    async def due(self, now: int, *, limit: int) -> Sequence[Errand]:
        """Return errands of anybody that are due, the longest due first."""
        ...

    async def claim(self, errand: Errand, *, now: int, until: int) -> Errand | None:
        """Return a due errand as claimed, None to all but one of many callers."""
        ...

    async def move(
        self, claimed: Errand, moved: Errand, *boxes: SealedBox, swap: Swap | None = None
    ) -> bool:
        """Keep how far a claimed errand came, and what it brought; not after a later claim.

        A ``swap`` that came too late keeps all of it from being kept.
        """
        ...


def wait_after(attempts: int) -> timedelta:
    """Return how long to wait after so many failures: twice as long each time, up to a bound."""
    doublings = min(attempts - 1, (LONGEST_WAIT // FIRST_WAIT).bit_length())
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def later(claimed: Errand, now: datetime) -> Errand:
    """Return an errand that failed, to be taken up again after a while."""
    attempts = claimed.attempts + 1
    due_at = int((now + wait_after(attempts)).timestamp())
    return replace(claimed, attempts=attempts, due_at=due_at)
