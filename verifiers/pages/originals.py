"""The originals a law has kept, for the one person of an institution who may read them.

A reading is written down with its reason before anything is opened; its page closes by itself.
What was read stands in no address: those hold the number of the reading.
"""

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from keys.json_value import JsonObject
from verifiers.originals.original import Original, Reader
from verifiers.pages.shown import shown_certificate
from verifiers.registered.registration import RelyingParty
from verifiers.verifier import Verifiers
from web.kit import PersonRole, RoomPages
from web.replies import json_reply
from web.visitor import Visitor

ORIGINALS: Final = "/verifiers/originals"
_READING: Final = ORIGINALS + "/readings/{reading_id}"
_SAVED: Final = {"Content-Disposition": 'attachment; filename="original.json"'}


def original_pages(verifiers: Verifiers, room: RoomPages, router: APIRouter) -> APIRouter:
    """Return ``/verifiers/originals`` and what stands below it."""

    @router.get(ORIGINALS)
    async def listed(request: Request) -> Response:
        visitor = await room.visitor(request, PersonRole.CUSTODIAN)
        party = visitor.person.subject
        readings = await verifiers.originals.readings(party)
        return room.page(
            request,
            "verifiers/originals.html",
            visitor,
            party=_party(verifiers, party),
            originals=await verifiers.originals.listed(party),
            readings=[(each, verifiers.originals.reason_of(each)) for each in readings],
        )

    @router.post(ORIGINALS)
    async def begin(request: Request) -> Response:
        visitor = await room.visitor(request, PersonRole.CUSTODIAN)
        form = await room.form(request, visitor)
        transaction_id, reason = form.one("transaction"), form.one("reason")

        async def act() -> str:
            reading = await verifiers.originals.begin_reading(
                transaction_id, _reader(visitor), reason
            )
            return f"{ORIGINALS}/readings/{reading}"

        return await room.once(form, act)

    @router.get(_READING)
    async def show(request: Request, reading_id: str) -> Response:
        visitor = await room.visitor(request, PersonRole.CUSTODIAN)
        original = await verifiers.originals.read(reading_id, _reader(visitor))
        forms = (form for form in original.credentials if isinstance(form, dict))
        return room.page(
            request,
            "verifiers/original.html",
            visitor,
            original=original,
            certificates=[await shown_certificate(verifiers, form) for form in forms],
            here=request.url.path,
        )

    @router.get(_READING + "/original.json")
    async def save(request: Request, reading_id: str) -> Response:
        """Hand over the file of the reading that is open, for a court or an inspector."""
        visitor = await room.visitor(request, PersonRole.CUSTODIAN)
        original = await verifiers.originals.read(reading_id, _reader(visitor))
        return json_reply(_form(original), headers=_SAVED)

    return router


def _reader(visitor: Visitor) -> Reader:
    return Reader(visitor.person.subject, visitor.person.name)


def _party(verifiers: Verifiers, party: str) -> RelyingParty:
    return verifiers.catalogue.registrations.party(party)


def _form(original: Original) -> JsonObject:
    return {
        "transaction_id": original.transaction_id,
        "credentials": [*original.credentials],
        "presentations": [*original.presentations],
    }
