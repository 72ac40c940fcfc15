"""The holder's API: parse, call, map, return (DESIGN, section 6)."""

from datetime import datetime
from http import HTTPStatus

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from keys.strict_json import JsonObject
from standards.spoken_code.letters import in_groups
from wallet.endpoints.answers import WalletRoute
from wallet.endpoints.bodies import (
    body_of,
    flag_of,
    language_of,
    optional_text_of,
    paths_of,
    text_of,
)
from wallet.endpoints.callers import Authorize, Caller
from wallet.endpoints.wishes import wish_of
from wallet.errors import WalletError, WalletFailure
from wallet.lasting.renewing import NEEDS_SIGN_IN
from wallet.lives import Lives
from wallet.presenting.said import Said
from wallet.wallet import Wallets
from web.replies import json_reply


class _HolderApi:
    """The handlers."""

    def __init__(self, wallets: Wallets, authorize: Authorize) -> None:
        self._wallets = wallets
        self._lives = Lives(wallets)
        self._caller = Caller(authorize)

    async def accept(self, request: Request) -> Response:
        """Redeem a credential offer, or say where the holder signs in for it."""
        holder, body = self._caller.holder(request), await body_of(request)
        offer, tx_code = text_of(body, "credential_offer_uri"), optional_text_of(body, "tx_code")
        try:
            accepted = await self._wallets.accept(holder, offer, tx_code=tx_code)
        except WalletError as error:
            if error.failure is not WalletFailure.AUTHORIZATION_NEEDED:
                raise
            return json_reply((await self._wallets.begin(holder, offer)).answer())
        return json_reply(accepted.answer())

    async def request(self, request: Request) -> Response:
        """Begin to get a certificate nobody offered: say where the holder signs in for it."""
        holder, body = self._caller.holder(request), await body_of(request)
        needed = await self._wallets.request(
            holder,
            text_of(body, "credential_issuer"),
            text_of(body, "credential_configuration_id"),
        )
        return json_reply(needed.answer())

    async def credentials(self, request: Request) -> Response:
        """List what is kept, newest first, and what is on its way if anything is."""
        holder = self._caller.holder(request)
        held = await self._wallets.credentials(holder)
        answer: JsonObject = {"credentials": [credential.summary() for credential in held]}
        coming = await self._wallets.preparing(holder)
        if coming:
            answer["preparing"] = [each.as_dict() for each in coming]
        return json_reply(answer)

    async def credential(self, request: Request) -> Response:
        """Show one credential claim by claim."""
        credential_id = str(request.path_params["credential_id"])
        credential = await self._wallets.credential(self._caller.holder(request), credential_id)
        return json_reply(credential.shown())

    async def states(self, request: Request) -> Response:
        """Say how each credential stands today."""
        held = await self._wallets.credentials(self._caller.holder(request))
        states = await self._wallets.states(held)
        return json_reply({"states": {each: state.value for each, state in states.items()}})

    async def renew(self, request: Request) -> Response:
        """Have one credential renewed, or say where the holder signs in for another."""
        holder = self._caller.holder(request)
        credential_id = str(request.path_params["credential_id"])
        try:
            renewed = await self._lives.renew(holder, credential_id)
        except WalletError as error:
            if error.failure not in NEEDS_SIGN_IN:
                raise
            return json_reply((await self._lives.begin_anew(holder, credential_id)).answer())
        return json_reply(renewed.as_dict())

    async def delete(self, request: Request) -> Response:
        """Destroy one credential and its key."""
        credential_id = str(request.path_params["credential_id"])
        await self._wallets.delete(self._caller.holder(request), credential_id)
        return Response(status_code=HTTPStatus.NO_CONTENT)

    async def review(self, request: Request) -> Response:
        """Say who asks what and why; nothing is sent to the asking party but the fetch."""
        holder, body = self._caller.holder(request), await body_of(request)
        reviewed = await self._wallets.review(
            holder, text_of(body, "request_uri"), language=language_of(body)
        )
        return json_reply(reviewed.as_dict())

    async def present(self, request: Request) -> Response:
        """Record the consent, then answer the request."""
        holder, body = self._caller.holder(request), await body_of(request)
        wish = wish_of(body)
        presented = await self._wallets.present(
            holder,
            text_of(body, "request_uri"),
            wish,
            match=optional_text_of(body, "match"),
            language=language_of(body),
            said=Said(
                takes_unverified=flag_of(body, "unverified"),
                confirms=flag_of(body, "confirm"),
                takes_surplus=flag_of(body, "surplus"),
            ),
        )
        return json_reply(presented.as_dict())

    async def refuse(self, request: Request) -> Response:
        """Tell the asking party no."""
        holder, body = self._caller.holder(request), await body_of(request)
        refused = await self._wallets.refuse(
            holder, text_of(body, "request_uri"), language=language_of(body)
        )
        return json_reply(refused.as_dict())

    async def show_code(self, request: Request) -> Response:
        """Record the consent, then give out a code: for anybody, or for a desk's challenge."""
        holder, body = self._caller.holder(request), await body_of(request)
        code = await self._wallets.show_code(
            holder,
            text_of(body, "credential_id"),
            paths_of(body, "show"),
            challenge=optional_text_of(body, "challenge"),
            language=language_of(body),
        )
        return json_reply({"text": code.text, "expires_at": _moment(code.expires_at)})

    async def speak(self, request: Request) -> Response:
        """Give out a code to read out at a desk; it releases nothing."""
        code = await self._wallets.open_spoken(self._caller.holder(request))
        until = _moment(code.expires_at)
        return json_reply({"code": in_groups(code.code), "expires_at": until})

    async def heard(self, request: Request) -> Response:
        """Say which request the desk has sent that was told the code, if it has."""
        request_uri = await self._wallets.spoken_request(self._caller.holder(request))
        if request_uri is None:
            return json_reply({"state": "waiting"})
        return json_reply({"state": "asked", "request_uri": request_uri})

    async def history(self, request: Request) -> Response:
        """List what happened, newest first."""
        return json_reply(
            {"history": [*await self._wallets.history(self._caller.holder(request))]}
        )

    async def receipt(self, request: Request) -> Response:
        """Hand out a receipt, to be kept and verified anywhere."""
        receipt_id = str(request.path_params["receipt_id"])
        return json_reply(await self._wallets.receipt(self._caller.holder(request), receipt_id))


def _moment(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def holder_routes(wallets: Wallets, authorize: Authorize) -> APIRouter:
    """Return the addresses under ``/wallet/holders/{holder}``, for the holder alone."""
    api = _HolderApi(wallets, authorize)
    router = APIRouter(prefix="/wallet/holders/{holder}", route_class=WalletRoute)
    for path, handler in (
        ("/accept", api.accept),
        ("/request", api.request),
        ("/review", api.review),
        ("/present", api.present),
        ("/refuse", api.refuse),
        ("/shown-codes", api.show_code),
        ("/spoken-codes", api.speak),
    ):
        router.add_api_route(path, handler, methods=["POST"])
    for path, handler in (
        ("/credentials", api.credentials),
        ("/credentials/{credential_id}", api.credential),
        ("/states", api.states),
        ("/spoken-codes", api.heard),
        ("/history", api.history),
        ("/receipts/{receipt_id}", api.receipt),
    ):
        router.add_api_route(path, handler, methods=["GET"])
    one = "/credentials/{credential_id}"
    router.add_api_route(f"{one}/renew", api.renew, methods=["POST"])
    router.add_api_route(one, api.delete, methods=["DELETE"])
    return router
