"""A question in a frame on the institution's own page: its code and how far it got, no more.

The institution's server asks, so it knows the number; here a browser shows it. Whoever sees the
frame learns that an answer came, never which: the result goes to the server. Only the origins the
institution registered may hold the frame, and nothing in it acts: the way to a wallet opens a page
of its own, which no frame holds.
"""

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from verifiers.delivering.result import EXPIRED, Look
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.pages.links import OPEN
from verifiers.transaction import Flow, Progress
from verifiers.verifier import Verifiers
from web.cookies import language_of
from web.kit import RoomPages
from web.language import Language
from web.security_headers import framed_by

EMBED: Final = "/verifiers/embed"
# Often enough for a person who waits; browsers do it without a script.
_AGAIN_SECONDS: Final = 3


def embedded_pages(verifiers: Verifiers, room: RoomPages, router: APIRouter) -> APIRouter:
    """Return ``/verifiers/embed/{transaction_id}``, for a frame; ``?language=`` chooses one."""

    @router.get(EMBED + "/{transaction_id}")
    async def embedded(request: Request, transaction_id: str) -> Response:
        look = await verifiers.look(transaction_id)
        party = verifiers.catalogue.registrations.party(look.transaction.party)
        if not party.origins or not _has_a_link(look):
            raise VerifierError(Failure.TRANSACTION_UNKNOWN)
        # The same for everybody, and without cookies: a frame is another site's.
        page = room.shell(
            _language(request),
            "verifiers/embedded.html",
            request.url.path,
            party=party,
            look=look,
            state=_state(look),
            link=f"{verifiers.base}{OPEN}/{transaction_id}",
        )
        page.headers["Content-Security-Policy"] = framed_by(party.origins)
        if look.state == Progress.PENDING.value:
            page.headers["Refresh"] = str(_AGAIN_SECONDS)
        return page

    return router


def _state(look: Look) -> str:
    """Return what everybody may know; how it ended is told to the institution alone."""
    if look.state == Progress.PENDING.value:
        return "pending"
    return "expired" if look.state == EXPIRED else "answered"


def _has_a_link(look: Look) -> bool:
    """Tell whether a wallet is led to the question by an address that people can open."""
    asked = look.transaction
    is_asked = asked.request_object and asked.flow is not Flow.STANDING
    return bool(is_asked) and not asked.mode.is_over_dc_api


def _language(request: Request) -> Language:
    chosen = request.query_params.get("language", "")
    return Language(chosen) if chosen in set(Language) else language_of(request)
