"""An institution's question on the web: the person who asks to be checked answers on this device.

The browser hands the question to a wallet (OpenID4VP appendix A), and the page brings the answer
back. Where a browser cannot, a link leads to the wallet and back. Either way the result is for
the browser that began, and for no other.
"""

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from keys.json_value import JsonObject
from keys.strict_json import loads
from standards.dcql.query import parse_query
from standards.openid4vp.dc_api import DcApiProtocol, credential_request_options
from standards.openid4vp.request import ResponseMode
from verifiers.asking.enquiry import Wish
from verifiers.delivering.result import Look
from verifiers.endpoints.limits import RESPONSE_LIMIT
from verifiers.endpoints.wallets import ONLINE
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.pages.asked import asked_of
from verifiers.pages.checks import profile_named
from verifiers.pages.shown import shown_certificate
from verifiers.pages.signing_in import CardEntrance
from verifiers.pages.verdict import verdict_of
from verifiers.presented.responses import HandedBack
from verifiers.services.profile import Profile
from verifiers.session import began_in
from verifiers.transaction import Flow, Progress
from verifiers.verifier import Verifiers
from web.body import read_json_object
from web.cookies import see_other
from web.kit import RoomPages
from web.replies import json_reply
from web.static_files import address_of

SCRIPT: Final = "credentials.js"
WAITING: Final = "waiting.js"
# The ways a person may choose: the browser hands the question over, or a link does.
_WAYS: Final = {
    "browser": Wish(Flow.SAME_DEVICE, ResponseMode.DC_API_JWT, protocol=DcApiProtocol.SIGNED),
    "link": Wish(Flow.SAME_DEVICE, ResponseMode.DIRECT_POST_JWT),
}


def online_pages(
    verifiers: Verifiers, room: RoomPages, router: APIRouter, entrance: CardEntrance
) -> APIRouter:
    """Return ``/verifiers/online/…``: who asks what, and one question from begin to verdict.

    ``entrance`` signs in whom an answer is about, where that is what a profile is for.
    """

    @router.get(ONLINE + "/{profile}")
    async def offer(request: Request, profile: str) -> Response:
        chosen = _online(verifiers, profile, entrance)
        party = verifiers.catalogue.registrations.party(chosen.party)
        return room.page(
            request,
            "verifiers/online.html",
            await room.guest(request),
            profile=chosen,
            party=party,
            purpose=party.purpose(chosen.purpose),
            asked=await asked_of(verifiers, chosen.query, party.purpose(chosen.purpose)),
            script=address_of(SCRIPT),
        )

    @router.post(ONLINE + "/{profile}")
    async def begin(request: Request, profile: str) -> Response:
        visitor = await room.guest(request)
        form = await room.form(request, visitor)
        wish = _WAYS.get(form.one("way"))
        if wish is None:
            raise VerifierError(Failure.REQUEST_INVALID)
        chosen = _online(verifiers, profile, entrance)
        session = room.browser(request)
        asked = await verifiers.ask_profile(chosen.name, wish, session=session)
        return see_other(f"{ONLINE}/checks/{asked.transaction_id}")

    _add_check(verifiers, room, router, entrance)
    _add_exchange(verifiers, room, router, entrance)
    return router


def _add_check(
    verifiers: Verifiers, room: RoomPages, router: APIRouter, entrance: CardEntrance
) -> None:
    """Add one question as its browser sees it: waiting, then the verdict."""

    @router.get(ONLINE + "/checks/{transaction_id}")
    async def check(request: Request, transaction_id: str) -> Response:
        look = await _own(verifiers, room, request, transaction_id)
        if look.state == Progress.PENDING.value:
            return await _waiting(verifiers, room, request, look)
        visitor, profile = await room.guest(request), profile_named(verifiers, look)
        if look.state == Progress.VERIFIED.value and entrance.is_for(profile):
            return entrance.led_on(visitor)
        return room.page(
            request,
            "verifiers/online_result.html",
            visitor,
            look=look,
            party=verifiers.catalogue.registrations.party(look.transaction.party),
            profile=profile,
            verdict=verdict_of(look.state, look.failure),
            failure=look.failure,
            certificates=await _certificates(verifiers, transaction_id),
        )

    @router.get(ONLINE + "/checks/{transaction_id}/state")
    async def state(request: Request, transaction_id: str) -> Response:
        return json_reply({"state": (await _own(verifiers, room, request, transaction_id)).state})

    @router.get(ONLINE + "/checks/{transaction_id}/back")
    async def back(request: Request, transaction_id: str) -> Response:
        """Use the code a wallet's redirect brought; in another browser the result is destroyed."""
        code = request.query_params.get("response_code", "")
        result = await verifiers.redeem(transaction_id, code, session=room.browser(request))
        profile = profile_named(verifiers, await _own(verifiers, room, request, transaction_id))
        if entrance.is_for(profile):
            return await entrance.signed_in(profile, result, request)
        return see_other(f"{ONLINE}/checks/{transaction_id}")


