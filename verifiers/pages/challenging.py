"""A desk's own code shown first: the person's answers it, and is worth nothing anywhere else."""

from typing import Final
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from standards.shown_code.challenge import Challenge
from standards.shown_code.errors import ShownCodeError
from verifiers.pages.choosing import profile_of
from verifiers.pages.problems import SCAN
from verifiers.verifier import Verifiers
from web.kit import PersonRole, RoomPages

CHALLENGES: Final = "/verifiers/challenges"
_SEE_OTHER: Final = 303


def challenge_pages(verifiers: Verifiers, room: RoomPages, router: APIRouter) -> APIRouter:
    """Return ``/verifiers/challenges``: make one, and show it beside the form for its answer."""

    @router.post(CHALLENGES)
    async def make(request: Request) -> Response:
        visitor = await room.visitor(request, PersonRole.INSTITUTION)
        form = await room.form(request, visitor)
        party = visitor.person.subject
        profile = profile_of(verifiers, party, form.one("profile")).name

        async def act() -> str:
            shown = await verifiers.counter.challenge(profile, party=party)
            # Everybody in the room may read it: it is no secret.
            said = {"profile": profile, "challenge": shown.text}
            return f"{CHALLENGES}?{urlencode(said)}"

        return await room.once(form, act)

    @router.get(CHALLENGES)
    async def show(request: Request) -> Response:
        visitor = await room.visitor(request, PersonRole.INSTITUTION)
        name, text = (request.query_params.get(each, "") for each in ("profile", "challenge"))
        try:
            challenge = Challenge.parse(text)
        except ShownCodeError:
            return RedirectResponse(SCAN, _SEE_OTHER)
        profile = profile_of(verifiers, visitor.person.subject, name)
        return room.page(
            request, "verifiers/challenge.html", visitor, challenge=challenge, profile=profile
        )

    return router
