"""A lost device, for programs: signed out, destroyed and given back; and how far that is."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from keys.strict_json import JsonObject
from wallet.endpoints.answers import WalletRoute
from wallet.endpoints.callers import Authorize, Caller
from wallet.lasting.losses import Loss
from wallet.lives import Lives
from wallet.wallet import Wallets
from web.replies import json_reply

# Ends every session of a holder's browsers, and returns how many there were.
SignOut = Callable[[str], Awaitable[int]]


class _LossApi:
    """The handlers."""

    def __init__(self, wallets: Wallets, authorize: Authorize, sign_out: SignOut) -> None:
        self._lives = Lives(wallets)
        self._caller = Caller(authorize)
        self._sign_out = sign_out

    async def lose(self, request: Request) -> Response:
        """Sign the holder out everywhere, destroy every credential, have all taken back."""
        holder = self._caller.holder(request)
        # Whoever has the device may be signed in on it: out first, then all else.
        signed_out = await self._sign_out(holder)
        lost = _told(await self._lives.lose(holder))
        return json_reply({**lost, "signed_out": signed_out})

    async def losses(self, request: Request) -> Response:
        """Say how far what was lost was taken back."""
        return json_reply(_told(await self._lives.losses(self._caller.holder(request))))

    async def hide(self, request: Request) -> Response:
        """List a finished loss no more."""
        holder = self._caller.holder(request)
        await self._lives.hide_loss(holder, str(request.path_params["loss_id"]))
        return Response(status_code=HTTPStatus.NO_CONTENT)


def loss_routes(wallets: Wallets, authorize: Authorize, sign_out: SignOut) -> APIRouter:
    """Return the addresses under ``/wallet/holders/{holder}/lost``, for the holder alone."""
    api = _LossApi(wallets, authorize, sign_out)
    router = APIRouter(prefix="/wallet/holders/{holder}/lost", route_class=WalletRoute)
    router.add_api_route("", api.lose, methods=["POST"])
    router.add_api_route("", api.losses, methods=["GET"])
    router.add_api_route("/{loss_id}", api.hide, methods=["DELETE"])
    return router


def _told(losses: tuple[Loss, ...]) -> JsonObject:
    return {"lost": [loss.told() for loss in losses]}
