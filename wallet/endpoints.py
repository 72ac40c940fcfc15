"""The holder's API: parse, call, map, return (DESIGN, section 6)."""

from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any, Final

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from typing_extensions import override

from keys.strict_json import JsonObject, JsonValue
from standards.dcql.errors import DcqlError
from standards.dcql.paths import ClaimsPathPointer
from wallet.choosing import Wish
from wallet.errors import WalletError, WalletFailure
from wallet.labels import Language
from wallet.wallet import Wallets
from web.body import read_json_object
from web.errors import ForbiddenError, Problem
from web.replies import json_reply, problem_reply

ROLE: Final = "holder"
# An offer by value is the largest thing a holder sends.
_BODY_LIMIT: Final = 64 * 1024
# No profile has more optional claims.
_PATHS_LIMIT: Final = 256

Authorize = Callable[[Request, str], str]
"""Return who calls in a role, or raise ``web.errors.Unauthorised``."""


class _WalletRoute(APIRoute):
    """Answers every ``WalletError`` by the one mapping below."""

    @override
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await handle(request)
            except WalletError as error:
                problem = Problem(error.failure.value, error.party, error.detail)
                return problem_reply(status_of(error.failure), problem)

        return answer


class _HolderApi:
    """The handlers; one answer for every other holder's name, so none can be guessed (H90)."""

    def __init__(self, wallets: Wallets, authorize: Authorize) -> None:
        self._wallets = wallets
        self._authorize = authorize

    def _holder(self, request: Request) -> str:
        holder = str(request.path_params["holder"])
        if self._authorize(request, ROLE) != holder:
            raise ForbiddenError("this token belongs to another holder")
        return holder

    async def accept(self, request: Request) -> Response:
        """Redeem a credential offer."""
        holder, body = self._holder(request), await _body(request)
        offer, tx_code = _text(body, "credential_offer_uri"), _optional_text(body, "tx_code")
        accepted = await self._wallets.accept(holder, offer, tx_code=tx_code)
        return json_reply(accepted.answer())

    async def credentials(self, request: Request) -> Response:
        """List what is kept, newest first."""
        held = await self._wallets.credentials(self._holder(request))
        return json_reply({"credentials": [credential.summary() for credential in held]})

    async def credential(self, request: Request) -> Response:
        """Show one credential claim by claim."""
        credential_id = str(request.path_params["credential_id"])
        credential = await self._wallets.credential(self._holder(request), credential_id)
        return json_reply(credential.shown())

    async def states(self, request: Request) -> Response:
        """Say how each credential stands today."""
        states = await self._wallets.states(self._holder(request))
        return json_reply({"states": {each: state.value for each, state in states.items()}})

    async def delete(self, request: Request) -> Response:
        """Destroy one credential and its key."""
        credential_id = str(request.path_params["credential_id"])
        await self._wallets.delete(self._holder(request), credential_id)
        return Response(status_code=HTTPStatus.NO_CONTENT)

    async def review(self, request: Request) -> Response:
        """Say who asks what and why; nothing is sent to the asking party but the fetch."""
        holder, body = self._holder(request), await _body(request)
        reviewed = await self._wallets.review(holder, _text(body, "request_uri"))
        return json_reply(reviewed.as_dict())

    async def present(self, request: Request) -> Response:
        """Record the consent, then answer the request."""
        holder, body = self._holder(request), await _body(request)
        wish = Wish(include=_paths(body, "with"), exclude=_paths(body, "drop"))
        presented = await self._wallets.present(
            holder, _text(body, "request_uri"), wish, language=_language(body)
        )
        return json_reply(presented.as_dict())

    async def refuse(self, request: Request) -> Response:
        """Tell the asking party no."""
        holder, body = self._holder(request), await _body(request)
        refused = await self._wallets.refuse(
            holder, _text(body, "request_uri"), language=_language(body)
        )
        return json_reply(refused.as_dict())

    async def history(self, request: Request) -> Response:
        """List what happened, newest first."""
        return json_reply({"history": [*await self._wallets.history(self._holder(request))]})

    async def receipt(self, request: Request) -> Response:
        """Hand out a receipt, to be kept and verified anywhere."""
        receipt_id = str(request.path_params["receipt_id"])
        return json_reply(await self._wallets.receipt(self._holder(request), receipt_id))


def routes(wallets: Wallets, authorize: Authorize) -> APIRouter:
    """Return the addresses under ``/wallet/holders/{holder}``, for the holder alone."""
    api = _HolderApi(wallets, authorize)
    router = APIRouter(prefix="/wallet/holders/{holder}", route_class=_WalletRoute)
    for path, handler in (
        ("/accept", api.accept),
        ("/review", api.review),
        ("/present", api.present),
        ("/refuse", api.refuse),
    ):
        router.add_api_route(path, handler, methods=["POST"])
    for path, handler in (
        ("/credentials", api.credentials),
        ("/credentials/{credential_id}", api.credential),
        ("/states", api.states),
        ("/history", api.history),
        ("/receipts/{receipt_id}", api.receipt),
    ):
        router.add_api_route(path, handler, methods=["GET"])
    router.add_api_route("/credentials/{credential_id}", api.delete, methods=["DELETE"])
    return router


