from datetime import UTC, datetime, timedelta

import pytest

from keys import strict_json
from keys.errors import KeysFailure
from keys.jwt_time import check_times, numeric_date, seconds
from keys.strict_json import JsonObject, JsonValue
from tests.keys.refusal import refused

NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
AT = seconds(NOW)


@pytest.mark.parametrize(
    "value", ["1", True, None, [], {}, -1, -0.5, 2**63, 253402300800, float("inf"), float("nan")]
)
def test_a_moment_is_a_number_of_this_era(value: JsonValue) -> None:
    """
    H18: text, booleans, null, negatives and numbers beyond the year 9999 are no NumericDate.
    """
    with refused(KeysFailure.MALFORMED):
        numeric_date(value)


def test_a_number_too_large_to_read_is_refused_by_the_reader() -> None:
    """
    H18: 1e400 never becomes a moment.
    """
    with refused(KeysFailure.MALFORMED):
        strict_json.loads('{"exp":1e400}')


@pytest.mark.parametrize("value", [AT, float(AT), AT + 0.25])
def test_whole_and_decimal_seconds_are_moments(value: JsonValue) -> None:
    """
    RFC 7519 section 2: a NumericDate may have a fraction.
    """
    assert AT == seconds(numeric_date(value))


@pytest.mark.parametrize(
    ("claims", "failure"),
    [
        pytest.param({"exp": AT - 61}, KeysFailure.EXPIRED, id="exp before the skew"),
        pytest.param({"nbf": AT + 61}, KeysFailure.NOT_YET_VALID, id="nbf after the skew"),
        pytest.param({"iat": AT + 61}, KeysFailure.NOT_YET_VALID, id="iat after the skew"),
        pytest.param({"iat": AT + 3600}, KeysFailure.NOT_YET_VALID, id="iat in an hour"),
        pytest.param({"exp": None}, KeysFailure.MALFORMED, id="exp null"),
        pytest.param({"nbf": "1"}, KeysFailure.MALFORMED, id="nbf text"),
    ],
)
def test_outside_its_time_a_token_is_refused(claims: JsonObject, failure: KeysFailure) -> None:
    """
    H19: a second beyond the skew is too much, and a claim that is there must be a moment.
    """
    with refused(failure):
        check_times(claims, now=NOW)


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"exp": AT - 60},
        {"exp": AT},
        {"exp": AT + 60},
        {"nbf": AT + 60},
        {"iat": AT + 60, "nbf": 0, "exp": 253402300799},
    ],
)
def test_within_its_time_a_token_is_good(claims: JsonObject) -> None:
    """
    H19: exactly at the skew is still good, on both sides, to the end of time; not past the skew.
    """
    check_times(claims, now=NOW)

    with refused(KeysFailure.EXPIRED):
        check_times(claims | {"exp": AT - 61}, now=NOW)


def test_times_that_are_needed_must_be_there() -> None:
    """
    H19: without exp where it is needed, or iat where age counts, there is nothing to check.
    """
    with refused(KeysFailure.MALFORMED):
        check_times({"iat": AT}, now=NOW, require_exp=True)
    with refused(KeysFailure.MALFORMED):
        check_times({"exp": AT}, now=NOW, max_age=timedelta(minutes=5))


def test_age_is_counted_from_iat_and_has_the_skew_too() -> None:
    """
    A key proof five minutes and a minute old is good, a second older is expired.
    """
    age = timedelta(minutes=5)
    check_times({"iat": AT - 360}, now=NOW, max_age=age)
    with refused(KeysFailure.EXPIRED):
        check_times({"iat": AT - 361}, now=NOW, max_age=age)


def test_the_skew_is_the_callers() -> None:
    """
    With no skew the second after exp is too late.
    """
    check_times({"exp": AT}, now=NOW, skew=timedelta(0))
    with refused(KeysFailure.EXPIRED):
        check_times({"exp": AT - 1}, now=NOW, skew=timedelta(0))
