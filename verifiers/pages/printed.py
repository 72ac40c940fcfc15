"""An institution's printed codes: what a person opens, and what the counter's screen shows."""

from http import HTTPStatus
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from verifiers.asking.desks import PRINTED, PrintedDesk, printed_link
from verifiers.errors import VerifierError
from verifiers.pages.asked import asked_of
from verifiers.pages.checks import CHECKS
from verifiers.pages.choosing import profile_of, profiles_of
from verifiers.pages.links import OPEN
from verifiers.transaction import Flow, Progress
from verifiers.verifier import Verifiers
from web.kit import PersonRole, RoomPages

DESKS: Final = "/verifiers/desks"


def printed_pages(verifiers: Verifiers, room: RoomPages, router: APIRouter) -> APIRouter:
    """Return ``/verifiers/desk/…``, open to all: it explains, and starts a question when asked.

    Looking changes nothing: cameras and previews open whatever they see.
    """
    desks = verifiers.counter.desks

    @router.get(PRINTED + "/{desk_id}")
    async def printed(request: Request, desk_id: str) -> Response:
        visitor = await room.guest(request)
        try:
            desk = await desks.find(desk_id)
        except VerifierError:
            return room.page(
                request,
                "verifiers/ended.html",
                visitor,
                status=HTTPStatus.NOT_FOUND,
                ended="open_desk_unknown",
            )
        profile = verifiers.catalogue.profile(desk.profile)
        party = verifiers.catalogue.registrations.party(desk.party)
        return room.page(
            request,
            "verifiers/printed.html",
            visitor,
            desk=desk,
            party=party,
            purpose=party.purpose(profile.purpose),
            asked=await asked_of(verifiers, profile.query, party.purpose(profile.purpose)),
        )

    @router.post(PRINTED + "/{desk_id}")
    async def start(request: Request, desk_id: str) -> Response:
        visitor = await room.guest(request)
        await room.form(request, visitor)
        # Nobody is signed in, so nothing ties two presses together: the second is a question too.
        asked = await desks.ask(desk_id)
        return RedirectResponse(f"{OPEN}/{asked.transaction_id}", HTTPStatus.SEE_OTHER)

    return router


def desk_pages(verifiers: Verifiers, room: RoomPages, router: APIRouter) -> APIRouter:
    """Return ``/verifiers/desks``: open, print and close counters; who waits at one."""
    desks = verifiers.counter.desks

    @router.get(DESKS)
    async def every(request: Request) -> Response:
        visitor = await room.visitor(request, PersonRole.INSTITUTION)
        party = visitor.person.subject
        met = [each for each in profiles_of(verifiers, party) if each.flow is Flow.COUNTER]
        return room.page(
            request, "verifiers/desks.html", visitor, desks=await desks.of(party), profiles=met
        )

    @router.post(DESKS)
    async def open_one(request: Request) -> Response:
        visitor = await room.visitor(request, PersonRole.INSTITUTION)
        form = await room.form(request, visitor)
        party = visitor.person.subject
        profile = profile_of(verifiers, party, form.one("profile")).name

        async def act() -> str:
            return f"{DESKS}/{(await desks.open(party, profile, form.one('name').strip())).id}"

        return await room.once(form, act)

    @router.get(DESKS + "/{desk_id}")
    async def one(request: Request, desk_id: str) -> Response:
        visitor = await room.visitor(request, PersonRole.INSTITUTION)
        desk = await desks.find(desk_id, party=visitor.person.subject)
        return room.page(
            request,
            "verifiers/desk.html",
            visitor,
            desk=desk,
            link=printed_link(verifiers.base, desk.id),
            waiting=await _waiting(verifiers, desk),
            checks=CHECKS,
        )

    @router.post(DESKS + "/{desk_id}/close")
    async def close(request: Request, desk_id: str) -> Response:
        visitor = await room.visitor(request, PersonRole.INSTITUTION)
        form = await room.form(request, visitor)

        async def act() -> str:
            await desks.close(desk_id, party=visitor.person.subject)
            return DESKS

        return await room.once(form, act)

    return router


async def _waiting(verifiers: Verifiers, desk: PrintedDesk) -> list[tuple[str, str]]:
    """Return the questions that wait at a counter, each with the number its person looks for."""
    looks = [await verifiers.look(each) for each in await verifiers.counter.desks.waiting(desk.id)]
    return [
        (look.transaction.id, look.transaction.match_number or "")
        for look in looks
        if look.state == Progress.PENDING.value
    ]
