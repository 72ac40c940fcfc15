"""What the addresses of this room say of themselves: who is told what, by kind of address.

The codes come from `issuers.endpoints.answers.WIRE`, so that a failure without a place in the
description cannot be told.
"""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any, Final

from issuers.endpoints.answers import WIRE
from issuers.errors import IssuerFailure
from keys.json_value import JsonObject
from standards.oauth.error_response import OAuthErrorCode
from standards.openid4vci.encrypted import MEDIA_TYPE as ENCRYPTED
from standards.openid4vci.error_response import CredentialErrorCode
from standards.openid4vci.notification import NotificationErrorCode
from web.body import FORM_TYPE, JSON_TYPE
from web.described import BODY_REFUSALS, answering, as_json, having, one_of, problem, taking

_TEXT: Final[JsonObject] = {"type": "string"}
_UNKNOWN_ADDRESS: Final = "not_found"
_UNAUTHORISED: Final = "unauthorised"
_INVALID_TOKEN: Final = "invalid_token"  # noqa: S105 - the name of an error, not a secret
_OAUTH: Final = tuple(code.value for code in OAuthErrorCode)
_CREDENTIAL: Final = tuple(code.value for code in CredentialErrorCode)
_NOTIFICATION: Final = tuple(code.value for code in NotificationErrorCode)

# By status and media type.
Answers = dict[int, Mapping[str, JsonObject]]


def desk(
    *tells: str,
    body: JsonObject | None = None,
    refuses: Iterable[int] = (),
    told: Mapping[str, JsonObject] | None = None,
    parameters: Iterable[JsonObject] = (),
) -> dict[str, Any]:
    """Return what an operator's address adds: the members it ``tells``, the body it takes.

    ``refuses`` are its statuses beside 401 and those of every body; ``told`` is for an answer
    that is no JSON.
    """
    answers: Answers = {200: as_json(having(*tells)) if told is None else told}
    statuses = {401, *refuses, *(BODY_REFUSALS if body is not None else ())}
    answers |= _problems(statuses)
    taken = None if body is None else taking({JSON_TYPE: body})
    return answering(answers, body=taken, parameters=parameters)


def published(content: Mapping[str, JsonObject], *refuses: int, **more: Any) -> dict[str, Any]:
    """Return what an address for everybody adds: media types it answers in, and its refusals."""
    return answering({200: content, **_problems({404, *refuses})}, **more)


def server(*tells: str, form: JsonObject, status: int = HTTPStatus.OK) -> dict[str, Any]:
    """Return what an endpoint of the authorization server adds (RFC 6749 section 5)."""
    refused = as_json(_error(_OAUTH))
    answers: Answers = {int(status): as_json(having(*tells))}
    answers |= dict.fromkeys((*BODY_REFUSALS, 429), refused) | _problems({404})
    return answering(answers, body=taking({FORM_TYPE: form}))


def certificates(body: JsonObject) -> dict[str, Any]:
    """Return what the credential endpoint and the deferred one add (sections 8 and 9)."""
    token: JsonObject = {"type": "string", "description": "a compact JWE"}
    issued = having("credentials", notification_id=_TEXT)
    promised = having("transaction_id", "interval")
    refused = as_json(_error(_CREDENTIAL))
    answers: Answers = {200: {JSON_TYPE: issued, ENCRYPTED: token}}
    answers |= {202: {JSON_TYPE: promised, ENCRYPTED: token}}
    answers |= dict.fromkeys(BODY_REFUSALS, refused) | _problems({404}) | _unproven()
    answers |= {503: as_json(_error(_OAUTH))}
    return answering(answers, body=taking({JSON_TYPE: body, ENCRYPTED: token}))


def notification(body: JsonObject) -> dict[str, Any]:
    """Return what the notification endpoint adds (section 11)."""
    refused = as_json(_error(_NOTIFICATION))
    answers: Answers = {204: {}, **dict.fromkeys(BODY_REFUSALS, refused)}
    return answering(answers | _problems({404}) | _unproven(), body=taking({JSON_TYPE: body}))


def _unproven() -> Answers:
    """Return 401: without a token there is nothing to name (RFC 6750 section 3.1)."""
    nothing: JsonObject = {"type": "object", "maxProperties": 0}
    return {401: as_json({"anyOf": [nothing, _error((_INVALID_TOKEN, *_OAUTH))]})}


def _error(codes: Iterable[str]) -> JsonObject:
    """Return the schema of an error of RFC 6749 section 5.2; a description is ASCII (VCI-46)."""
    told: JsonObject = {"type": "string", "pattern": r"^[\x20-\x21\x23-\x5b\x5d-\x7e]*$"}
    error = having("error", error_description=told)
    return {
        **error,
        "properties": {"error": one_of(*codes), "error_description": told},
        "additionalProperties": False,
    }


def _problems(statuses: Iterable[int]) -> Answers:
    return {status: as_json(problem(_codes(status))) for status in sorted(statuses)}


def _codes(status: int) -> tuple[str, ...]:
    ours = (each.value for each in IssuerFailure if WIRE[each].status == status)
    web = {401: (_UNAUTHORISED,), 404: (_UNKNOWN_ADDRESS,)}
    return (*ours, *BODY_REFUSALS.get(status, ()), *web.get(status, ()))
