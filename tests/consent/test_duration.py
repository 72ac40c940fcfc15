"""ISO 8601 durations on the calendar."""

from datetime import UTC, datetime

import pytest

from consent.forms.duration import after

NOON = datetime(2024, 2, 29, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("duration", "expected"),
    [
        ("P0D", NOON),
        ("P1M", datetime(2024, 3, 29, 12, tzinfo=UTC)),
        ("P1Y", datetime(2025, 2, 28, 12, tzinfo=UTC)),
        ("P11M", datetime(2025, 1, 29, 12, tzinfo=UTC)),
        ("P1Y2M1W3DT4H5M6S", datetime(2025, 5, 9, 16, 5, 6, tzinfo=UTC)),
        ("PT90S", datetime(2024, 2, 29, 12, 1, 30, tzinfo=UTC)),
        ("P9999Y", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("P99999999999D", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_a_duration_is_counted_on_the_calendar(duration: str, expected: datetime) -> None:
    """
    A month is a month, and the end of the calendar is an end (H96).
    """
    assert expected == after(NOON, duration)


def test_what_is_no_duration_is_a_mistake_of_ours() -> None:
    """
    Forms have read it before it comes here.
    """
    with pytest.raises(ValueError, match="ISO 8601"):
        after(NOON, "5 years")