async def _body(request: Request) -> JsonObject:
    return await read_json_object(request, limit=_BODY_LIMIT)


def _text(body: JsonObject, name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise WalletError(WalletFailure.CALL_MALFORMED, f"{name} must be text")
    return value


def _optional_text(body: JsonObject, name: str) -> str | None:
    return None if body.get(name) is None else _text(body, name)


def _paths(body: JsonObject, name: str) -> tuple[ClaimsPathPointer, ...]:
    values = body.get(name, [])
    if not isinstance(values, list) or len(values) > _PATHS_LIMIT:
        raise WalletError(WalletFailure.CALL_MALFORMED, f"{name} must be a list of claim paths")
    return tuple(_path(value, name) for value in values)


def _path(value: JsonValue, name: str) -> ClaimsPathPointer:
    if not isinstance(value, str):
        raise WalletError(WalletFailure.CALL_MALFORMED, f"{name} must be a list of claim paths")
    try:
        return ClaimsPathPointer.parse_dotted(value)
    except DcqlError:
        raise WalletError(WalletFailure.CALL_MALFORMED, f"{name} has no claim path") from None


def _language(body: JsonObject) -> Language:
    name = _optional_text(body, "language") or Language.KOREAN.value
    try:
        return Language(name)
    except ValueError:
        raise WalletError(WalletFailure.CALL_MALFORMED, "language is ko, en or ja") from None


def status_of(failure: WalletFailure) -> HTTPStatus:
    """Return the HTTP status of a failure."""
    return next(status for status, failures in _STATUSES.items() if failure in failures)


# Total: a test holds every failure against this table, each stands in it once.
_STATUSES: Final = {
    HTTPStatus.BAD_REQUEST: {WalletFailure.CALL_MALFORMED, WalletFailure.TX_CODE_REQUIRED},
    HTTPStatus.NOT_FOUND: {
        WalletFailure.UNKNOWN_CREDENTIAL,
        WalletFailure.UNKNOWN_RECEIPT,
        WalletFailure.DESK_LINK_CLOSED,
    },
    HTTPStatus.CONFLICT: {
        WalletFailure.OFFER_IN_PROGRESS,
        WalletFailure.REQUEST_IN_PROGRESS,
        WalletFailure.REQUEST_ANSWERED,
    },
    HTTPStatus.UNPROCESSABLE_ENTITY: {
        WalletFailure.OFFER_MALFORMED,
        WalletFailure.OFFER_UNSUPPORTED,
        WalletFailure.ISSUER_MISMATCH,
        WalletFailure.ISSUER_ANSWER_INVALID,
        WalletFailure.ISSUANCE_DEFERRED,
        WalletFailure.ISSUER_UNTRUSTED,
        WalletFailure.CREDENTIAL_INVALID,
        WalletFailure.CREDENTIAL_WRONG_TYPE,
        WalletFailure.CREDENTIAL_NOT_OURS,
        WalletFailure.CREDENTIAL_EXPIRED,
        WalletFailure.CREDENTIAL_REVOKED,
        WalletFailure.CREDENTIAL_SUSPENDED,
        WalletFailure.CREDENTIAL_OUTDATED,
        WalletFailure.TYPE_METADATA_INVALID,
        WalletFailure.REQUEST_MALFORMED,
        WalletFailure.REQUEST_INVALID,
        WalletFailure.REQUEST_UNTRUSTED,
        WalletFailure.REQUEST_MISMATCH,
        WalletFailure.REQUEST_UNSUPPORTED,
        WalletFailure.REQUEST_EXPIRED,
        WalletFailure.TERMS_MISMATCH,
        WalletFailure.NO_MATCHING_CREDENTIAL,
        WalletFailure.CLAIM_REQUIRED,
        WalletFailure.WITHHELD_BY_LAW,
        WalletFailure.UNKNOWN_CLAIM,
        WalletFailure.CODE_TOO_LARGE,
        WalletFailure.LEDGER_REFUSED,
    },
    HTTPStatus.INTERNAL_SERVER_ERROR: {WalletFailure.STORAGE_BROKEN},
    HTTPStatus.BAD_GATEWAY: {
        WalletFailure.ISSUER_UNREACHABLE,
        WalletFailure.ISSUER_REFUSED,
        WalletFailure.REQUEST_UNREACHABLE,
        WalletFailure.VERIFIER_UNREACHABLE,
        WalletFailure.VERIFIER_REFUSED,
    },
    HTTPStatus.SERVICE_UNAVAILABLE: {
        WalletFailure.LEDGER_UNAVAILABLE,
        WalletFailure.STATUS_UNAVAILABLE,
    },
}
