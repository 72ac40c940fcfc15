"""Read the code a person holds up: a picture, or its text pasted, typed or shot by a scanner."""

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from verifiers.pages.checks import CHECKS
from verifiers.pages.choosing import coded_profiles_of, profile_of, profiles_of
from verifiers.pages.problems import SCAN, NothingToReadError
from verifiers.services import own_query
from verifiers.transaction import Progress
from verifiers.verifier import Verifiers
from web.form import Form
from web.kit import PersonRole, RoomPages
from web.qr_reading import OCTETS_LIMIT, read_picture

# The picture, and a few short fields in their multipart wrapping.
UPLOAD_LIMIT: Final = OCTETS_LIMIT + 64 * 1024


def scan_pages(verifiers: Verifiers, room: RoomPages, router: APIRouter) -> APIRouter:
    """Return ``/verifiers/scan``: choose the check and give the code."""

    @router.get(SCAN)
    async def scan(request: Request) -> Response:
        visitor = await room.visitor(request, PersonRole.INSTITUTION)
        party = visitor.person.subject
        return room.page(
            request,
            "verifiers/scan.html",
            visitor,
            profiles=profiles_of(verifiers, party),
            coded=coded_profiles_of(verifiers, party),
            # Its purpose has no profile: whatever certificate is held up is tried.
            may_try=party == own_query.PARTY,
            # The next person in the line: the same check, the camera on at once.
            chosen=request.query_params.get("profile", ""),
            now="now" in request.query_params,
        )

    @router.post(SCAN)
    async def read(request: Request) -> Response:
        visitor = await room.visitor(request, PersonRole.INSTITUTION)
        form = await room.form(request, visitor, limit=UPLOAD_LIMIT)
        party = visitor.person.subject
        profile = _profile_in(verifiers, party, form.one("profile"))

        async def verify() -> str:
            text = await _text_of(form)
            transaction_id = await verifiers.scan(text, profile, party=party)
            look = await verifiers.look(transaction_id)
            waits = look.state == Progress.PENDING.value
            return f"{CHECKS}/{transaction_id}" + ("?scanned" if waits else "")

        return await room.once(form, verify)

    return router


def _profile_in(verifiers: Verifiers, party: str, name: str) -> str | None:
    """Return the profile chosen; None is the test desk's own purpose, which has no profile."""
    if not name and party == own_query.PARTY:
        return None
    return profile_of(verifiers, party, name).name


async def _text_of(form: Form) -> str:
    """Return what the code says; a picture counts before a text."""
    picture = form.file("picture")
    if picture is not None:
        return await read_picture(picture)
    text = form.one("code").strip()
    if not text:
        raise NothingToReadError
    return text
