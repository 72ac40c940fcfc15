"""What the institution owes: to people who took their consent back, and to the record of consents.

Each duty with its time, those that need somebody first. Nothing about a person stands here but
the number of a consent, and no claim.
"""

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from verifiers.owing.duties import DutyState
from verifiers.pages.verdict import Tone
from verifiers.verifier import Verifiers
from web.kit import PersonRole, RoomPages

OWED: Final = "/verifiers/owed"
UNSETTLED: Final = "/verifiers/unsettled"

_TONES: Final = {
    DutyState.DECIDE: Tone.WAIT,
    DutyState.OPEN: Tone.WAIT,
    DutyState.OVERDUE: Tone.NO,
    DutyState.REFUSED: Tone.NO,
    DutyState.REUSED: Tone.NO,
    DutyState.RETAINED: Tone.YES,
    DutyState.DONE: Tone.YES,
}
_SIGNS: Final = {Tone.WAIT: "…", Tone.NO: "!", Tone.YES: "✓"}


def owed_pages(verifiers: Verifiers, room: RoomPages, router: APIRouter) -> APIRouter:
    """Return ``/verifiers/owed``, and for auditors ``/verifiers/unsettled``."""

    @router.get(OWED)
    async def owed(request: Request) -> Response:
        visitor = await room.visitor(request, PersonRole.INSTITUTION)
        duties = await verifiers.duties.owed(visitor.person.subject)
        purposes = {
            purpose.code: purpose.text
            for party in verifiers.catalogue.registrations.parties
            for purpose in party.purposes
        }
        return room.page(
            request,
            "verifiers/owed.html",
            visitor,
            duties=duties,
            purposes=purposes,
            tones=_TONES,
            signs=_SIGNS,
        )

    @router.post(OWED)
    async def erase(request: Request) -> Response:
        visitor = await room.visitor(request, PersonRole.INSTITUTION)
        form = await room.form(request, visitor)

        async def act() -> str:
            await verifiers.duties.decide(visitor.person.subject, form.one("consent"))
            return OWED

        return await room.once(form, act)

    @router.get(UNSETTLED)
    async def unsettled(request: Request) -> Response:
        """Show an auditor what is overdue, what the ledger refused, and codes used twice."""
        visitor = await room.visitor(request, PersonRole.AUDITOR)
        parties = verifiers.catalogue.registrations.parties
        return room.page(
            request,
            "verifiers/unsettled.html",
            visitor,
            duties=await verifiers.duties.unsettled(party.id for party in parties),
            names={party.id: party.names for party in parties},
            tones=_TONES,
            signs=_SIGNS,
        )

    return router