async def _waiting(
    verifiers: Verifiers, room: RoomPages, request: Request, look: Look
) -> Response:
    """Return the page that hands the question to the browser, or leads to a wallet by a link."""
    transaction = look.transaction
    over_dc_api = transaction.mode.is_over_dc_api
    party = verifiers.catalogue.registrations.party(transaction.party)
    return room.page(
        request,
        "verifiers/online_check.html",
        await room.guest(request),
        look=look,
        party=party,
        profile=profile_named(verifiers, look),
        verdict=verdict_of(look.state, look.failure),
        asked=await asked_of(
            verifiers, parse_query(loads(transaction.query)), party.purpose(transaction.purpose)
        ),
        uri=None if over_dc_api else await verifiers.link_of(transaction.id),
        script=address_of(SCRIPT if over_dc_api else WAITING),
    )


def _add_exchange(
    verifiers: Verifiers, room: RoomPages, router: APIRouter, entrance: CardEntrance
) -> None:
    """Add what the page's script fetches for the browser, and brings back from it."""

    @router.get(ONLINE + "/checks/{transaction_id}/request")
    async def handed(request: Request, transaction_id: str) -> Response:
        session = room.browser(request)
        asked = await verifiers.browser.handed(transaction_id, session=session)
        return json_reply(credential_request_options([asked]))

    @router.post(ONLINE + "/checks/{transaction_id}/response")
    async def handed_back(request: Request, transaction_id: str) -> Response:
        """Take the answer; whatever comes of it, the page of the check tells it."""
        origin = room.own_origin(request)
        body = await read_json_object(request, limit=RESPONSE_LIMIT)
        came = HandedBack(_data(body), origin, room.browser(request))
        await verifiers.browser.receive(transaction_id, came)
        reply = json_reply({"state": Progress.VERIFIED.value})
        profile = profile_named(verifiers, await _own(verifiers, room, request, transaction_id))
        if entrance.is_for(profile):
            result = await verifiers.result(transaction_id)
            await entrance.let_in(await entrance.recognise(profile, result, request), reply)
        return reply


def is_online(verifiers: Verifiers, profile: Profile) -> bool:
    """Tell whether a profile may be asked on the web."""
    purpose = verifiers.catalogue.registrations.party(profile.party).purpose(profile.purpose)
    return Flow.SAME_DEVICE in purpose.flows and ResponseMode.DC_API_JWT in purpose.modes


def _online(verifiers: Verifiers, name: str, entrance: CardEntrance) -> Profile:
    profile = verifiers.catalogue.profile(name)
    if not is_online(verifiers, profile) or not entrance.is_ready(profile):
        raise VerifierError(Failure.PROFILE_UNKNOWN)
    return profile


async def _own(
    verifiers: Verifiers, room: RoomPages, request: Request, transaction_id: str
) -> Look:
    """Return a question this browser began; any other is as unknown as none."""
    look = await verifiers.look(transaction_id)
    begun_here = look.transaction.session_sha256 is not None and began_in(
        look.transaction, room.browser(request)
    )
    if not begun_here:
        raise VerifierError(Failure.TRANSACTION_UNKNOWN)
    return look


async def _certificates(verifiers: Verifiers, transaction_id: str) -> list[object]:
    credentials = (await verifiers.result(transaction_id)).credentials
    forms = (form for form in credentials if isinstance(form, dict))
    return [await shown_certificate(verifiers, form) for form in forms]


def _data(body: JsonObject) -> JsonObject:
    """Return what ``navigator.credentials.get`` gave: ``{"protocol", "data"}``."""
    match body:
        case {"protocol": str(), "data": dict(data)}:
            return data
        case _:
            raise VerifierError(Failure.REQUEST_INVALID, "protocol and data")
