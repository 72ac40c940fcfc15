"""What a wallet answered, as presentations to check or as its own word that there are none."""

import re
from dataclasses import dataclass
from typing import Final, assert_never

from keys.json_value import JsonObject
from keys.jwe import DecryptionKey
from standards.dcql.query import DcqlQuery
from standards.openid4vp.errors import AuthorizationErrorCode, ResponseError
from standards.openid4vp.origin import PREFIX
from standards.openid4vp.response import (
    AuthorizationResponse,
    ErrorResponse,
    read_parameters,
    read_response,
)
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.presented.failures_of import of_response
from verifiers.session import began_in
from verifiers.transaction import Transaction

# Of a stranger's error code only what looks like one is repeated.
_ERROR_CODE: Final = re.compile(r"[a-z_]{1,64}")


@dataclass(frozen=True, slots=True)
class Posted:
    """The form a wallet posted by itself."""

    body: bytes


@dataclass(frozen=True, slots=True)
class HandedBack:
    """What the browser gave a page in answer to its request: the data object, nothing of it read.

    ``origin`` is the page's as its own request to us tells it, ``session`` its browser session.
    """

    data: JsonObject
    origin: str
    session: str | None


def read_answer(
    came: Posted | HandedBack,
    transaction: Transaction,
    query: DcqlQuery,
    key: DecryptionKey | None,
) -> AuthorizationResponse:
    """Return the presentations in an answer (OpenID4VP 8.1 to 8.3, A.4), nothing proven yet.

    ``key`` is the transaction's own, None in plain mode. Raises HOLDER_REFUSED or WALLET_ERROR
    for the wallet's own error (8.5), else what is wrong with the form; for what a page hands back
    REDEMPTION_REFUSED from another browser session and ORIGIN_WRONG from another page.
    """
    try:
        answer = _read(came, transaction, query, key)
    except ResponseError as error:
        raise of_response(error) from error
    match answer:
        case AuthorizationResponse():
            return answer
        case ErrorResponse(error=AuthorizationErrorCode.ACCESS_DENIED):
            raise VerifierError(Failure.HOLDER_REFUSED)
        case ErrorResponse(error=code):
            raise VerifierError(Failure.WALLET_ERROR, code if _ERROR_CODE.fullmatch(code) else "")
        case _:
            assert_never(answer)


def _read(
    came: Posted | HandedBack,
    transaction: Transaction,
    query: DcqlQuery,
    key: DecryptionKey | None,
) -> AuthorizationResponse | ErrorResponse:
    expected_state = transaction.state or None
    if transaction.mode.is_over_dc_api is not isinstance(came, HandedBack):
        raise VerifierError(Failure.RESPONSE_MALFORMED, "it came another way than was asked")
    match came:
        case Posted(body=body):
            return read_response(
                body, query=query, expected_state=expected_state, decryption_key=key
            )
        case HandedBack(data=data):
            _check_page(came, transaction)
            return read_parameters(
                data, query=query, expected_state=expected_state, decryption_key=key
            )
        case _:
            assert_never(came)


def _check_page(came: HandedBack, transaction: Transaction) -> None:
    """Raise unless the page that asked hands it back, in the browser where it asked (HAIP 5.1).

    Origins are compared as texts: one that only looks alike is another (H84).
    """
    if not began_in(transaction, came.session):
        raise VerifierError(Failure.REDEMPTION_REFUSED)
    if f"{PREFIX}{came.origin}" != transaction.client_id:
        raise VerifierError(Failure.ORIGIN_WRONG)
