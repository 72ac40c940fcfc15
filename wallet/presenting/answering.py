"""Send the answer, and read what the asking party says to it (OpenID4VP section 8.2)."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from keys.strict_json import JsonObject, JsonValue
from standards.oauth.error_response import printable
from standards.openid4vp.request import AuthorizationRequest
from standards.openid4vp.response import AuthorizationResponse, ErrorResponse, encode_response
from wallet.errors import WalletError, WalletFailure
from wallet.outside.correspondence import (
    FORM,
    JSON,
    SMALL_ANSWER,
    Answer,
    Correspondent,
    UnansweredError,
    json_object,
)

_OK: Final = 200
# A stranger's error code is told only this far.
_CODE_LIMIT: Final = 64
# An address to send a browser to; longer ones are cut by browsers.
_REDIRECT_LIMIT: Final = 2048


@dataclass(frozen=True, slots=True)
class PartyAnswer:
    """What the party said: where the browser goes next, and its receipt, not yet believed."""

    redirect_uri: str | None
    mydata_receipt: JsonValue


async def post_answer(
    response: AuthorizationResponse | ErrorResponse,
    request: AuthorizationRequest,
    correspondent: Correspondent,
) -> PartyAnswer:
    """Return what the party answered.

    Raises ``WalletError``: verifier_unreachable when it may or may not have arrived,
    verifier_refused.
    """
    try:
        answer = await correspondent.post(
            request.response_uri,
            content=encode_response(response, request),
            content_type=FORM,
            accept=JSON,
            limit=SMALL_ANSWER,
        )
    except UnansweredError as error:
        raise WalletError(WalletFailure.VERIFIER_UNREACHABLE, str(error)) from None
    if answer.status != _OK:
        raise _refused(_refusal(answer))
    body = json_object(answer, _refused)
    return PartyAnswer(
        _redirect(body.get("redirect_uri"), request.response_uri), body.get("mydata_receipt")
    )


def _redirect(value: JsonValue, response_uri: str) -> str | None:
    """Return where a browser may be sent: https, or the very scheme and host answered to.

    Anything else (another scheme, script, a file) is left out; the answer was sent all the same.
    """
    if not isinstance(value, str) or len(value) > _REDIRECT_LIMIT:
        return None
    # An address is ASCII (RFC 3986), and this one goes into a header.
    if not (value.isascii() and value.isprintable()):
        return None
    try:
        target, known = urlsplit(value), urlsplit(response_uri)
    except ValueError:
        return None
    is_own = (target.scheme, target.netloc) == (known.scheme, known.netloc)
    is_plain = bool(target.hostname) and "@" not in target.netloc and " " not in value
    return value if is_plain and (target.scheme == "https" or is_own) else None


def _refusal(answer: Answer) -> str:
    """Name the error code of the party, whatever shape its body has."""
    try:
        body: JsonObject = json_object(answer, _refused)
    except WalletError:
        body = {}
    code = body.get("error")
    named = printable(code)[:_CODE_LIMIT] if isinstance(code, str) else str(answer.status)
    return f"The party answered {named}"


def _refused(reason: str) -> WalletError:
    return WalletError(WalletFailure.VERIFIER_REFUSED, reason)
