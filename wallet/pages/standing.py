"""How a certificate stands today, in the tones and words of a card; unknown is never green."""

from dataclasses import dataclass
from datetime import datetime

from wallet.status.freshness import ENDS_SOON
from wallet.status.states import CredentialState


@dataclass(frozen=True, slots=True)
class Standing:
    """``tone`` and ``sign`` as the kit's verdict takes them; ``text`` names the room's words.

    ``days`` are the days left where the words say so.
    """

    tone: str
    sign: str
    text: str
    days: int = 0


def standing_of(state: CredentialState, expires_at: datetime | None, now: datetime) -> Standing:
    """Return how a certificate of this state stands at ``now``."""
    match state:
        case CredentialState.VALID:
            return _valid(expires_at, now)
        case CredentialState.EXPIRED:
            return Standing("no", "✕", "state_expired")
        case CredentialState.REVOKED:
            return Standing("no", "✕", "state_revoked")
        case CredentialState.SUSPENDED:
            return Standing("wait", "!", "state_suspended")
        case CredentialState.OUTDATED:
            return Standing("wait", "!", "state_outdated")
        case CredentialState.UNKNOWN:
            return Standing("wait", "?", "state_unknown")


def _valid(expires_at: datetime | None, now: datetime) -> Standing:
    if expires_at is None or expires_at - now > ENDS_SOON:
        return Standing("yes", "✓", "state_valid")
    days = max((expires_at - now).days, 0)
    return Standing("wait", "!", "state_ends_soon" if days else "state_ends_today", days=days)
