"""One check: the code while it waits, then the verdict; and the list of the latest ones."""

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from consent.forms.receipt import Receipt
from keys.json_value import JsonValue
from verifiers.delivering.delivery import DELIVERY_WINDOW
from verifiers.delivering.result import Look, Result
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.pages.links import OPEN
from verifiers.pages.shown import ShownCertificate, shown_certificate
from verifiers.pages.steps import shown_steps
from verifiers.pages.trust_age import age_of
from verifiers.pages.verdict import verdict_of
from verifiers.services.profile import Profile
from verifiers.transaction import Progress
from verifiers.verifier import Verifiers
from web.kit import PersonRole, RoomPages
from web.replies import json_reply
from web.static_files import address_of
from web.visitor import Visitor

# What a shift at one desk looks back on.
RECENT: Final = 50
CHECKS: Final = "/verifiers/checks"
SCRIPT: Final = "waiting.js"


def check_pages(verifiers: Verifiers, room: RoomPages, router: APIRouter) -> APIRouter:
    """Return ``/verifiers/checks`` and what stands below it."""

    @router.get(CHECKS)
    async def checks(request: Request) -> Response:
        visitor = await room.visitor(request, PersonRole.INSTITUTION)
        looks = await verifiers.recent(visitor.person.subject, RECENT)
        listed = [
            (look, profile_named(verifiers, look), verdict_of(look.state, look.failure))
            for look in looks
        ]
        return room.page(request, "verifiers/checks.html", visitor, checks=listed)

    @router.get(CHECKS + "/{transaction_id}")
    async def check(request: Request, transaction_id: str) -> Response:
        visitor = await room.visitor(request, PersonRole.INSTITUTION)
        look = await own_look(verifiers, transaction_id, visitor)
        if look.state == Progress.PENDING.value:
            return await _waiting(verifiers, room, request, visitor, look)
        return await _result(verifiers, room, request, visitor, look)

    @router.get(CHECKS + "/{transaction_id}/state")
    async def state(request: Request, transaction_id: str) -> Response:
        """Answer the waiting page's script; the claims are for the page alone."""
        visitor = await room.visitor(request, PersonRole.INSTITUTION)
        look = await own_look(verifiers, transaction_id, visitor)
        return json_reply({"state": look.state})

    return router


async def own_look(verifiers: Verifiers, transaction_id: str, visitor: Visitor) -> Look:
    """Return a transaction of the visitor's institution; another's is as unknown as none (H90)."""
    look = await verifiers.look(transaction_id)
    if look.transaction.party != visitor.person.subject:
        raise VerifierError(Failure.TRANSACTION_UNKNOWN)
    return look


def profile_named(verifiers: Verifiers, look: Look) -> Profile | None:
    """Return the profile of a transaction, None for a query of the desk's own."""
    name = look.transaction.profile
    return verifiers.catalogue.profile(name) if name else None


async def _waiting(
    verifiers: Verifiers, room: RoomPages, request: Request, visitor: Visitor, look: Look
) -> Response:
    transaction_id = look.transaction.id
    return room.page(
        request,
        "verifiers/waiting.html",
        visitor,
        look=look,
        profile=profile_named(verifiers, look),
        verdict=verdict_of(look.state, look.failure),
        # A scanned link has brought the question to the wallet already.
        scanned="scanned" in request.query_params,
        link=f"{verifiers.base}{OPEN}/{transaction_id}",
        uri=await verifiers.link_of(transaction_id),
        script=address_of(SCRIPT),
    )


async def _result(
    verifiers: Verifiers, room: RoomPages, request: Request, visitor: Visitor, look: Look
) -> Response:
    result = await verifiers.result(look.transaction.id)
    failure = None if result.failure is None else result.failure.failure
    party = verifiers.catalogue.registrations.party(look.transaction.party)
    return room.page(
        request,
        "verifiers/result.html",
        visitor,
        look=look,
        party=party,
        profile=profile_named(verifiers, look),
        verdict=verdict_of(result.state, failure, result.recorded),
        recorded=result.recorded,
        certificates=await _certificates(verifiers, result),
        failure=failure,
        record=_record_number(result.receipt),
        steps=shown_steps(result.steps),
        age=age_of(verifiers.trust_list_age()),
        # A code that was read answers itself: nothing was asked, and the next one is read.
        was_read=not look.transaction.request_object,
        fades=int(DELIVERY_WINDOW.total_seconds()),
        script=address_of(SCRIPT),
    )


async def _certificates(verifiers: Verifiers, result: Result) -> list[ShownCertificate]:
    forms = (form for form in result.credentials if isinstance(form, dict))
    return [await shown_certificate(verifiers, form) for form in forms]


def _record_number(receipt: JsonValue) -> int | None:
    """Return the number of the entry in the record of consents, None without a receipt."""
    return None if receipt is None else Receipt.parse(receipt).log.index
