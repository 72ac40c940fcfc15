"""How long an order waits for its certificate, when it is not made at once."""

from datetime import timedelta
from typing import Final

from issuers.offers.offer import Entitlement
from issuers.offers.years import YEAR_ORDER_LIFE

# How long an order waits, and an approved certificate to be fetched; then the citizen asks anew.
DEFERRAL_LIFE: Final = timedelta(days=30)


def wait_of(entitlement: Entitlement) -> timedelta | None:
    """Return how long a wallet can come back for this, None for what is made at once."""
    if entitlement.year is not None:
        return YEAR_ORDER_LIFE
    return DEFERRAL_LIFE if entitlement.needs_decision else None
