"""The kind of route whose answers bring a nonce for the next DPoP proof (RFC 9449 section 8.2).

A wallet that keeps the latest one never has to send a request twice.
"""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from typing_extensions import override

from issuers.issuer import Issuers
from issuers.numbers.nonces import NonceUse
from standards.oauth.dpop import NONCE_HEADER


def nonce_route(issuers: Issuers) -> type[APIRoute]:
    """Return a kind of route below ``/issuers/{authority}`` that gives out DPoP nonces."""

    class NonceRoute(APIRoute):
        @override
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            handle = super().get_route_handler()

            async def answered(request: Request) -> Response:
                answer = await handle(request)
                authority = str(request.path_params["authority"])
                # What may be kept by a cache is the same for all, and a nonce is not.
                is_for_one = request.method == "POST"
                if is_for_one and authority in issuers.catalogue.authorities:
                    nonce = issuers.server.fresh(authority, NonceUse.DPOP)
                    answer.headers[NONCE_HEADER] = nonce
                return answer

            return answered

    return NonceRoute
