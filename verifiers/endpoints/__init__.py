"""The addresses of this room: wallets' (OpenID4VP, and our withdrawals), and the operator's."""

from fastapi import APIRouter

from verifiers.endpoints.answers import Authorize
from verifiers.endpoints.desks import desk_routes
from verifiers.endpoints.looking import looking_routes
from verifiers.endpoints.offline import offline_routes
from verifiers.endpoints.operator import operator_routes
from verifiers.endpoints.originals import original_routes
from verifiers.endpoints.registrations import registration_routes
from verifiers.endpoints.scans import scan_routes
from verifiers.endpoints.wallets import wallet_routes
from verifiers.endpoints.withdrawals import withdrawal_routes
from verifiers.offline.supplies import Supplies
from verifiers.verifier import Verifiers

__all__ = ["Authorize", "routes"]


def routes(
    verifiers: Verifiers, authorize: Authorize, supplies: Supplies | None = None
) -> APIRouter:
    """Return every address under ``/verifiers``; ``authorize`` guards the operator's.

    Without ``supplies`` nothing is given to desks that leave the network.
    """
    router = APIRouter(prefix="/verifiers")
    router.include_router(wallet_routes(verifiers))
    router.include_router(operator_routes(verifiers, authorize))
    router.include_router(looking_routes(verifiers, authorize))
    router.include_router(registration_routes(verifiers, authorize))
    router.include_router(original_routes(verifiers, authorize))
    router.include_router(scan_routes(verifiers, authorize))
    router.include_router(desk_routes(verifiers, authorize))
    if supplies is not None:
        router.include_router(offline_routes(verifiers, supplies, authorize))
    router.include_router(withdrawal_routes(verifiers.duties))
    return router
