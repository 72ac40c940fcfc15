"""What wallets call: fetch the request, post the response; and where they lead the person."""

from http import HTTPStatus
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from standards.openid4vp.errors import RequestError
from standards.openid4vp.request_object import MEDIA_TYPE
from standards.openid4vp.wallet_post import WalletPost
from verifiers.endpoints.answers import ProblemRoute, WalletRoute
from verifiers.endpoints.limits import RESPONSE_LIMIT, WALLET_POST_LIMIT
from verifiers.endpoints.registrations import hash_in
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.session import began_in
from verifiers.transaction import Flow
from verifiers.verifier import Verifiers
from verifiers.verifying.acknowledgement import Acknowledgement
from web.body import FORM_TYPE, read_body
from web.replies import NO_STORE, json_reply

# What the browser session that began a same-device transaction is known by.
SESSION_COOKIE: Final = "__Host-mydata-session"

# The page for a person who comes back from the wallet.
BACK: Final = "/verifiers/back"
# The page of a question that a person began on the web.
ONLINE: Final = "/verifiers/online"

# A wallet's own refusal is received in good order: the post itself did not fail.
_RECEIVED: Final = frozenset({Failure.HOLDER_REFUSED, Failure.WALLET_ERROR})

_TEXT: Final = "text/plain; charset=utf-8"


def wallet_routes(verifiers: Verifiers) -> APIRouter:
    """Return the public addresses; whoever holds a transaction's number may use them."""
    router = APIRouter(route_class=WalletRoute)

    @router.get("/requests/{transaction_id}")
    async def request_object(transaction_id: str) -> Response:
        return _signed(await verifiers.request_object(transaction_id))

    @router.post("/requests/{transaction_id}")
    async def request_object_for(transaction_id: str, request: Request) -> Response:
        body = await read_body(request, expected_type=FORM_TYPE, limit=WALLET_POST_LIMIT)
        try:
            posted = WalletPost.parse(body)
        except RequestError as error:
            raise VerifierError(Failure.REQUEST_INVALID, error.detail) from error
        return _signed(
            await verifiers.request_object(
                transaction_id, posted.wallet_nonce, posted.wallet_metadata
            )
        )

    @router.post("/responses/{transaction_id}")
    async def response(transaction_id: str, request: Request) -> Response:
        body = await read_body(request, expected_type=FORM_TYPE, limit=RESPONSE_LIMIT)
        try:
            acknowledgement = await verifiers.receive(transaction_id, body)
        except VerifierError as error:
            if error.failure not in _RECEIVED:
                raise
            acknowledgement = Acknowledgement()
        return json_reply(acknowledgement.as_dict())

    router.include_router(_person_routes(verifiers))
    return router


def _person_routes(verifiers: Verifiers) -> APIRouter:
    """Return what is open to all: notices, registrations, and the way back from the wallet."""
    router = APIRouter(route_class=ProblemRoute)

    @router.get("/return/{transaction_id}")
    async def redeem(transaction_id: str, request: Request) -> Response:
        page = await _page_for_a_person(verifiers, transaction_id, request)
        if page is not None:
            return RedirectResponse(page, HTTPStatus.SEE_OTHER)
        code = request.query_params.get("response_code", "")
        session = request.cookies.get(SESSION_COOKIE)
        result = await verifiers.redeem(transaction_id, code, session=session)
        return json_reply(result.as_dict())

    @router.get("/notices/{party}/{purpose}")
    async def notice(party: str, purpose: str) -> Response:
        text = verifiers.notice(party, purpose)
        return Response(text, media_type=_TEXT)

    @router.get("/notices/{party}/{purpose}/{language}")
    async def notice_in(party: str, purpose: str, language: str) -> Response:
        return Response(verifiers.notice(party, purpose, language), media_type=_TEXT)

    @router.get("/registrations/{party}/{purpose}")
    async def registration(party: str, purpose: str, sha256: str | None = None) -> Response:
        octets = (
            verifiers.registering.current(party, purpose)
            if sha256 is None
            else await verifiers.registering.octets(party, purpose, hash_in(sha256))
        )
        return Response(octets, media_type="application/json")

    return router


async def _page_for_a_person(
    verifiers: Verifiers, transaction_id: str, request: Request
) -> str | None:
    """Return the page a browser that comes back is led to, None where the code is redeemed here.

    On the same device the result is for whoever brings the code: the institution's own site, or
    the browser that began on our page, which redeems it there.
    """
    if "text/html" not in request.headers.get("accept", ""):
        return None
    look = await verifiers.look(transaction_id)
    if look.transaction.flow is not Flow.SAME_DEVICE:
        return f"{BACK}/{transaction_id}"
    # A browser that is signed in here keeps a cookie of the same name: it counts where it began.
    if began_in(look.transaction, request.cookies.get(SESSION_COOKIE)):
        return None
    return f"{ONLINE}/checks/{transaction_id}/back?{request.url.query}"


def _signed(token: str) -> Response:
    return Response(token, media_type=MEDIA_TYPE, headers={"Cache-Control": NO_STORE})
