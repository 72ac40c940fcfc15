"""What a refused request means here: one failure of ours for each of the standard's."""

from standards.openid4vp.errors import RequestError, RequestFailure
from wallet.errors import WalletError, WalletFailure


def refused(error: RequestError) -> WalletError:
    """Return the wallet's error for a request that was refused."""
    return WalletError(_failure_of(error.failure), error.detail)


def _failure_of(failure: RequestFailure) -> WalletFailure:
    """Return the one failure of ours for each of the standard's."""
    match failure:
        case RequestFailure.NOT_AUTHENTIC:
            return WalletFailure.REQUEST_INVALID
        case RequestFailure.UNTRUSTED:
            return WalletFailure.REQUEST_UNTRUSTED
        case (
            RequestFailure.CLIENT_ID_MISMATCH
            | RequestFailure.WALLET_NONCE_MISMATCH
            | RequestFailure.WRONG_AUDIENCE
            | RequestFailure.ORIGIN
        ):
            return WalletFailure.REQUEST_MISMATCH
        case RequestFailure.OUTDATED:
            return WalletFailure.REQUEST_EXPIRED
        case (
            RequestFailure.CLIENT_ID_PREFIX
            | RequestFailure.RESPONSE_TYPE
            | RequestFailure.RESPONSE_MODE
            | RequestFailure.SCOPE
            | RequestFailure.TRANSACTION_DATA
            | RequestFailure.ENCRYPTION
            | RequestFailure.FORMATS
        ):
            return WalletFailure.REQUEST_UNSUPPORTED
        case (
            RequestFailure.MALFORMED
            | RequestFailure.UNSIGNED
            | RequestFailure.REQUEST_URI_METHOD
            | RequestFailure.REDIRECT_URI
            | RequestFailure.QUERY
        ):
            return WalletFailure.REQUEST_MALFORMED
