"""The Status List Token in CWT form: issue it, and verify it before asking it (§5.2, §8.3).

A tagged COSE_Sign1 whose claims are numbered (RFC 8392 section 3.1.1): the same list, the same
times and the same subject as in the JWT form.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from keys import jwt_time
from keys.json_value import JsonObject
from keys.signer import Signer
from keys.verification_key import VerificationKey
from keys.x5c import certificate_of
from standards.cbor.errors import CborError, CborFailure
from standards.cbor.read import Limits, loads
from standards.cbor.value import CborMap, Encodable
from standards.cbor.write import dumps, tagged
from standards.cose.errors import CoseError, CoseFailure
from standards.cose.headers import TYP as TYP_LABEL
from standards.cose.headers import x5chain_header
from standards.cose.sign1 import (
    SIGN1_TAG,
    UnverifiedSign1,
    parse_tagged_sign1,
    sign1,
    verify_sign1,
)
from standards.status_list.bits import MAX_PACKED, StatusList
from standards.status_list.errors import StatusListError, StatusListFailure
from standards.status_list.token import VerifiedStatusList, verified_list

TYP: Final = "application/statuslist+cwt"
MEDIA_TYPE: Final = TYP
# The packed list stands in it as it is; the rest is small.
MAX_CWT: Final = MAX_PACKED + 64 * 1024

_SUB, _EXP, _IAT, _STATUS_LIST, _TTL = 2, 4, 6, 65533, 65534
_NAMES: Final = {_SUB: "sub", _EXP: "exp", _IAT: "iat", _TTL: "ttl"}
_LIMITS: Final = Limits(octets=MAX_CWT, items=256, depth=8)


def issue_status_cwt(
    statuses: StatusList,
    *,
    uri: str,
    signer: Signer,
    x5c: Sequence[str],
    now: datetime,
    exp: datetime,
    ttl: timedelta,
) -> bytes:
    """Return the signed token of a list; the arguments are those of `token.issue_status_token`."""
    claims: dict[int, Encodable] = {
        _SUB: uri,
        _IAT: jwt_time.seconds(now),
        _EXP: jwt_time.seconds(exp),
        _TTL: int(ttl.total_seconds()),
        _STATUS_LIST: statuses.as_cbor(),
    }
    structure = sign1(
        dumps(claims),
        signer=signer,
        protected={TYP_LABEL: TYP},
        unprotected=x5chain_header(tuple(map(certificate_of, x5c))),
    )
    return tagged(SIGN1_TAG, structure)


def parse_status_cwt(token: bytes) -> UnverifiedSign1:
    """Return a token's parts, for finding its key; raises too_large or refused."""
    try:
        return parse_tagged_sign1(loads(token, limits=_LIMITS))
    except CborError as error:
        raise _unread(error) from error
    except CoseError as error:
        raise _refused(error.detail) from error


def status_cwt_chain(token: UnverifiedSign1) -> tuple[bytes, ...]:
    """Return the signer's certificates, leaf first, or raise refused."""
    try:
        return token.headers.x5chain
    except CoseError as error:
        raise _refused(error.detail) from error


def verify_status_cwt(
    token: UnverifiedSign1, key: VerificationKey, *, expected_uri: str, now: datetime
) -> VerifiedStatusList:
    """Return the list a credential points at with ``expected_uri``, or raise (§8.3 steps 3, 4)."""
    if token.headers.protected.get(TYP_LABEL) != TYP:
        raise StatusListError(StatusListFailure.WRONG_TYP, f"type {TYP} was expected")
    claims = _claims(_payload(token, key))
    return verified_list(
        _named(claims),
        lambda: StatusList.parse_cbor(claims.get(_STATUS_LIST)),
        expected_uri=expected_uri,
        now=now,
    )


def _payload(token: UnverifiedSign1, key: VerificationKey) -> bytes:
    try:
        return verify_sign1(token, key)
    except CoseError as error:
        failure = (
            StatusListFailure.SIGNATURE_INVALID
            if error.failure is CoseFailure.SIGNATURE_INVALID
            else StatusListFailure.REFUSED
        )
        raise StatusListError(failure, error.detail) from error


def _claims(payload: bytes) -> CborMap:
    try:
        claims = loads(payload, limits=_LIMITS)
    except CborError as error:
        raise _unread(error) from error
    if not isinstance(claims, dict):
        raise _refused("claims are a map")
    return claims


def _named(claims: CborMap) -> JsonObject:
    """Return the claims both forms have by their names; null where no JSON could say the same."""
    named: JsonObject = {}
    for label, name in _NAMES.items():
        if label in claims:
            value = claims[label]
            named[name] = value if isinstance(value, str | int | float) else None
    return named


def _unread(error: CborError) -> StatusListError:
    is_large = error.failure is CborFailure.TOO_LARGE
    failure = StatusListFailure.TOO_LARGE if is_large else StatusListFailure.REFUSED
    return StatusListError(failure, error.detail)


def _refused(detail: str) -> StatusListError:
    return StatusListError(StatusListFailure.REFUSED, detail)
