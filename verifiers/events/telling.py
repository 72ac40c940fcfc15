"""Tell each institution what became of its questions: in order, at least once, with patience.

Nothing is written when something happens: events are gathered from what is kept anyway (the ends
of transactions, withdrawals, erasures), so none is lost whenever a process ends. A receiver takes
them one after another; one that is away holds up its own alone, and can ask for what it missed.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from standards.web_address import check_web_address
from verifiers.errors import VerifierError
from verifiers.events.event import Event, sign_event
from verifiers.events.ports import (
    KEPT,
    EventStore,
    Receivers,
    Undelivered,
    UndeliveredError,
    Webhook,
)
from verifiers.failure import Failure
from verifiers.registered.party_keys import PartyKeys
from verifiers.registered.registration import Registrations

# So many in one turn, and in one answer to a cursor.
BATCH: Final = 100
# Longer than a turn takes with a slow receiver; a process that died gives its turn back so.
LEASE: Final = timedelta(minutes=10)
_FIRST_WAIT: Final = timedelta(seconds=5)
_LONGEST_WAIT: Final = timedelta(hours=1)
_ADDRESS_LIMIT: Final = 1000


class Events:
    """The webhooks of every registered party; ``issuer`` is our public address."""

    def __init__(
        self,
        store: EventStore,
        receivers: Receivers,
        *,
        registrations: Callable[[], Registrations],
        party_keys: PartyKeys,
        issuer: str,
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._receivers = receivers
        self._registrations = registrations
        self._keys = party_keys
        self._issuer = issuer
        self._clock = clock

    async def register(self, party: str, address: str) -> Webhook:
        """Tell a party at this address from now on.

        Raises PROFILE_UNKNOWN, REQUEST_INVALID for what is no web address without secrets in it.
        """
        self._registrations().party(party)
        check_web_address(address, "address", _invalid)
        if len(address) > _ADDRESS_LIMIT or urlsplit(address).username is not None:
            raise _invalid("address: no name and password, 1000 characters at the most")
        return await self._store.register(party, address, self._clock())

    async def webhook(self, party: str) -> Webhook:
        """Return where a party is told and how far, or raise PROFILE_UNKNOWN."""
        found = await self._store.webhook(party)
        if found is None:
            raise VerifierError(Failure.PROFILE_UNKNOWN, "no webhook")
        return found

    async def webhooks(self) -> Sequence[Webhook]:
        """Return where every party is told, by party."""
        return sorted(await self._store.webhooks(), key=lambda webhook: webhook.party)

    async def remove(self, party: str) -> None:
        """Tell a party nothing any more."""
        await self._store.remove(party)

    async def after(self, party: str, sequence: int) -> Sequence[Event]:
        """Return what happened above a number, at most `BATCH`; or raise PROFILE_UNKNOWN."""
        await self.webhook(party)
        await self._store.gather(party, self._clock())
        return await self._store.events(party, sequence, BATCH)

    async def work(self) -> None:
        """Gather and tell what is new; to be called every few seconds."""
        webhooks = await self._store.webhooks()
        # One that answers slowly must not keep the others waiting.
        await asyncio.gather(*(self._tell(each) for each in webhooks))
        if webhooks:
            await self._store.prune(self._clock() - KEPT)

    async def _tell(self, webhook: Webhook) -> None:
        now = self._clock()
        await self._store.gather(webhook.party, now)
        if not await self._store.claim(webhook.party, now, now + LEASE):
            return
        trouble, wait = None, timedelta(0)
        try:
            for event in await self._store.events(webhook.party, webhook.delivered, BATCH):
                await self._send(webhook, event)
        except UndeliveredError as error:
            trouble, wait = error.failure, wait_after(webhook.tries)
        except VerifierError:
            # A key that is being renewed: nothing is the receiver's fault.
            wait = _FIRST_WAIT
        await self._store.release(webhook.party, now + wait, trouble)

    async def _send(self, webhook: Webhook, event: Event) -> None:
        token = sign_event(
            event,
            issuer=self._issuer,
            audience=webhook.address,
            key=self._keys.current(webhook.party),
            now=self._clock(),
        )
        await self._receivers.tell(webhook.address, token)
        await self._store.took(webhook.party, event.sequence)


def wait_after(tries: int) -> timedelta:
    """Return how long to wait after so many tries in vain: twice as long each time, an hour."""
    doubled: int = 1 << min(tries, 16)
    return min(_FIRST_WAIT * doubled, _LONGEST_WAIT)


def webhook_form(webhook: Webhook) -> dict[str, str | int | None]:
    """Return what an operator sees of a webhook."""
    trouble: Undelivered | None = webhook.trouble
    return {
        "party": webhook.party,
        "address": webhook.address,
        "numbered": webhook.numbered,
        "delivered": webhook.delivered,
        "tries": webhook.tries,
        "trouble": None if trouble is None else trouble.value,
    }


def _invalid(where: str) -> VerifierError:
    return VerifierError(Failure.REQUEST_INVALID, where)
