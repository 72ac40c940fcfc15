"""From why something was refused to what the wire says: one total mapping, three audiences.

Token endpoint: RFC 6749 section 5.2. Credential endpoint: OpenID4VCI section 8.3.1.2. Everybody
else: ``{"error", "party", "detail"}``.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from math import ceil
from typing import ParamSpec

from starlette.responses import Response

from issuers.errors import IssuerError, IssuerFailure
from keys.jwk import Algorithm
from standards.oauth.error_response import ErrorResponse, OAuthErrorCode, OAuthRequestError
from standards.openid4vci.error_response import CredentialErrorCode, CredentialRequestError
from standards.openid4vci.notification import NotificationErrorCode, NotificationRequestError
from web.errors import BodyError, Party, Problem
from web.replies import json_reply, problem_reply

P = ParamSpec("P")
Handler = Callable[P, Awaitable[Response]]

# RFC 6750 section 3.1: the one code of a bearer token that is not good.
_INVALID_TOKEN = "invalid_token"  # noqa: S105 - the name of an error, not a secret
_DPOP = f'DPoP algs="{Algorithm.ES256.value}"'


def on_token_endpoint(handler: Handler[P]) -> Handler[P]:
    """Answer a token request's errors with the codes of RFC 6749."""

    @wraps(handler)
    async def answered(*args: P.args, **kwargs: P.kwargs) -> Response:
        try:
            return await handler(*args, **kwargs)
        except OAuthRequestError as error:
            return json_reply(error.response().as_dict(), HTTPStatus.BAD_REQUEST)
        except BodyError as error:
            return _error(OAuthErrorCode.INVALID_REQUEST, error.problem.detail, error.status)
        except IssuerError as error:
            if error.failure is IssuerFailure.UNKNOWN_AUTHORITY:
                return refused(error)
            told = WIRE[error.failure]
            if told.status is HTTPStatus.TOO_MANY_REQUESTS:
                return _with_retry(_error(told.token, error.detail, told.status), error)
            return _error(told.token, error.detail)

    return answered


def on_credential_endpoint(handler: Handler[P]) -> Handler[P]:
    """Answer a credential request's errors with the codes of OpenID4VCI, always in plain JSON."""

    @wraps(handler)
    async def answered(*args: P.args, **kwargs: P.kwargs) -> Response:
        try:
            return await handler(*args, **kwargs)
        except CredentialRequestError as error:
            return json_reply(error.response().as_dict(), HTTPStatus.BAD_REQUEST)
        except OAuthRequestError as error:
            return unproven(error)
        except BodyError as error:
            code = CredentialErrorCode.INVALID_CREDENTIAL_REQUEST
            return _error(code, error.problem.detail, error.status)
        except IssuerError as error:
            return _denied(error)

    return answered


def _denied(error: IssuerError) -> Response:
    """Return what the credential endpoint says of this room's own refusals."""
    match error.failure:
        case IssuerFailure.UNKNOWN_AUTHORITY:
            return refused(error)
        case IssuerFailure.ACCESS_REFUSED:
            return unauthorised(error)
        case failure if WIRE[failure].status is _LATER:
            return later(error)
        case failure:
            return _error(WIRE[failure].credential, error.detail)


def on_notification_endpoint(handler: Handler[P]) -> Handler[P]:
    """Answer a notification's errors with the codes of OpenID4VCI section 11.3."""

    @wraps(handler)
    async def answered(*args: P.args, **kwargs: P.kwargs) -> Response:
        try:
            return await handler(*args, **kwargs)
        except NotificationRequestError as error:
            return json_reply(error.response().as_dict(), HTTPStatus.BAD_REQUEST)
        except OAuthRequestError as error:
            return unproven(error)
        except BodyError as error:
            code = NotificationErrorCode.INVALID_NOTIFICATION_REQUEST
            return _error(code, error.problem.detail, error.status)
        except IssuerError as error:
            if error.failure is IssuerFailure.UNKNOWN_AUTHORITY:
                return refused(error)
            return unauthorised(error)

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
    """Return 401; without a token there is no error to name (RFC 6750 section 3.1).

    Both schemes are offered: whether a token is bound to a key, only its holder knows for sure.
    """
    if error is None:
        challenge = f"Bearer, {_DPOP}"
        return json_reply({}, HTTPStatus.UNAUTHORIZED, headers={"WWW-Authenticate": challenge})
    named = f'error="{_INVALID_TOKEN}"'
    challenge = f"Bearer {named}, {_DPOP}, {named}"
    return _error(_INVALID_TOKEN, error.detail, HTTPStatus.UNAUTHORIZED, challenge)


def unproven(error: OAuthRequestError) -> Response:
    """Return 401 for a token whose key was not proven (RFC 9449 sections 7.1 and 9)."""
    challenge = f'{_DPOP}, error="{error.code.value}"'
    return _error(error.code, error.detail, HTTPStatus.UNAUTHORIZED, challenge)


def refused(error: IssuerError) -> Response:
    """Return the problem of an error."""
    status = WIRE[error.failure].status
    party = Party.ISSUER if status is HTTPStatus.CONFLICT else Party.CALLER
    answer = problem_reply(status, Problem(error.failure.value, party, error.detail))
    return _with_retry(answer, error)


def later(error: IssuerError) -> Response:
    """Return 503 and when to ask again: the request was good, and a denial would be final.

    OpenID4VCI section 8.3.1.2 lists what was wrong with a request; here nothing was.
    """
    answer = _error(WIRE[error.failure].token, error.detail, _LATER)
    return _with_retry(answer, error)


