"""The holder's API: parse, call, map, return (DESIGN, section 6)."""

from collections.abc import Callable, Coroutine
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


def routes(wallets: Wallets, authorize: Authorize) -> APIRouter:
    """Return the addresses under ``/wallet/holders/{holder}``, for the holder alone."""
    router = APIRouter(prefix="/wallet/holders/{holder}", route_class=_WalletRoute)

    def holder_of(request: Request) -> str:
        # One answer for every other name, so that nobody learns which names exist (H90).
        if authorize(request, ROLE) != request.path_params["holder"]:
            raise ForbiddenError("this token belongs to another holder")
        return str(request.path_params["holder"])

    @router.post("/accept")
    async def accept(request: Request) -> Response:
        """Redeem a credential offer."""
        holder, body = holder_of(request), await _body(request)
        offer, tx_code = _text(body, "credential_offer_uri"), _optional_text(body, "tx_code")
        accepted = await wallets.accept(holder, offer, tx_code=tx_code)
        return json_reply(accepted.as_dict())

    @router.get("/credentials")
    async def credentials(request: Request) -> Response:
        """List what is kept, newest first."""
        held = await wallets.credentials(holder_of(request))
        return json_reply({"credentials": [credential.summary() for credential in held]})

    @router.get("/credentials/{credential_id}")
    async def credential(request: Request, credential_id: str) -> Response:
        """Show one credential claim by claim."""
        return json_reply((await wallets.credential(holder_of(request), credential_id)).shown())

    @router.post("/review")
    async def review(request: Request) -> Response:
        """Say who asks what and why; nothing is sent to the asking party but the fetch."""
        holder, body = holder_of(request), await _body(request)
        reviewed = await wallets.review(holder, _text(body, "request_uri"))
        return json_reply(reviewed.as_dict())

    @router.post("/present")
    async def present(request: Request) -> Response:
        """Record the consent, then answer the request."""
        holder, body = holder_of(request), await _body(request)
        wish = Wish(include=_paths(body, "with"), exclude=_paths(body, "drop"))
        presented = await wallets.present(holder, _text(body, "request_uri"), wish)
        return json_reply(presented.as_dict())

    @router.post("/refuse")
    async def refuse(request: Request) -> Response:
        """Tell the asking party no."""
        holder, body = holder_of(request), await _body(request)
        refused = await wallets.refuse(holder, _text(body, "request_uri"))
        return json_reply(refused.as_dict())

    @router.get("/history")
    async def history(request: Request) -> Response:
        """List what happened, newest first."""
        entries = await wallets.history(holder_of(request))
        return json_reply({"history": [entry.as_dict() for entry in entries]})

    @router.get("/receipts/{receipt_id}")
    async def receipt(request: Request, receipt_id: str) -> Response:
        """Hand out a receipt, to be kept and verified anywhere."""
        return json_reply(await wallets.receipt(holder_of(request), receipt_id))

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


def status_of(failure: WalletFailure) -> int:
    """Return the HTTP status of a failure: total, so a new failure cannot be forgotten."""
    match failure:
        case WalletFailure.CALL_MALFORMED | WalletFailure.TX_CODE_REQUIRED:
            return 400
        case WalletFailure.UNKNOWN_CREDENTIAL | WalletFailure.UNKNOWN_RECEIPT:
            return 404
        case (
            WalletFailure.OFFER_IN_PROGRESS
            | WalletFailure.OFFER_USED
            | WalletFailure.REQUEST_IN_PROGRESS
            | WalletFailure.REQUEST_ANSWERED
        ):
            return 409
        case WalletFailure.STORAGE_BROKEN:
            return 500
        case (
            WalletFailure.ISSUER_UNREACHABLE
            | WalletFailure.ISSUER_REFUSED
            | WalletFailure.REQUEST_UNREACHABLE
            | WalletFailure.VERIFIER_UNREACHABLE
            | WalletFailure.VERIFIER_REFUSED
        ):
            return 502
        case WalletFailure.LEDGER_UNAVAILABLE | WalletFailure.STATUS_UNAVAILABLE:
            return 503
        case (
            WalletFailure.OFFER_MALFORMED
            | WalletFailure.OFFER_UNSUPPORTED
            | WalletFailure.ISSUER_MISMATCH
            | WalletFailure.ISSUER_ANSWER_INVALID
            | WalletFailure.ISSUANCE_DEFERRED
            | WalletFailure.ISSUER_UNTRUSTED
            | WalletFailure.CREDENTIAL_INVALID
            | WalletFailure.CREDENTIAL_WRONG_TYPE
            | WalletFailure.CREDENTIAL_NOT_OURS
            | WalletFailure.CREDENTIAL_EXPIRED
            | WalletFailure.CREDENTIAL_REVOKED
            | WalletFailure.CREDENTIAL_SUSPENDED
            | WalletFailure.TYPE_METADATA_INVALID
            | WalletFailure.REQUEST_MALFORMED
            | WalletFailure.REQUEST_INVALID
            | WalletFailure.REQUEST_UNTRUSTED
            | WalletFailure.REQUEST_MISMATCH
            | WalletFailure.REQUEST_UNSUPPORTED
            | WalletFailure.REQUEST_EXPIRED
            | WalletFailure.TERMS_MISMATCH
            | WalletFailure.NO_MATCHING_CREDENTIAL
            | WalletFailure.CLAIM_REQUIRED
            | WalletFailure.LEDGER_REFUSED
        ):
            return 422
