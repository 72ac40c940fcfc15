"""What a wallet posted, as presentations to check or as its own word that there are none."""

import re
from typing import Final, assert_never

from keys.jwe import DecryptionKey
from standards.dcql.query import DcqlQuery
from standards.openid4vp.errors import AuthorizationErrorCode, ResponseError
from standards.openid4vp.response import AuthorizationResponse, ErrorResponse, read_response
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.presented.failures_of import of_response
from verifiers.transaction import Transaction

# Of a stranger's error code only what looks like one is repeated.
_ERROR_CODE: Final = re.compile(r"[a-z_]{1,64}")


def read_answer(
    body: bytes, transaction: Transaction, query: DcqlQuery, key: DecryptionKey | None
) -> AuthorizationResponse:
    """Return the presentations in a posted form (OpenID4VP 8.1 to 8.3), nothing proven yet.

    ``key`` is the transaction's own, None in plain mode. Raises HOLDER_REFUSED or WALLET_ERROR
    for the wallet's own error (8.5), else what is wrong with the form.
    """
    try:
        answer = read_response(
            body, query=query, expected_state=transaction.state, decryption_key=key
        )
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
