"""Why a wallet refused a request, and why a verifier refused a response: two closed lists."""

from enum import StrEnum
from typing import assert_never

from keys.errors import KeysError


class AuthorizationErrorCode(StrEnum):
    """What a wallet may answer (section 8.5, RFC 6749 section 4.1.2.1)."""

    INVALID_REQUEST = "invalid_request"
    INVALID_SCOPE = "invalid_scope"
    INVALID_CLIENT = "invalid_client"
    ACCESS_DENIED = "access_denied"
    UNSUPPORTED_RESPONSE_TYPE = "unsupported_response_type"
    VP_FORMATS_NOT_SUPPORTED = "vp_formats_not_supported"
    INVALID_REQUEST_URI_METHOD = "invalid_request_uri_method"
    INVALID_TRANSACTION_DATA = "invalid_transaction_data"
    WALLET_UNAVAILABLE = "wallet_unavailable"


class RequestFailure(StrEnum):
    """Every reason a wallet refuses a request; nothing is sent to an address found in it."""

    MALFORMED = "malformed"
    REQUEST_URI_METHOD = "request_uri_method"
    UNSIGNED = "unsigned"
    CLIENT_ID_PREFIX = "client_id_prefix"
    CLIENT_ID_MISMATCH = "client_id_mismatch"
    NOT_AUTHENTIC = "not_authentic"
    UNTRUSTED = "untrusted"
    OUTDATED = "outdated"
    WRONG_AUDIENCE = "wrong_audience"
    WALLET_NONCE_MISMATCH = "wallet_nonce_mismatch"
    RESPONSE_TYPE = "response_type"
    RESPONSE_MODE = "response_mode"
    REDIRECT_URI = "redirect_uri"
    SCOPE = "scope"
    QUERY = "query"
    TRANSACTION_DATA = "transaction_data"
    ENCRYPTION = "encryption"
    FORMATS = "formats"
    ORIGIN = "origin"


class RequestError(Exception):
    """A request was refused: ``failure`` for programs, ``detail`` for people."""

    def __init__(self, failure: RequestFailure, detail: str) -> None:
        super().__init__(f"{failure.value}: {detail}")
        self.failure = failure
        self.detail = detail

    @property
    def code(self) -> AuthorizationErrorCode:
        """The code of the standard for this refusal (section 8.5)."""
        return error_code(self.failure)


class ResponseFailure(StrEnum):
    """Every reason a verifier refuses a response before it looks at any presentation."""

    MALFORMED = "malformed"
    NOT_ENCRYPTED = "not_encrypted"
    NOT_DECRYPTED = "not_decrypted"
    WRONG_STATE = "wrong_state"
    UNKNOWN_QUERY_ID = "unknown_query_id"
    NO_PRESENTATION = "no_presentation"
    TOO_MANY_PRESENTATIONS = "too_many_presentations"


class ResponseError(Exception):
    """A response was refused: ``failure`` for programs, ``detail`` for people."""

    def __init__(self, failure: ResponseFailure, detail: str) -> None:
        super().__init__(f"{failure.value}: {detail}")
        self.failure = failure
        self.detail = detail


def error_code(failure: RequestFailure) -> AuthorizationErrorCode:
    """Return the one code of section 8.5 for each way to refuse a request."""
    code = AuthorizationErrorCode.INVALID_REQUEST
    match failure:
        case RequestFailure.REQUEST_URI_METHOD:
            code = AuthorizationErrorCode.INVALID_REQUEST_URI_METHOD
        case (
            RequestFailure.CLIENT_ID_PREFIX
            | RequestFailure.CLIENT_ID_MISMATCH
            | RequestFailure.NOT_AUTHENTIC
            | RequestFailure.UNTRUSTED
        ):
            code = AuthorizationErrorCode.INVALID_CLIENT
        case RequestFailure.RESPONSE_TYPE:
            code = AuthorizationErrorCode.UNSUPPORTED_RESPONSE_TYPE
        case RequestFailure.SCOPE:
            code = AuthorizationErrorCode.INVALID_SCOPE
        case RequestFailure.TRANSACTION_DATA:
            code = AuthorizationErrorCode.INVALID_TRANSACTION_DATA
        case RequestFailure.FORMATS:
            code = AuthorizationErrorCode.VP_FORMATS_NOT_SUPPORTED
        case (
            RequestFailure.MALFORMED
            | RequestFailure.UNSIGNED
            | RequestFailure.OUTDATED
            | RequestFailure.WRONG_AUDIENCE
            | RequestFailure.WALLET_NONCE_MISMATCH
            | RequestFailure.RESPONSE_MODE
            | RequestFailure.REDIRECT_URI
            | RequestFailure.QUERY
            | RequestFailure.ENCRYPTION
            | RequestFailure.ORIGIN
        ):
            pass
        case _:
            assert_never(failure)
    return code


def malformed_request(detail: str) -> RequestError:
    """Return the error for a request that breaks a rule of section 5."""
    return RequestError(RequestFailure.MALFORMED, detail)


def malformed_response(detail: str) -> ResponseError:
    """Return the error for a response that breaks a rule of section 8."""
    return ResponseError(ResponseFailure.MALFORMED, detail)


def not_authentic(error: KeysError) -> RequestError:
    """Return the error for a request object whose signature or form does not hold."""
    return RequestError(RequestFailure.NOT_AUTHENTIC, error.detail)
