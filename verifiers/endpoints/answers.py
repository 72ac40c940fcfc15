"""Failures as HTTP, by two total mappings: ours for people, OpenID4VP's for wallets."""

from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any, Final, assert_never

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from typing_extensions import override

from verifiers.errors import VerifierError
from verifiers.kind import Kind
from web.errors import Problem, WebError
from web.replies import json_reply, problem_reply

Authorize = Callable[[Request, str], str]
"""Return who calls in a role, or raise ``web.errors.Unauthorised``."""

# Some of the questions that wait will have ended by then.
RETRY_SECONDS: Final = "60"


def status_of(kind: Kind) -> HTTPStatus:
    """Return the HTTP status of a kind of failure."""
    match kind:
        case Kind.REFUSED:
            return HTTPStatus.BAD_REQUEST
        case Kind.UNAVAILABLE:
            return HTTPStatus.SERVICE_UNAVAILABLE
        case Kind.ABSENT:
            return HTTPStatus.NOT_FOUND
        case Kind.FLOODED:
            return HTTPStatus.TOO_MANY_REQUESTS
        case _:
            assert_never(kind)


def wallet_error(kind: Kind) -> str:
    """Return the OAuth error code a wallet is told (RFC 6749 4.1.2.1)."""
    match kind:
        case Kind.REFUSED | Kind.ABSENT:
            return "invalid_request"
        case Kind.UNAVAILABLE | Kind.FLOODED:
            return "temporarily_unavailable"
        case _:
            assert_never(kind)


class ProblemRoute(APIRoute):
    """Answers every ``VerifierError`` as ``{"error", "party", "detail"}``."""

    @override
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await handle(request)
            except VerifierError as error:
                failure = error.failure
                problem = Problem(failure.code, failure.party, error.detail)
                reply = problem_reply(status_of(failure.kind), problem)
                if failure.kind is Kind.FLOODED:
                    reply.headers["Retry-After"] = RETRY_SECONDS
                return reply

        return answer


class WalletRoute(APIRoute):
    """Answers every failure as ``{"error", "error_description"}``, as OAuth has it."""

    @override
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await handle(request)
            except VerifierError as error:
                kind = error.failure.kind
                described = f"{error.failure.code}: {error.detail}"
                return _wallet_reply(status_of(kind), wallet_error(kind), described)
            except WebError as error:
                problem = error.problem
                return _wallet_reply(error.status, "invalid_request", problem.detail)

        return answer


def _wallet_reply(status: HTTPStatus, code: str, described: str) -> Response:
    return json_reply({"error": code, "error_description": described}, status)
