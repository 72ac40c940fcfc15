"""The errors of the credential endpoint (OpenID4VCI 1.0 section 8.3.1.2)."""

from enum import StrEnum

from standards.oauth.error_response import ErrorResponse


class CredentialErrorCode(StrEnum):
    """The codes of the credential endpoint (section 8.3.1.2), and of the deferred one (9.3)."""

    INVALID_CREDENTIAL_REQUEST = "invalid_credential_request"
    UNKNOWN_CREDENTIAL_CONFIGURATION = "unknown_credential_configuration"
    UNKNOWN_CREDENTIAL_IDENTIFIER = "unknown_credential_identifier"
    INVALID_PROOF = "invalid_proof"
    INVALID_NONCE = "invalid_nonce"
    INVALID_ENCRYPTION_PARAMETERS = "invalid_encryption_parameters"
    CREDENTIAL_REQUEST_DENIED = "credential_request_denied"
    INVALID_TRANSACTION_ID = "invalid_transaction_id"


class CredentialRequestError(Exception):
    """A credential request was refused with a code of the standard; the wire wants HTTP 400."""

    def __init__(self, code: CredentialErrorCode, detail: str) -> None:
        super().__init__(f"{code.value}: {detail}")
        self.code = code
        self.detail = detail

    def response(self) -> ErrorResponse:
        """Return the body to answer with; always plain JSON, never encrypted (VCI-47)."""
        return ErrorResponse(self.code.value, self.detail)
