"""What each role finds at the top of every page."""

from dataclasses import dataclass
from typing import Final

from web.people import PersonRole


@dataclass(frozen=True, slots=True)
class Stop:
    """One place to go to; ``text`` names the words in the texts of ``web``."""

    href: str
    text: str


_STOPS: Final = {
    PersonRole.CITIZEN: (
        Stop("/wallet", "nav_wallet"),
        Stop("/issuers", "nav_receive"),
        Stop("/wallet/history", "nav_history"),
        Stop("/issuers/notices", "nav_notices"),
    ),
    PersonRole.OFFICER: (
        Stop("/issuers/desk", "nav_desk"),
        Stop("/issuers/desk/book", "nav_book"),
    ),
    PersonRole.INSTITUTION: (
        Stop("/verifiers", "nav_check"),
        Stop("/verifiers/scan", "nav_scan"),
        Stop("/verifiers/checks", "nav_checks"),
    ),
    PersonRole.AUDITOR: (
        Stop("/consent", "nav_record"),
        Stop("/consent/verify", "nav_verify"),
    ),
}


def stops_of(role: PersonRole) -> tuple[Stop, ...]:
    """Return a role's places in the order they are shown; the first is where sign-in leads."""
    return _STOPS[role]


def home_of(role: PersonRole) -> str:
    """Return the page a role begins at."""
    return _STOPS[role][0].href
