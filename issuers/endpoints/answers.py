"""From why something was refused to what the wire says: one total mapping, three audiences.

Token endpoint: RFC 6749 section 5.2. Credential endpoint: OpenID4VCI section 8.3.1.2. Everybody
else: ``{"error", "party", "detail"}``.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import ParamSpec

from starlette.responses import Response

from issuers.errors import IssuerError, IssuerFailure
from standards.openid4vci.error_response import (
    CredentialErrorCode,
    CredentialRequestError,
    ErrorResponse,
    TokenErrorCode,
    TokenRequestError,
)
from web.errors import BodyError, Party, Problem
from web.replies import json_reply, problem_reply

P = ParamSpec("P")
Handler = Callable[P, Awaitable[Response]]

# RFC 6750 section 3.1: the one code of a bearer token that is not good.
_INVALID_TOKEN = "invalid_token"  # noqa: S105 - the name of an error, not a secret


def on_token_endpoint(handler: Handler[P]) -> Handler[P]:
    """Answer a token request's errors with the codes of RFC 6749."""

    @wraps(handler)
    async def answered(*args: P.args, **kwargs: P.kwargs) -> Response:
        try:
            return await handler(*args, **kwargs)
        except TokenRequestError as error:
            return json_reply(error.response().as_dict(), HTTPStatus.BAD_REQUEST)
        except BodyError as error:
            return _error(TokenErrorCode.INVALID_REQUEST, error.problem.detail, error.status)
        except IssuerError as error:
            if error.failure is IssuerFailure.UNKNOWN_AUTHORITY:
                return refused(error)
            return _error(wire(error.failure).token, error.detail)

    return answered


def on_credential_endpoint(handler: Handler[P]) -> Handler[P]:
    """Answer a credential request's errors with the codes of OpenID4VCI, always in plain JSON."""

    @wraps(handler)
    async def answered(*args: P.args, **kwargs: P.kwargs) -> Response:
        try:
            return await handler(*args, **kwargs)
        except CredentialRequestError as error:
            return json_reply(error.response().as_dict(), HTTPStatus.BAD_REQUEST)
        except BodyError as error:
            code = CredentialErrorCode.INVALID_CREDENTIAL_REQUEST
            return _error(code, error.problem.detail, error.status)
        except IssuerError as error:
            match error.failure:
                case IssuerFailure.UNKNOWN_AUTHORITY:
                    return refused(error)
                case IssuerFailure.ACCESS_REFUSED:
                    return unauthorised(error)
                case failure:
                    return _error(wire(failure).credential, error.detail)

    return answered


def on_other_addresses(handler: Handler[P]) -> Handler[P]:
    """Answer this room's errors as problems."""

    @wraps(handler)
    async def answered(*args: P.args, **kwargs: P.kwargs) -> Response:
        try:
            return await handler(*args, **kwargs)
        except IssuerError as error:
            return refused(error)

    return answered


def unauthorised(error: IssuerError | None = None) -> Response:
    """Return 401; without a token there is no error to name (RFC 6750 section 3.1)."""
    if error is None:
        return json_reply({}, HTTPStatus.UNAUTHORIZED, headers={"WWW-Authenticate": "Bearer"})
    challenge = f'Bearer error="{_INVALID_TOKEN}"'
    return _error(_INVALID_TOKEN, error.detail, HTTPStatus.UNAUTHORIZED, challenge)


def refused(error: IssuerError) -> Response:
    """Return the problem of an error."""
    status = wire(error.failure).status
    party = Party.ISSUER if status is HTTPStatus.CONFLICT else Party.CALLER
    return problem_reply(status, Problem(error.failure.value, party, error.detail))


def _error(
    code: str, detail: str, status: int = HTTPStatus.BAD_REQUEST, challenge: str | None = None
) -> Response:
    headers = {} if challenge is None else {"WWW-Authenticate": challenge}
    return json_reply(ErrorResponse(str(code), detail).as_dict(), status, headers=headers)


@dataclass(frozen=True, slots=True)
class Wire:
    """How one failure is told: as a problem, at the token endpoint, at the credential endpoint.

    Codes of an endpoint where the failure cannot arise keep the most general value.
    """

    status: HTTPStatus
    token: TokenErrorCode = TokenErrorCode.INVALID_REQUEST
    credential: CredentialErrorCode = CredentialErrorCode.INVALID_CREDENTIAL_REQUEST


_DENIED = CredentialErrorCode.CREDENTIAL_REQUEST_DENIED


def wire(failure: IssuerFailure) -> Wire:
    """Return how a failure is told; mypy holds the match total."""
    match failure:
        case IssuerFailure.MALFORMED | IssuerFailure.UNKNOWN_PURPOSE:
            return Wire(HTTPStatus.BAD_REQUEST)
        case (
            IssuerFailure.UNKNOWN_AUTHORITY
            | IssuerFailure.UNKNOWN_CERTIFICATE
            | IssuerFailure.UNKNOWN_OFFER
            | IssuerFailure.UNKNOWN_STATUS_LIST
        ):
            return Wire(HTTPStatus.NOT_FOUND)
        case IssuerFailure.STATUS_FINAL | IssuerFailure.STATUS_UNCHANGED:
            return Wire(HTTPStatus.CONFLICT)
        case IssuerFailure.NOT_ENTITLED:
            return Wire(HTTPStatus.CONFLICT, credential=_DENIED)
        case IssuerFailure.UNKNOWN_CITIZEN:
            return Wire(HTTPStatus.NOT_FOUND, credential=_DENIED)
        case IssuerFailure.CODE_INVALID | IssuerFailure.TX_CODE_WRONG:
            return Wire(HTTPStatus.BAD_REQUEST, token=TokenErrorCode.INVALID_GRANT)
        case IssuerFailure.ACCESS_REFUSED:
            return Wire(HTTPStatus.UNAUTHORIZED, credential=_DENIED)
        case IssuerFailure.ACCESS_SPENT:
            return Wire(HTTPStatus.BAD_REQUEST, credential=_DENIED)
        case IssuerFailure.UNKNOWN_KIND | IssuerFailure.UNKNOWN_CONFIGURATION:
            code = CredentialErrorCode.UNKNOWN_CREDENTIAL_CONFIGURATION
            return Wire(HTTPStatus.NOT_FOUND, credential=code)
        case IssuerFailure.UNKNOWN_IDENTIFIER:
            code = CredentialErrorCode.UNKNOWN_CREDENTIAL_IDENTIFIER
            return Wire(HTTPStatus.NOT_FOUND, credential=code)
        case IssuerFailure.ENCRYPTION_UNSUPPORTED:
            code = CredentialErrorCode.INVALID_ENCRYPTION_PARAMETERS
            return Wire(HTTPStatus.BAD_REQUEST, credential=code)
        case IssuerFailure.NONCE_INVALID:
            code = CredentialErrorCode.INVALID_NONCE
            return Wire(HTTPStatus.BAD_REQUEST, credential=code)
