"""Choose what to check: the institution's own registered questions, the smallest first."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from verifiers.asking.enquiry import Wish
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.pages.asked import AskedCertificate, asked_of, smallest_first
from verifiers.pages.checks import CHECKS
from verifiers.pages.online import is_online
from verifiers.pages.problems import START
from verifiers.registered.registration import RegisteredPurpose
from verifiers.services.profile import Profile
from verifiers.verifier import Verifiers
from web.kit import PersonRole, RoomPages


def choosing_pages(verifiers: Verifiers, room: RoomPages, router: APIRouter) -> APIRouter:
    """Return ``/verifiers``: see what may be asked, and ask it."""

    @router.get(START)
    async def choose(request: Request) -> Response:
        visitor = await room.visitor(request, PersonRole.INSTITUTION)
        profiles = profiles_of(verifiers, visitor.person.subject)
        shown = [await _described(verifiers, profile) for profile in profiles]
        online = {one.name for one in profiles if is_online(verifiers, one)}
        return room.page(request, "verifiers/choose.html", visitor, profiles=shown, online=online)

    @router.post(START)
    async def begin(request: Request) -> Response:
        visitor = await room.visitor(request, PersonRole.INSTITUTION)
        form = await room.form(request, visitor)
        profile = profile_of(verifiers, visitor.person.subject, form.one("profile"))

        async def ask() -> str:
            asked = await verifiers.ask_profile(profile.name, Wish())
            return f"{CHECKS}/{asked.transaction_id}"

        return await room.once(form, ask)

    return router


def profiles_of(verifiers: Verifiers, party: str) -> tuple[Profile, ...]:
    """Return a party's own profiles, the smallest first."""
    own = (profile for profile in verifiers.catalogue.profiles if profile.party == party)
    return smallest_first(tuple(own))


def coded_profiles_of(verifiers: Verifiers, party: str) -> tuple[Profile, ...]:
    """Return those of a party's profiles whose purpose takes shown codes."""
    parties = verifiers.catalogue.registrations
    return tuple(
        profile
        for profile in profiles_of(verifiers, party)
        if parties.party(profile.party).purpose(profile.purpose).offline_ok
    )


def profile_of(verifiers: Verifiers, party: str, name: str) -> Profile:
    """Return one of a party's profiles; another party's is as unknown as none (H90)."""
    for profile in profiles_of(verifiers, party):
        if profile.name == name:
            return profile
    raise VerifierError(Failure.PROFILE_UNKNOWN)


async def _described(
    verifiers: Verifiers, profile: Profile
) -> tuple[Profile, RegisteredPurpose, tuple[AskedCertificate, ...]]:
    """Return a profile, what it is registered for, and what it asks in words."""
    party = verifiers.catalogue.registrations.party(profile.party)
    purpose = party.purpose(profile.purpose)
    return profile, purpose, await asked_of(verifiers, profile.query, purpose)