def _with_retry(answer: Response, error: IssuerError) -> Response:
    if error.retry_after is not None:
        answer.headers["Retry-After"] = str(ceil(error.retry_after.total_seconds()))
    return answer


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
    token: OAuthErrorCode = OAuthErrorCode.INVALID_REQUEST
    credential: CredentialErrorCode = CredentialErrorCode.INVALID_CREDENTIAL_REQUEST


_BAD, _ABSENT, _CONFLICT = HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT
_LATER, _UNAVAILABLE = HTTPStatus.SERVICE_UNAVAILABLE, OAuthErrorCode.TEMPORARILY_UNAVAILABLE
_GRANT = OAuthErrorCode.INVALID_GRANT
_DENIED = CredentialErrorCode.CREDENTIAL_REQUEST_DENIED
_CONFIGURATION = CredentialErrorCode.UNKNOWN_CREDENTIAL_CONFIGURATION
_IDENTIFIER = CredentialErrorCode.UNKNOWN_CREDENTIAL_IDENTIFIER
_NONCE = CredentialErrorCode.INVALID_NONCE
_TRANSACTION = CredentialErrorCode.INVALID_TRANSACTION_ID

# Total: a test asks it for every failure.
WIRE: Mapping[IssuerFailure, Wire] = {
    IssuerFailure.MALFORMED: Wire(_BAD),
    IssuerFailure.UNKNOWN_KIND: Wire(_ABSENT, credential=_CONFIGURATION),
    IssuerFailure.UNKNOWN_CITIZEN: Wire(_ABSENT, credential=_DENIED),
    IssuerFailure.UNKNOWN_PURPOSE: Wire(_BAD),
    IssuerFailure.UNKNOWN_OPTION: Wire(_BAD),
    IssuerFailure.UNKNOWN_VIEW: Wire(_BAD),
    IssuerFailure.UNKNOWN_CERTIFICATE: Wire(_ABSENT),
    IssuerFailure.STATUS_FINAL: Wire(_CONFLICT),
    IssuerFailure.STATUS_UNCHANGED: Wire(_CONFLICT),
    IssuerFailure.NOT_ENTITLED: Wire(_CONFLICT, credential=_DENIED),
    IssuerFailure.HOUSEHOLD_DIVIDED: Wire(_CONFLICT),
    IssuerFailure.TOO_MANY_OFFERS: Wire(HTTPStatus.TOO_MANY_REQUESTS),
    IssuerFailure.UNKNOWN_JOB: Wire(_ABSENT),
    IssuerFailure.JOB_EXISTS: Wire(_CONFLICT),
    IssuerFailure.BULK_ACCESS: Wire(HTTPStatus.TOO_MANY_REQUESTS),
    IssuerFailure.UNKNOWN_MANDATE: Wire(_ABSENT),
    IssuerFailure.TOO_MANY_MANDATES: Wire(HTTPStatus.TOO_MANY_REQUESTS),
    IssuerFailure.UNKNOWN_AUTHORITY: Wire(_ABSENT),
    IssuerFailure.UNKNOWN_OFFER: Wire(_ABSENT),
    IssuerFailure.UNKNOWN_STATUS_LIST: Wire(_ABSENT),
    # Token Status List section 8.4: the time asked for is not one that can be answered.
    IssuerFailure.STATUS_NOT_KEPT: Wire(HTTPStatus.NOT_ACCEPTABLE),
    IssuerFailure.UNKNOWN_CLIENT: Wire(_ABSENT),
    IssuerFailure.UNKNOWN_REQUEST: Wire(_BAD),
    # RFC 9126 section 2.3.
    IssuerFailure.TOO_MANY_REQUESTS: Wire(HTTPStatus.TOO_MANY_REQUESTS, _UNAVAILABLE, _DENIED),
    IssuerFailure.CODE_INVALID: Wire(_BAD, token=_GRANT),
    IssuerFailure.TX_CODE_WRONG: Wire(_BAD, token=_GRANT),
    IssuerFailure.ACCESS_REFUSED: Wire(HTTPStatus.UNAUTHORIZED, credential=_DENIED),
    IssuerFailure.ACCESS_SPENT: Wire(_BAD, credential=_DENIED),
    IssuerFailure.CERTIFICATE_REVOKED: Wire(_CONFLICT, credential=_DENIED),
    IssuerFailure.CERTIFICATE_SUSPENDED: Wire(_CONFLICT, credential=_DENIED),
    IssuerFailure.UNKNOWN_CONFIGURATION: Wire(_BAD, credential=_CONFIGURATION),
    IssuerFailure.UNKNOWN_IDENTIFIER: Wire(_BAD, credential=_IDENTIFIER),
    IssuerFailure.NONCE_INVALID: Wire(_BAD, credential=_NONCE),
    IssuerFailure.MIS_ISSUE: Wire(HTTPStatus.INTERNAL_SERVER_ERROR, credential=_DENIED),
    IssuerFailure.DECISION_REFUSED: Wire(_CONFLICT, credential=_DENIED),
    IssuerFailure.TRANSACTION_INVALID: Wire(_BAD, credential=_TRANSACTION),
    IssuerFailure.SIGNER_UNTRUSTED: Wire(_LATER, _UNAVAILABLE, _DENIED),
    IssuerFailure.SIGNER_ENDING: Wire(_LATER, _UNAVAILABLE, _DENIED),
    IssuerFailure.STATUS_UNPUBLISHED: Wire(_LATER, _UNAVAILABLE, _DENIED),
}
