"""Codes an institution prints and hangs up, one for each counter: who opens one is asked there.

The printed code holds no question and no key, only where to start. Each start is a fresh signed
request of a registered check, and its number stands on that counter's screen and on no other: what
is stuck over the code, or photographed and used elsewhere, leads to a number nobody sees.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from keys import base64url
from keys.entropy import Entropy
from verifiers.asking.enquiry import Enquiries, Wish
from verifiers.asking.questions import REQUEST_LIFETIME, Asked, Question
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.services.catalogue import Catalogue
from verifiers.transaction import Flow

# Who stands in line at one counter. More is somebody who plays with the code; it ends by itself.
WAITING_PER_DESK: Final = 20
NAME_LIMIT: Final = 64
DESKS_PER_PARTY: Final = 500

_ID_SIZE: Final = 16


# What is printed leads here; a person's telephone opens it.
PRINTED: Final = "/verifiers/desk"


def printed_link(base: str, desk_id: str) -> str:
    """Return what stands in a printed code."""
    return f"{base}{PRINTED}/{desk_id}"


@dataclass(frozen=True, slots=True)
class PrintedDesk:
    """One counter of one institution, with the check its code starts."""

    id: str
    party: str
    profile: str
    name: str
    opened_at: datetime


class PrintedDesks(Protocol):
    """Where they are kept; closed ones are as unknown as those that never were."""

    async def open_desk(self, desk: PrintedDesk) -> None:
        """Keep a new one."""
        ...

    async def desk(self, desk_id: str) -> PrintedDesk | None:
        """Return an open one."""
        ...

    async def desks_of(self, party: str) -> tuple[PrintedDesk, ...]:
        """Return a party's open ones, by name."""
        ...

    async def close_desk(self, desk_id: str, now: datetime) -> None:
        """Close one: its code starts nothing any more."""
        ...

    async def note_asked_at(self, transaction_id: str, desk_id: str, now: datetime) -> None:
        """Note at which desk a question began."""
        ...

    async def asked_at(self, desk_id: str, *, since: datetime) -> tuple[str, ...]:
        """Return the questions that began at a desk, the newest first."""
        ...


class Desks:
    """The printed codes of every institution; ``begin`` opens a transaction."""

    def __init__(
        self,
        catalogue: Catalogue,
        enquiries: Enquiries,
        store: PrintedDesks,
        *,
        begin: Callable[[Question, datetime], Awaitable[Asked]],
        clock: Callable[[], datetime],
        entropy: Entropy,
    ) -> None:
        self._catalogue = catalogue
        self._enquiries = enquiries
        self._store = store
        self._begin = begin
        self._clock = clock
        self._entropy = entropy

    async def open(self, party: str, profile: str, name: str) -> PrintedDesk:
        """Return a new counter's code; raises PROFILE_UNKNOWN, FLOW_NOT_REGISTERED."""
        meant = self._catalogue.profile(profile)
        if meant.party != party:
            raise VerifierError(Failure.PROFILE_UNKNOWN)
        if meant.flow is not Flow.COUNTER:
            raise VerifierError(Failure.FLOW_NOT_REGISTERED, "a printed code hangs at a counter")
        if not 0 < len(name) <= NAME_LIMIT or not name.isprintable():
            raise VerifierError(Failure.REQUEST_INVALID, f"a name of 1 to {NAME_LIMIT} letters")
        if len(await self._store.desks_of(party)) >= DESKS_PER_PARTY:
            raise VerifierError(Failure.TOO_MANY_OPEN, "close a counter that is not used")
        now = self._clock()
        desk_id = base64url.encode(self._entropy(_ID_SIZE))
        desk = PrintedDesk(desk_id, party, profile, name, now.replace(microsecond=0))
        await self._store.open_desk(desk)
        return desk

    async def of(self, party: str) -> tuple[PrintedDesk, ...]:
        """Return an institution's counters."""
        return await self._store.desks_of(party)

    async def find(self, desk_id: str, *, party: str | None = None) -> PrintedDesk:
        """Return an open counter, of this institution if one is named; else DESK_UNKNOWN."""
        desk = await self._store.desk(desk_id)
        if desk is None or party not in (None, desk.party):
            raise VerifierError(Failure.DESK_UNKNOWN)
        return desk

    async def close(self, desk_id: str, *, party: str) -> None:
        """Let a printed code start nothing any more."""
        desk = await self.find(desk_id, party=party)
        await self._store.close_desk(desk.id, self._clock())

    async def ask(self, desk_id: str) -> Asked:
        """Begin a question for whoever opened the printed code, at its counter's screen.

        Raises DESK_UNKNOWN, and TOO_MANY_OPEN while too many wait at this one.
        """
        desk, now = await self.find(desk_id), self._clock()
        if len(await self.waiting(desk_id)) >= WAITING_PER_DESK:
            raise VerifierError(Failure.TOO_MANY_OPEN)
        wish = Wish(flow=Flow.COUNTER)
        question = await self._enquiries.of_profile(desk.profile, wish, session=None, now=now)
        asked = await self._begin(question, now)
        await self._store.note_asked_at(asked.transaction_id, desk.id, now)
        return asked

    async def waiting(self, desk_id: str) -> tuple[str, ...]:
        """Return the questions of a counter that may still be answered, the newest first."""
        since = self._clock() - REQUEST_LIFETIME - timedelta(seconds=1)
        return await self._store.asked_at(desk_id, since=since)
