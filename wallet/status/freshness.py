"""What a certificate needs before anybody notices: by its end, its standing and its copies."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from wallet.kept.holdings import HeldCredential
from wallet.status.states import CredentialState

# The government's own portal reminds a week before.
ENDS_SOON: Final = timedelta(days=7)
# Fewer than one in so many copies unshown: time for new ones.
_COPIES_PART: Final = 3


class Due(StrEnum):
    """Why a certificate is to be renewed; the first that applies is told."""

    EXPIRED = "expired"
    OUTDATED = "outdated"
    ENDS_SOON = "ends_soon"
    COPIES = "copies"


@dataclass(frozen=True, slots=True)
class Freshness:
    """How fresh a certificate is: ``due`` None needs nothing.

    ``days`` are the whole days left, None without an end; ``unshown`` of ``copies`` were never
    shown to anybody. ``is_renewable`` tells that its issuer gives another one without the holder
    signing in.
    """

    due: Due | None
    days: int | None
    unshown: int
    copies: int
    is_renewable: bool


def freshness_of(credential: HeldCredential, state: CredentialState, now: datetime) -> Freshness:
    """Return how fresh a certificate of this state is at ``now``; what was taken back needs none.

    A certificate that came in one copy is shown again and again, so none of it runs out.
    """
    copies = credential.copies
    unshown = sum(1 for copy in copies if copy.uses == 0)
    ends = credential.expires_at
    return Freshness(
        due=_due(credential, state, unshown, now),
        days=None if ends is None else max((ends - now).days, 0),
        unshown=unshown,
        copies=len(copies),
        is_renewable=credential.renewal is not None and state not in _TAKEN_BACK,
    )


_TAKEN_BACK: Final = frozenset({CredentialState.REVOKED, CredentialState.SUSPENDED})


def _due(
    credential: HeldCredential, state: CredentialState, unshown: int, now: datetime
) -> Due | None:
    count, ends = len(credential.copies), credential.expires_at
    if state in _TAKEN_BACK:
        return None
    if credential.is_expired(now):
        return Due.EXPIRED
    if state is CredentialState.OUTDATED:
        return Due.OUTDATED
    if ends is not None and ends - now <= ENDS_SOON:
        return Due.ENDS_SOON
    if count > 1 and unshown * _COPIES_PART <= count:
        return Due.COPIES
    return None
