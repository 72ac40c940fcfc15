"""Failures as HTTP: one total mapping."""

from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any, Final

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from typing_extensions import override

from wallet.errors import WalletError, WalletFailure
from web.errors import Problem
from web.replies import problem_reply


class WalletRoute(APIRoute):
    """Answers every ``WalletError`` as ``{"error", "party", "detail"}``."""

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


def status_of(failure: WalletFailure) -> HTTPStatus:
    """Return the HTTP status of a failure."""
    return next(status for status, failures in _STATUSES.items() if failure in failures)


# Total: a test holds every failure against this table, each stands in it once.
_STATUSES: Final = {
    HTTPStatus.BAD_REQUEST: {
        WalletFailure.CALL_MALFORMED,
        WalletFailure.SPOKEN_ENTRY_INVALID,
        WalletFailure.TX_CODE_REQUIRED,
        WalletFailure.AUTHORIZATION_NEEDED,
    },
    HTTPStatus.NOT_FOUND: {
        WalletFailure.UNKNOWN_CREDENTIAL,
        WalletFailure.UNKNOWN_RECEIPT,
        WalletFailure.DESK_LINK_CLOSED,
        WalletFailure.SPOKEN_CODE_CLOSED,
        WalletFailure.HANDED_UNKNOWN,
        WalletFailure.STANDING_CLOSED,
        WalletFailure.AUTHORIZATION_UNKNOWN,
    },
    HTTPStatus.CONFLICT: {
        WalletFailure.OFFER_IN_PROGRESS,
        WalletFailure.RENEWAL_IN_PROGRESS,
        WalletFailure.LOSS_UNFINISHED,
        WalletFailure.REQUEST_IN_PROGRESS,
        WalletFailure.REQUEST_ANSWERED,
        WalletFailure.NOTHING_TO_WITHDRAW,
        WalletFailure.TOO_EARLY,
    },
    HTTPStatus.UNPROCESSABLE_ENTITY: {
        WalletFailure.OFFER_MALFORMED,
        WalletFailure.OFFER_UNSUPPORTED,
        WalletFailure.ISSUER_MISMATCH,
        WalletFailure.ISSUER_ANSWER_INVALID,
        WalletFailure.DEVICE_UNFIT,
        WalletFailure.RENEWAL_NEEDS_SIGN_IN,
        WalletFailure.RENEWAL_OVER,
        WalletFailure.RENEWAL_DENIED,
        WalletFailure.REVOCATION_NOT_OFFERED,
        WalletFailure.AUTHORIZATION_EXPIRED,
        WalletFailure.AUTHORIZATION_DECLINED,
        WalletFailure.AUTHORIZATION_MISMATCH,
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
        WalletFailure.REQUEST_OVER,
        WalletFailure.REQUEST_INVALID,
        WalletFailure.REQUEST_UNTRUSTED,
        WalletFailure.PARTY_UNVERIFIED,
        WalletFailure.BEYOND_TERMS,
        WalletFailure.BEYOND_REGISTRATION,
        WalletFailure.REQUEST_MISMATCH,
        WalletFailure.REQUEST_UNSUPPORTED,
        WalletFailure.INVALID_TRANSACTION_DATA,
        WalletFailure.REQUEST_EXPIRED,
        WalletFailure.TERMS_MISMATCH,
        WalletFailure.NO_MATCHING_CREDENTIAL,
        WalletFailure.CLAIM_REQUIRED,
        WalletFailure.MATCH_WRONG,
        WalletFailure.CONFIRMATION_NEEDED,
        WalletFailure.CHALLENGE_UNREADABLE,
        WalletFailure.CHALLENGE_OVER,
        WalletFailure.WITHHELD_BY_LAW,
        WalletFailure.UNKNOWN_CLAIM,
        WalletFailure.CODE_TOO_LARGE,
        WalletFailure.NO_CODE_FOR_FORMAT,
        WalletFailure.LEDGER_REFUSED,
        WalletFailure.BEYOND_CONSENT,
    },
    HTTPStatus.TOO_MANY_REQUESTS: {WalletFailure.SPOKEN_DESK_LOCKED},
    HTTPStatus.INTERNAL_SERVER_ERROR: {WalletFailure.STORAGE_BROKEN},
    HTTPStatus.BAD_GATEWAY: {
        WalletFailure.ISSUER_UNREACHABLE,
        WalletFailure.ISSUER_REFUSED,
        WalletFailure.AUTHORIZATION_REFUSED,
        WalletFailure.REQUEST_UNREACHABLE,
        WalletFailure.VERIFIER_UNREACHABLE,
        WalletFailure.VERIFIER_REFUSED,
    },
    HTTPStatus.SERVICE_UNAVAILABLE: {
        WalletFailure.LEDGER_UNAVAILABLE,
        WalletFailure.STATUS_UNAVAILABLE,
    },
}
