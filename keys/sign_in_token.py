"""Tokens by which this service knows its own operators and holders (JWT, HS256).

They never leave the service that made them, so one shared secret is enough; everything that
strangers verify is signed by a key pair instead.
"""

from datetime import datetime, timedelta
from typing import Final

import jwt

from keys import base64url, strict_json
from keys.errors import KeysError, KeysFailure
from keys.json_value import JsonObject
from keys.jwt_time import check_times, seconds

# RFC 7518 section 3.2: a key at least as long as the hash.
SECRET_OCTETS = 32
TOKEN_LIMIT = 2048

_ALGORITHM: Final = "HS256"
_TYP: Final = "mydata-sign-in+jwt"
# Time is judged by check_times with the caller's clock; the library would read the system's.
_READER: Final = jwt.PyJWT({"verify_exp": False, "verify_iat": False, "verify_nbf": False})


def issue_token(
    secret: bytes, subject: str, role: str, *, now: datetime, lifetime: timedelta
) -> str:
    """Return a token that says ``subject`` acts as ``role`` until ``now + lifetime``."""
    _check_secret(secret)
    claims = {
        "sub": subject,
        "role": role,
        "iat": seconds(now),
        "exp": seconds(now + lifetime),
    }
    return jwt.encode(claims, secret, algorithm=_ALGORITHM, headers={"typ": _TYP})


def verify_token(secret: bytes, token: str, *, expected_role: str, now: datetime) -> str:
    """Return the subject of a token made with ``secret`` for ``expected_role``, or raise.

    No skew: one clock issues and checks.
    """
    _check_secret(secret)
    claims = _verified_claims(secret, token)
    check_times(claims, now=now, skew=timedelta(0), require_exp=True)
    subject, role = claims.get("sub"), claims.get("role")
    if not (isinstance(subject, str) and isinstance(role, str)):
        raise KeysError(KeysFailure.MALFORMED, "sub and role are text")
    if role != expected_role:
        raise KeysError(KeysFailure.ROLE_MISMATCH, f"role {expected_role} was expected")
    return subject


def _check_secret(secret: bytes) -> None:
    if len(secret) < SECRET_OCTETS:
        raise ValueError(f"a sign-in secret has at least {SECRET_OCTETS} octets")


def _verified_claims(secret: bytes, token: str) -> JsonObject:
    if len(token) > TOKEN_LIMIT:
        raise KeysError(KeysFailure.TOO_LARGE, f"a token of at most {TOKEN_LIMIT} expected")
    # The library reads headers without a bound on depth, and base64 with more than one spelling:
    # ours reads first.
    octets = [base64url.decode(part) for part in token.split(".")]
    header = strict_json.loads_object(octets[0])
    if header.get("typ") != _TYP:
        raise KeysError(KeysFailure.TYPE_MISMATCH, f"typ {_TYP} was expected")
    try:
        claims: JsonObject = _READER.decode(token, secret, algorithms=[_ALGORITHM])
    except jwt.InvalidTokenError:
        raise KeysError(KeysFailure.SIGNATURE_INVALID, "not a token of this service") from None
    return claims
