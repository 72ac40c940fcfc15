"""What telling events needs: somewhere to keep and number them, and a way to the receivers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Final, Protocol

from verifiers.events.event import Event

# How long events are kept for whoever asks again, and looked for after a stand-still.
KEPT: Final = timedelta(days=30)


class Undelivered(Enum):
    """Why a receiver has not got an event."""

    UNREACHABLE = "receiver_unreachable"
    REFUSED = "receiver_refused"
    ADDRESS_REFUSED = "receiver_address_refused"


class UndeliveredError(Exception):
    """A receiver did not take an event; it is told again later."""

    def __init__(self, failure: Undelivered) -> None:
        super().__init__(failure.value)
        self.failure = failure


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where a party is told, and how far: ``delivered`` is the last number it took.

    ``numbered`` is the last number given; ``trouble`` is why the last try failed, if it did.
    """

    party: str
    address: str
    numbered: int
    delivered: int
    tries: int
    trouble: Undelivered | None
    registered_at: datetime


class EventStore(Protocol):
    """Where webhooks and events are kept."""

    async def register(self, party: str, address: str, now: datetime) -> Webhook:
        """Keep where a party is told; another address takes the old one's place."""
        ...

    async def webhook(self, party: str) -> Webhook | None:
        """Return a party's webhook, None when it has none."""
        ...

    async def webhooks(self) -> tuple[Webhook, ...]:
        """Return every webhook."""
        ...

    async def remove(self, party: str) -> None:
        """Forget a party's webhook and its events."""
        ...

    async def gather(self, party: str, now: datetime) -> None:
        """Give what has happened since its numbers, once each, whoever else looks at once."""
        ...

    async def events(self, party: str, after: int, limit: int) -> Sequence[Event]:
        """Return a party's events above a number, in order."""
        ...

    async def claim(self, party: str, now: datetime, until: datetime) -> bool:
        """Take the turn to tell a party, for exactly one caller, if its time has come."""
        ...

    async def took(self, party: str, sequence: int) -> None:
        """Note that the receiver has this event and all before it."""
        ...

    async def release(self, party: str, at: datetime, trouble: Undelivered | None) -> None:
        """Give the turn back; the next is at ``at``."""
        ...

    async def prune(self, before: datetime) -> None:
        """Forget the events of before this time."""
        ...


class Receivers(Protocol):
    """The institutions' systems."""

    async def tell(self, address: str, token: str) -> None:
        """Return when the receiver has taken it, or raise `UndeliveredError`."""
        ...
