"""When a token is good: NumericDate and the three time claims (RFC 7519 sections 2 and 4.1)."""

import math
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from keys.errors import KeysError, KeysFailure
from keys.json_value import JsonObject, JsonValue

# How far two honest clocks may differ; ± this second is still accepted.
CLOCK_SKEW = timedelta(seconds=60)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
# The end of year 9999: the last second a date can be written.
_LAST_SECOND = 253402300799


class Times(NamedTuple):
    """The time claims of a token, each None when absent."""

    exp: datetime | None
    nbf: datetime | None
    iat: datetime | None


def numeric_date(value: JsonValue) -> datetime:
    """Return the moment of a NumericDate, or raise malformed (H18).

    Whole numbers and finite decimals from 1970 to 9999; text, booleans and negatives are refused.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise KeysError(KeysFailure.MALFORMED, "a number of seconds since 1970 was expected")
    if not math.isfinite(value) or not 0 <= value <= _LAST_SECOND:
        raise KeysError(KeysFailure.MALFORMED, "a moment between 1970 and 9999 was expected")
    return datetime.fromtimestamp(value, UTC)


def seconds(moment: datetime) -> int:
    """Return ``moment`` as a NumericDate in whole seconds, rounded down.

    Not by ``timestamp()``: far from today its fraction no longer fits, and rounds up.
    """
    return (moment - _EPOCH) // _SECOND


def check_times(
    claims: JsonObject,
    *,
    now: datetime,
    skew: timedelta = CLOCK_SKEW,
    require_exp: bool = False,
    max_age: timedelta | None = None,
) -> Times:
    """Return the claims' times when ``now`` is within, or raise expired, not_yet_valid, malformed.

    ``max_age`` bounds the time since ``iat`` and makes ``iat`` required. The skew is inclusive on
    both sides: at ``exp + skew`` a token is still good, a second later it is not (H19).
    """
    exp, nbf, iat = _moment(claims, "exp"), _moment(claims, "nbf"), _moment(claims, "iat")
    if (require_exp and exp is None) or (max_age is not None and iat is None):
        raise KeysError(KeysFailure.MALFORMED, "a time claim that is needed is missing")
    if exp is not None and now - skew > exp:
        raise KeysError(KeysFailure.EXPIRED, f"good until {exp.isoformat()}")
    for start in (nbf, iat):
        if start is not None and now + skew < start:
            raise KeysError(KeysFailure.NOT_YET_VALID, f"good from {start.isoformat()}")
    if max_age is not None and iat is not None and now - skew - max_age > iat:
        raise KeysError(KeysFailure.EXPIRED, f"issued at {iat.isoformat()}, too long ago")
    return Times(exp, nbf, iat)


def skew_used(
    now: datetime, *, begins: datetime | None = None, ends: datetime | None = None
) -> timedelta:
    """Return by how much ``now`` needed the skew to be within: zero when it is within by itself.

    Positive when it comes before ``begins`` (our clock may be behind), negative when it comes
    after ``ends`` (ours may be ahead).
    """
    if begins is not None and now < begins:
        return begins - now
    if ends is not None and now > ends:
        return ends - now
    return timedelta(0)


def _moment(claims: JsonObject, name: str) -> datetime | None:
    """Return a time claim; one that is there but null is not absent, it is no number."""
    return numeric_date(claims[name]) if name in claims else None
