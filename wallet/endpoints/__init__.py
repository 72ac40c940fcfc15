"""The addresses of this room: the holder's own, and those desks and parties call."""

from fastapi import APIRouter

from wallet.consents import Consents
from wallet.endpoints.answers import status_of
from wallet.endpoints.callers import ROLE, Authorize
from wallet.endpoints.consents import consent_routes
from wallet.endpoints.desks import desk_routes
from wallet.endpoints.holders import holder_routes
from wallet.endpoints.losses import SignOut, loss_routes
from wallet.endpoints.platforms import platform_routes
from wallet.endpoints.standings import standing_routes
from wallet.wallet import Wallets

__all__ = ["ROLE", "Authorize", "SignOut", "loss_routes", "routes", "status_of"]


def routes(wallets: Wallets, consents: Consents, authorize: Authorize) -> APIRouter:
    """Return every address of this room's API; ``authorize`` guards the holders'.

    But `loss_routes`: they sign out, so they need the people's sessions.
    """
    router = APIRouter()
    router.include_router(holder_routes(wallets, authorize))
    router.include_router(consent_routes(consents, authorize))
    router.include_router(platform_routes(wallets, authorize))
    router.include_router(desk_routes(wallets))
    router.include_router(standing_routes(consents))
    return router
