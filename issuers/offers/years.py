"""Ordered now for when the year's certificates are made (연간 발급 신청).

A tax service gives its certificates out once a year. Who orders one for then has a wallet prove
its keys today; the job of that kind and year signs for them (`issuers.issuance.bulk`), and the
wallet fetches what was signed. Such an order is about the applicant alone, needs no officer, and
is decided by the record as it is on the day of the job.
"""

from datetime import date, timedelta
from typing import Any, Final

from issuers.certificate.approval import needs_approval
from issuers.certificate.kind import Kind
from issuers.errors import IssuerError, IssuerFailure
from issuers.offers.offer import Order

# From an order on the first day of a year to the last job of it, and a month to fetch.
YEAR_ORDER_LIFE: Final = timedelta(days=400)
# How long signed copies are kept, sealed, for a wallet that does not come.
COPIES_LIFE: Final = timedelta(days=30)
# Nobody waits before a screen for the year's end. In seconds.
_SOONEST, _LATEST = 300, 24 * 3600
# A wallet asks about ten times while the time it has waited doubles.
_PART: Final = 10


def years_open(today: date) -> tuple[int, int]:
    """Return the years a certificate can be ordered for on a day."""
    return today.year, today.year + 1


def check_year(kind: Kind[Any], order: Order, *, today: date) -> None:
    """Return when the order names no year, or one it can be for, or raise `IssuerError`.

    malformed: another year, a kind that no year's job issues, an order about somebody else, under
    a mandate or a view, or one that an officer decides about.
    """
    if order.year is None:
        return
    if not kind.is_yearly:
        raise _malformed("this kind is not made once a year: order it for now")
    if order.year not in years_open(today):
        raise _malformed("order for this year or the next")
    is_decided = needs_approval(kind.approval, order.view, ordered=order.needs_decision)
    if order.about not in {"", order.citizen} or order.mandate or order.view or is_decided:
        raise _malformed("an order for a year is for oneself, and no officer decides about it")


def year_interval(waited: timedelta) -> int:
    """Return how many seconds a wallet waits before it asks again: a day at most."""
    return max(_SOONEST, min(int(waited.total_seconds()) // _PART, _LATEST))


def _malformed(detail: str) -> IssuerError:
    return IssuerError(IssuerFailure.MALFORMED, detail)
