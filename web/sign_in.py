"""How a person comes to be signed in: by a password (demo mode only), an invitation, or a card."""

import asyncio
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from keys import base64url
from keys.entropy import Entropy
from keys.password import WrongPasswordError, check_password, hash_password
from web.errors import Party, Problem, WebError
from web.people import Person, nobody
from web.sessions import Session, handle_of, new_session_id
from web.store import Account, WebStore
from web.tries import (
    WINDOW,
    Counter,
    TooManyTriesError,
    check_tries,
    counter_of_address,
    counters_of,
)
from web.visits import Clock

# Long enough to walk over with it, short enough to be worthless in an old message.
INVITATION: Final = timedelta(minutes=10)
_CODE_OCTETS: Final = 32
# No person has this password: checking against it takes as long as against a real one.
_NOBODYS: Final = "scrypt$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
# What a person can remember and type; more would only be work for us.
PASSWORD_LIMIT: Final = 1024


class SignInRefusedError(WebError):
    """Name or password is wrong; which of the two is not told."""

    def __init__(self) -> None:
        problem = Problem("sign_in_refused", Party.CALLER, "name and password do not fit")
        super().__init__(HTTPStatus.FORBIDDEN, problem)


class InvitationOverError(WebError):
    """A sign-in link that was used, has expired, or never existed: one answer for all three."""

    def __init__(self) -> None:
        problem = Problem("invitation_over", Party.CALLER, "this link signs nobody in")
        super().__init__(HTTPStatus.GONE, problem)


class CardUnknownError(WebError):
    """A card that signs nobody in here; whether the register knows its bearer is not told."""

    def __init__(self) -> None:
        problem = Problem("card_unknown", Party.CALLER, "this card signs nobody in here")
        super().__init__(HTTPStatus.FORBIDDEN, problem)


@dataclass(frozen=True, slots=True)
class Invitation:
    """A one-time sign-in, to be handed over; the code is kept nowhere."""

    code: str
    until: datetime


class SignIn:
    """Signs people in and out, and keeps who they are."""

    def __init__(self, store: WebStore, clock: Clock, entropy: Entropy) -> None:
        self._store = store
        self._clock = clock
        self._entropy = entropy

    async def add(self, person: Person, password: str | None = None) -> bool:
        """Keep a person; False when the name is taken. A password is for demo mode alone."""
        kept = None
        if password is not None:
            if await self._store.people.find(person.name) is not None:
                return False
            kept = await asyncio.to_thread(hash_password, password, self._entropy)
        return await self._store.people.add(Account(person, kept))

    async def by_password(self, name: str, password: str, address: str) -> Person:
        """Return who this is, or raise `SignInRefusedError` or `TooManyTriesError`.

        An unknown name costs the same work as a wrong password.
        """
        try_id = base64url.encode(self._entropy(_CODE_OCTETS))
        await self._count(try_id, counters_of(name, address))
        account = await self._store.people.find(name)
        kept = None if account is None else account.password
        try:
            await asyncio.to_thread(check_password, kept or _NOBODYS, password[:PASSWORD_LIMIT])
        except WrongPasswordError:
            raise SignInRefusedError from None
        if account is None or kept is None:
            raise SignInRefusedError
        await self._store.sessions.forget_try(try_id)
        return account.person

    async def by_card(self, subject: str | None, address: str) -> Person:
        """Return the citizen of this handle, or raise `CardUnknownError` or `TooManyTriesError`.

        None is a card whose bearer no register has, or has more than once.
        """
        try_id = base64url.encode(self._entropy(_CODE_OCTETS))
        await self._count(try_id, (counter_of_address(address),))
        person = None if subject is None else await self._store.people.citizen(subject)
        if person is None:
            raise CardUnknownError
        await self._store.sessions.forget_try(try_id)
        return person

    async def _count(self, try_id: str, counters: Iterable[Counter]) -> None:
        """Count a try before it is looked at, or raise when the earlier ones are too many."""
        now = self._clock()
        tries = self._store.sessions
        for counter in counters:
            await tries.begin_try(try_id, counter.key, now)
            others = await tries.other_tries(try_id, counter.key, now - WINDOW)
            try:
                check_tries(counter, others, now=now)
            except TooManyTriesError:
                # Whoever goes on trying must not keep the person out for ever.
                await tries.forget_try(try_id)
                raise

    async def begin(self, person: Person) -> str:
        """Return the id of a new session; nothing of what the browser held before is used."""
        now = self._clock()
        session_id = new_session_id(self._entropy)
        session = Session(handle_of(session_id), person.name, now, now)
        await self._store.sessions.begin(session)
        return session_id

    async def invite(self, name: str) -> Invitation:
        """Return a one-time sign-in for a person, or raise ``PeopleError`` (unknown)."""
        if await self._store.people.find(name) is None:
            raise nobody(name)
        code = base64url.encode(self._entropy(_CODE_OCTETS))
        until = self._clock() + INVITATION
        await self._store.people.invite(_hash(code), name, until)
        return Invitation(code, until)

    async def by_invitation(self, code: str) -> Person:
        """Return whom a code signs in and use it up, or raise `InvitationOverError`."""
        name = await self._store.people.take_invitation(_hash(code), self._clock())
        account = None if name is None else await self._store.people.find(name)
        if account is None:
            raise InvitationOverError
        return account.person


def _hash(code: str) -> str:
    digest = hashlib.sha256(b"mydata-invitation-v1" + code.encode("utf-8", "surrogatepass"))
    return base64url.encode(digest.digest())
