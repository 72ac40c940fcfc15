"""The answer, as the wallet posts it and the verifier reads it (OpenID4VP 1.0 section 8)."""

from dataclasses import dataclass
from typing import Self

from keys.errors import KeysError
from keys.jwe import DecryptionKey, decrypt, encrypt
from keys.strict_json import JsonObject, JsonValue, dumps, loads
from standards.dcql.query import DcqlQuery
from standards.members import members, present
from standards.oauth.form import encode_form, parse_form
from standards.openid4vp.errors import (
    AuthorizationErrorCode,
    ResponseError,
    ResponseFailure,
    malformed_response,
)
from standards.openid4vp.request import AuthorizationRequest
from standards.openid4vp.vp_token import VpToken

# The parameters that are JSON; as fields of a form they are JSON text. `mydata_consent` is our
# wallet's own, and strangers ignore it (VP-44).
_JSON_PARAMETERS = frozenset({"vp_token", "mydata_consent"})


@dataclass(frozen=True, slots=True)
class AuthorizationResponse:
    """Presentations, with the request's ``state``; ``mydata_consent`` is passed on unread."""

    vp_token: VpToken
    state: str | None = None
    mydata_consent: JsonValue = None

    def parameters(self) -> JsonObject:
        """Return the response parameters (section 8.1)."""
        return present(
            {
                "vp_token": self.vp_token.as_dict(),
                "state": self.state,
                "mydata_consent": self.mydata_consent,
            }
        )


@dataclass(frozen=True, slots=True)
class ErrorResponse:
    """A refusal (section 8.5); ``error`` from a stranger may be any text."""

    error: str
    description: str | None = None
    state: str | None = None

    @classmethod
    def of(cls, code: AuthorizationErrorCode, request: AuthorizationRequest) -> Self:
        """Return the refusal of ``request``."""
        return cls(code.value, state=request.state)

    def parameters(self) -> JsonObject:
        """Return the response parameters (RFC 6749 section 4.1.2.1)."""
        return present(
            {"error": self.error, "error_description": self.description, "state": self.state}
        )


def travelling_parameters(
    response: AuthorizationResponse | ErrorResponse, request: AuthorizationRequest
) -> JsonObject:
    """Return the answer as it travels: its parameters, or ``response`` alone with all of them.

    That one token is encrypted with the verifier's ``kid`` and ``alg`` (VP-50); raises
    `RequestError` when there is no key to encrypt to. Over the browser's API this is the data
    object (appendix A.4).
    """
    parameters = response.parameters()
    if not request.response_mode.is_encrypted:
        return parameters
    key, enc = request.client_metadata.encryption()
    return {"response": encrypt(dumps(parameters), key, enc=enc)}


def encode_response(
    response: AuthorizationResponse | ErrorResponse, request: AuthorizationRequest
) -> bytes:
    """Return the form body to post to the request's ``response_uri`` (section 8.2)."""
    parameters = travelling_parameters(response, request)
    return encode_form({name: _field(name, value) for name, value in parameters.items()})


def read_response(
    body: bytes,
    *,
    query: DcqlQuery,
    expected_state: str | None,
    decryption_key: DecryptionKey | None,
) -> AuthorizationResponse | ErrorResponse:
    """Return what a wallet posted in answer to a request, or raise `ResponseError`."""
    form = parse_form(body, malformed_response)
    is_sealed = decryption_key is not None and "response" in form
    parameters: JsonObject = {
        name: text if is_sealed else _value(name, text) for name, text in form.items()
    }
    return read_parameters(
        parameters, query=query, expected_state=expected_state, decryption_key=decryption_key
    )


def read_parameters(
    travelled: JsonObject,
    *,
    query: DcqlQuery,
    expected_state: str | None,
    decryption_key: DecryptionKey | None,
) -> AuthorizationResponse | ErrorResponse:
    """Return the answer in parameters as they came, or raise `ResponseError`.

    With a ``decryption_key`` presentations must come encrypted to it; an error may come in clear,
    for not every wallet can encrypt one. ``state`` comes back exactly as sent, and only when it
    was sent. Unknown parameters are ignored.
    """
    parameters = _opened(travelled, decryption_key)
    if parameters.get("state") != expected_state:
        raise ResponseError(ResponseFailure.WRONG_STATE, "the state of another request")
    reader = members(parameters, "response", malformed_response)
    if reader.has("error"):
        description = reader.optional_text("error_description")
        return ErrorResponse(reader.text("error"), description, expected_state)
    if not reader.has("vp_token"):
        raise malformed_response("neither vp_token nor error")
    vp_token = VpToken.parse(parameters["vp_token"], query)
    return AuthorizationResponse(vp_token, expected_state, parameters.get("mydata_consent"))


def _field(name: str, value: JsonValue) -> str:
    """Return a parameter as text of a form: JSON for those that are JSON, text as it is."""
    return (
        value if isinstance(value, str) and name not in _JSON_PARAMETERS else dumps(value).decode()
    )


def _opened(travelled: JsonObject, key: DecryptionKey | None) -> JsonObject:
    if key is None or ("error" in travelled and "response" not in travelled):
        return travelled
    if "response" not in travelled:
        raise ResponseError(ResponseFailure.NOT_ENCRYPTED, "an encrypted response was asked for")
    token = members(travelled, "response", malformed_response).text("response")
    try:
        return decrypt(token, key).claims()
    except KeysError as error:
        raise ResponseError(ResponseFailure.NOT_DECRYPTED, error.detail) from error


def _value(name: str, text: str) -> JsonValue:
    if name not in _JSON_PARAMETERS:
        return text
    try:
        return loads(text)
    except KeysError as error:
        raise malformed_response(f"{name}: {error.detail}") from None
