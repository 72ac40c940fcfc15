"""The errors an authorization server answers with (RFC 6749 section 5.2), and who reads them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from keys.strict_json import JsonObject, JsonValue
from standards.members import members, present
from standards.oauth.errors import malformed

# Enough for a sentence; what is longer was not written for people.
DESCRIPTION_LIMIT = 300


class OAuthErrorCode(StrEnum):
    """The codes of the endpoints of an authorization server.

    Wrong or expired codes and a wrong ``tx_code`` are ``invalid_grant``; a missing or unexpected
    ``tx_code`` is ``invalid_request`` (OpenID4VCI section 6.3).
    """

    INVALID_REQUEST = "invalid_request"
    INVALID_CLIENT = "invalid_client"
    INVALID_GRANT = "invalid_grant"
    UNAUTHORIZED_CLIENT = "unauthorized_client"
    UNSUPPORTED_GRANT_TYPE = "unsupported_grant_type"
    INVALID_SCOPE = "invalid_scope"
    # RFC 6749 section 4.1.2.1, in the redirect back; RFC 9101 section 7; RFC 9396 section 5.
    ACCESS_DENIED = "access_denied"
    UNSUPPORTED_RESPONSE_TYPE = "unsupported_response_type"
    SERVER_ERROR = "server_error"
    TEMPORARILY_UNAVAILABLE = "temporarily_unavailable"
    INVALID_REQUEST_URI = "invalid_request_uri"
    INVALID_AUTHORIZATION_DETAILS = "invalid_authorization_details"
    # RFC 9449 section 12.2; Attestation-Based Client Authentication, draft 07, section 6.
    INVALID_DPOP_PROOF = "invalid_dpop_proof"
    USE_DPOP_NONCE = "use_dpop_nonce"
    INVALID_CLIENT_ATTESTATION = "invalid_client_attestation"
    USE_ATTESTATION_CHALLENGE = "use_attestation_challenge"
    USE_FRESH_ATTESTATION = "use_fresh_attestation"


@dataclass(frozen=True, slots=True)
class ErrorResponse:
    """An error body, or the error parameters of a redirect.

    ``error`` from a stranger may be any text; ``description`` is for people and is never shown
    as more than text.
    """

    error: str
    description: str | None = None

    @classmethod
    def parse(cls, value: JsonValue) -> Self:
        """Return the error a client received, made printable, or raise `OAuthError`."""
        reader = members(value, "error response", malformed)
        description = reader.value.get("error_description")
        text = printable(description) if isinstance(description, str) else None
        return cls(printable(reader.text("error")), text)

    def as_dict(self) -> JsonObject:
        """Return the body to send; the description keeps to the characters allowed (VCI-46)."""
        description = None if self.description is None else printable(self.description)
        return present({"error": self.error, "error_description": description})


class OAuthRequestError(Exception):
    """A request to an authorization server was refused with a code of the standards."""

    def __init__(self, code: OAuthErrorCode, detail: str) -> None:
        super().__init__(f"{code.value}: {detail}")
        self.code = code
        self.detail = detail

    def response(self) -> ErrorResponse:
        """Return the body to answer with."""
        return ErrorResponse(self.code.value, self.detail)


def printable(text: str) -> str:
    r"""Return ``text`` in the characters of an ``error_description``, cut to 300 (VCI-46).

    Allowed is printable ASCII but ``"`` and ``\``; everything else becomes ``?``.
    """
    cut = text[:DESCRIPTION_LIMIT]
    return "".join(c if " " <= c <= "~" and c not in '"\\' else "?" for c in cut)
