"""The Status List Token in JWT form: issue it, and verify it before asking it (§5.1, §8.3)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from keys import jws, jwt_time, strict_json
from keys.errors import KeysError, KeysFailure
from keys.jws import UnverifiedJws
from keys.signer import Signer
from keys.strict_json import JsonObject, JsonValue
from keys.verification_key import VerificationKey
from standards.status_list.bits import MAX_PACKED, Status, StatusList
from standards.status_list.errors import StatusListError, StatusListFailure

TYP = "statuslist+jwt"
MEDIA_TYPE = "application/statuslist+jwt"
# The packed list is written in base64url twice, each time a third longer; the rest is small.
MAX_TOKEN = MAX_PACKED * 16 // 9 + 64 * 1024


@dataclass(frozen=True, slots=True)
class VerifiedStatusList:
    """A list as its provider signed it; only the verifying of a token makes it.

    After ``expires_at`` it must not be relied on (§13.7); after ``fresh_until`` a new one should
    be fetched (§8.2). None means that the provider said nothing.
    """

    uri: str
    issued_at: datetime
    expires_at: datetime | None
    fresh_until: datetime | None
    statuses: StatusList

    def status_at(self, index: int) -> Status:
        """Return the status of one credential, or raise: out of range, or no known status."""
        return self.statuses.status_at(index)


def issue_status_token(
    statuses: StatusList,
    *,
    uri: str,
    signer: Signer,
    x5c: Sequence[str],
    now: datetime,
    exp: datetime,
    ttl: timedelta,
) -> str:
    """Return the signed token of a list; ``uri`` is its address, ``x5c`` the signer's chain.

    ``exp`` is when it must no longer be relied on, ``ttl`` how long a copy is fresh (1 s or more).
    """
    claims: JsonObject = {
        "sub": uri,
        "iat": jwt_time.seconds(now),
        "exp": jwt_time.seconds(exp),
        "ttl": int(ttl.total_seconds()),
        "status_list": statuses.as_dict(),
    }
    header: JsonObject = {"typ": TYP, "x5c": [*x5c]}
    return jws.sign(header, strict_json.dumps(claims), signer)


def parse_status_token(token: str) -> UnverifiedJws:
    """Return a token's parts, for finding its key; raises too_large or refused."""
    try:
        return jws.parse(token, limit=MAX_TOKEN)
    except KeysError as error:
        raise _refused(error) from error


def verify_status_token(
    token: UnverifiedJws, key: VerificationKey, *, expected_uri: str, now: datetime
) -> VerifiedStatusList:
    """Return the list a credential points at with ``expected_uri``, or raise (§8.3 steps 3, 4).

    Fetch it only for a credential that has passed all other checks (§8.3 step 1).
    """
    if token.typ != TYP:
        raise StatusListError(StatusListFailure.WRONG_TYP, f"typ {TYP} was expected")
    try:
        claims = jws.verify(token, key, expected_typ=TYP).claims(limit=MAX_TOKEN)
    except KeysError as error:
        raise _refused(error) from error
    return verified_list(
        claims,
        lambda: StatusList.parse(claims.get("status_list")),
        expected_uri=expected_uri,
        now=now,
    )


def verified_list(
    claims: JsonObject,
    read: Callable[[], StatusList],
    *,
    expected_uri: str,
    now: datetime,
) -> VerifiedStatusList:
    """Return the list of a token whose signature was checked, or raise (§8.3 step 4).

    Times and subject are the same in both forms of the token; ``read`` unpacks the list, once they
    are right.
    """
    try:
        jwt_time.check_times(claims, now=now)
        issued_at = jwt_time.numeric_date(claims.get("iat"))
        expires_at = jwt_time.numeric_date(claims["exp"]) if "exp" in claims else None
        fresh_until = _fresh_until(claims["ttl"], now) if "ttl" in claims else None
    except KeysError as error:
        raise _refused(error) from error
    if claims.get("sub") != expected_uri:
        raise StatusListError(StatusListFailure.WRONG_SUBJECT, "the list of another address")
    return VerifiedStatusList(
        uri=expected_uri,
        issued_at=issued_at,
        expires_at=expires_at,
        fresh_until=fresh_until,
        statuses=read(),
    )


def _fresh_until(ttl: JsonValue, now: datetime) -> datetime:
    """Return when a copy verified ``now`` grows stale; `ttl` is a positive number (§5.1)."""
    if isinstance(ttl, bool) or not isinstance(ttl, int | float) or ttl <= 0:
        raise KeysError(KeysFailure.MALFORMED, "ttl is a positive number of seconds")
    return jwt_time.numeric_date(jwt_time.seconds(now) + ttl)


_FAILURES = {
    KeysFailure.TOO_LARGE: StatusListFailure.TOO_LARGE,
    KeysFailure.SIGNATURE_INVALID: StatusListFailure.SIGNATURE_INVALID,
    KeysFailure.EXPIRED: StatusListFailure.EXPIRED,
    KeysFailure.NOT_YET_VALID: StatusListFailure.NOT_YET_VALID,
}


def _refused(error: KeysError) -> StatusListError:
    failure = _FAILURES.get(error.failure, StatusListFailure.REFUSED)
    return StatusListError(failure, error.detail)
