"""The receiving end of webhooks: believe only what is signed, act on each event once, miss none.

An event may come twice (the answer to the first was lost) and late. Its number tells: numbers of a
party begin at one and have no gap. Keep ``last`` where you keep what you did with the event, in
one transaction of your own; after a stand-still begin with what you kept.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.institution.client import Institution
from keys.certificate_reader import pem_certificates
from keys.x509 import Anchor
from verifiers.events.event import Event, read_event

Act = Callable[[Event], Awaitable[None]]
"""Does what an event asks for; what it raises is raised, and the event comes again."""


def anchors_in(file: Path) -> tuple[Anchor, ...]:
    """Return the roots in ``verifier.pem`` of ``mydata trust export DIR``."""
    return tuple(Anchor(each, file.name) for each in pem_certificates(file.read_bytes()))


@dataclass
class Receiver:
    """Receives a party's events at one address; ``last`` is the number acted upon last."""

    address: str
    party: str
    anchors: tuple[Anchor, ...]
    last: int = 0

    async def receive(
        self, token: str, act: Act, *, institution: Institution | None, now: datetime
    ) -> None:
        """Act on the event in the body of a POST, after all that was missed before it.

        Raises `EventError` for what is not to be believed: answer 400 then, and 2xx otherwise.
        An event that was acted upon before changes nothing. Without ``institution`` what was
        missed cannot be asked for, and the event waits: the service sends it again in order.
        """
        event = read_event(
            token,
            expected_audience=self.address,
            expected_party=self.party,
            anchors=self.anchors,
            now=now,
        )
        if institution is not None and event.sequence > self.last + 1:
            await self.catch_up(act, institution=institution)
        if event.sequence == self.last + 1:
            await self._act(event, act)

    async def catch_up(self, act: Act, *, institution: Institution) -> None:
        """Act on everything since ``last``: after a stand-still, or when a number is missing."""
        while missed := await institution.events(self.party, after=self.last):
            for event in missed:
                await self._act(event, act)

    async def _act(self, event: Event, act: Act) -> None:
        await act(event)
        self.last = event.sequence
