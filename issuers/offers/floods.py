"""How many offers may wait at once: enough for any counter, too few for a flood (H51).

Only open offers count, so whoever issues quickly is never stopped; what nobody redeems is gone
after ten minutes, and the clerk can go on.
"""

from dataclasses import dataclass
from datetime import datetime

from issuers.clerks import ONLINE
from issuers.errors import IssuerError, IssuerFailure
from issuers.offers.offer import OFFER_LIFE

# A clerk at a counter hands out one a minute; a program that serves a queue, some hundred.
OPEN_PER_CLERK = 1000
# Without an officer the applicant is counted: a household's papers, some of them twice.
OPEN_PER_APPLICANT = 50


@dataclass(frozen=True, slots=True)
class Waiting:
    """The open offers of one clerk or applicant: how many, and when the first one ends."""

    count: int
    first_ends: datetime | None


def check_flood(officer: str, waiting: Waiting, *, now: datetime) -> None:
    """Return when one more offer may wait, or raise `IssuerError` (too_many_offers)."""
    limit = OPEN_PER_APPLICANT if officer == ONLINE.name else OPEN_PER_CLERK
    if waiting.count < limit:
        return
    ends = waiting.first_ends or now + OFFER_LIFE
    raise IssuerError(
        IssuerFailure.TOO_MANY_OFFERS,
        f"{limit} offers wait for a wallet: have some redeemed, or wait until one ends",
        retry_after=ends - now,
    )
