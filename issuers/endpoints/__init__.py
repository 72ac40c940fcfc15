"""HTTP: what wallets, verifiers and operators call. Handlers parse, call, map, answer."""

from collections.abc import Callable

from fastapi import APIRouter, Request

from issuers.endpoints import (
    authorization,
    book,
    clients,
    credentials,
    day,
    mandates,
    operator,
    published,
    queue,
    refusals,
    register,
    revocation,
    wallets,
)
from issuers.issuer import Issuers

__all__ = ["routes"]

# Returns the subject acting in a role, or raises `web.errors.Unauthorised`.
Authorize = Callable[[Request, str], str]


def routes(issuers: Issuers, authorize: Authorize) -> APIRouter:
    """Return every address of this room, below ``/issuers`` and ``/.well-known``."""
    router = APIRouter()
    # First, so that no authority could ever be taken for the operator's desk.
    for desk in (operator, book, register, refusals, mandates, day, clients, queue):
        router.include_router(desk.routes(issuers, authorize))
    router.include_router(revocation.desk_routes(issuers, authorize))
    router.include_router(published.routes(issuers))
    router.include_router(wallets.routes(issuers))
    router.include_router(authorization.routes(issuers))
    router.include_router(revocation.routes(issuers))
    router.include_router(credentials.routes(issuers))
    return router
