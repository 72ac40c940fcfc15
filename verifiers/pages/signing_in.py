"""Signing in to our own service with a card of one's wallet.

A profile whose definition says which claims name its bearer (`verifiers.services.record_keys`) is
asked as any other on the web (`verifiers.pages.online`), and verified and recorded as any other.
What comes of it is a session: for the browser that began, once, when its answer is redeemed. There
is no way across devices: whoever had somebody else's wallet answer would be signed in as them.
"""

from collections.abc import Awaitable, Callable
from typing import Final, TypeGuard

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from verifiers.delivering.result import Result
from verifiers.services.profile import Profile
from verifiers.services.record_keys import RecordKey
from verifiers.verifier import Verifiers
from web.cookies import see_other
from web.kit import Kit, RoomPages
from web.people import Person
from web.sign_in import CardUnknownError, SignIn
from web.visitor import Visitor

SIGN_IN: Final = "/verifiers/sign-in"

PersonOfRecord = Callable[[RecordKey], Awaitable[str | None]]
"""Returns the handle of the one person a register finds by these, None for nobody and for more."""


class CardEntrance:
    """Makes sessions of verified answers; without a register there is nobody to find."""

    def __init__(self, kit: Kit, person_of_record: PersonOfRecord | None) -> None:
        surroundings = kit.surroundings
        self._kit = kit
        self._sign_in = SignIn(kit.store, surroundings.clock, surroundings.entropy)
        self._person_of_record = person_of_record
        self.address = f"{surroundings.base}{SIGN_IN}"

    def is_for(self, profile: Profile | None) -> TypeGuard[Profile]:
        """Tell whether people sign in with a profile."""
        return profile is not None and profile.signs_in is not None

    def is_ready(self, profile: Profile) -> bool:
        """Tell whether a profile may be asked here: one to sign in with needs a register."""
        return self._person_of_record is not None or not self.is_for(profile)

    async def recognise(self, profile: Profile, result: Result, request: Request) -> Person:
        """Return whom a verified answer is about, or raise ``CardUnknownError``."""
        key, subject = _key(profile, result), None
        if key is not None and self._person_of_record is not None:
            subject = await self._person_of_record(key)
        address = "" if request.client is None else request.client.host
        return await self._sign_in.by_card(subject, address)

    async def let_in(self, person: Person, reply: Response) -> None:
        """Give the browser a new session; nothing of what it held before is used (fixation)."""
        self._kit.cookies.set_session(reply, await self._sign_in.begin(person))

    async def signed_in(self, profile: Profile, result: Result, request: Request) -> Response:
        """Sign in whom an answer is about, and lead them to their first page."""
        person = await self.recognise(profile, result, request)
        reply = see_other(self._kit.home_of(person))
        await self.let_in(person, reply)
        return reply

    def led_on(self, visitor: Visitor | None) -> Response:
        """Lead who was let in to their first page; raises ``CardUnknownError`` for nobody."""
        if visitor is None:
            raise CardUnknownError
        return see_other(self._kit.home_of(visitor.person))


def _key(profile: Profile, result: Result) -> RecordKey | None:
    """Return whom the one card of an answer is about."""
    match profile.signs_in, result.credentials:
        case keys, ({"claims": dict(claims)},) if keys is not None:
            return keys.of(claims)
        case _:
            return None


def sign_in_pages(
    verifiers: Verifiers, room: RoomPages, router: APIRouter, entrance: CardEntrance
) -> APIRouter:
    """Return ``/verifiers/sign-in``: the cards one may sign in with, and the way to the phone."""

    @router.get(SIGN_IN)
    async def cards(request: Request) -> Response:
        every = filter(entrance.is_for, verifiers.catalogue.profiles)
        return room.page(
            request,
            "verifiers/signing_in.html",
            await room.guest(request),
            profiles=[each for each in every if entrance.is_ready(each)],
            address=entrance.address,
        )

    return router
