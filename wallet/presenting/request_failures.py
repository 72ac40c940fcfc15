"""What a refused request means here: one failure of ours for each of the standard's."""

from typing import assert_never

from standards.openid4vp.errors import RequestError, RequestFailure
from wallet.errors import WalletError, WalletFailure


def refused(error: RequestError) -> WalletError:
    """Return the wallet's error for a request that was refused."""
    return WalletError(_failure_of(error.failure), error.detail)


def _failure_of(failure: RequestFailure) -> WalletFailure:
    """Return the one failure of ours for each of the standard's."""
    found = WalletFailure.REQUEST_MALFORMED
    match failure:
        case RequestFailure.NOT_AUTHENTIC:
            found = WalletFailure.REQUEST_INVALID
        case RequestFailure.UNTRUSTED:
            found = WalletFailure.REQUEST_UNTRUSTED
        case (
            RequestFailure.CLIENT_ID_MISMATCH
            | RequestFailure.WALLET_NONCE_MISMATCH
            | RequestFailure.WRONG_AUDIENCE
            | RequestFailure.ORIGIN
        ):
            found = WalletFailure.REQUEST_MISMATCH
        case RequestFailure.OUTDATED:
            found = WalletFailure.REQUEST_EXPIRED
        case (
            RequestFailure.CLIENT_ID_PREFIX
            | RequestFailure.RESPONSE_TYPE
            | RequestFailure.RESPONSE_MODE
            | RequestFailure.SCOPE
            | RequestFailure.ENCRYPTION
            | RequestFailure.FORMATS
        ):
            found = WalletFailure.REQUEST_UNSUPPORTED
        case RequestFailure.TRANSACTION_DATA:
            found = WalletFailure.INVALID_TRANSACTION_DATA
        case (
            RequestFailure.MALFORMED
            | RequestFailure.UNSIGNED
            | RequestFailure.REQUEST_URI_METHOD
            | RequestFailure.REDIRECT_URI
            | RequestFailure.QUERY
        ):
            pass
        case _:
            assert_never(failure)
    return found
