"""What each role finds at the top of every page."""

from dataclasses import dataclass
from typing import Final

from web.own_path import START
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
        Stop("/issuers/desk/queue", "nav_queue"),
        Stop("/issuers/desk/book", "nav_book"),
        Stop("/issuers/desk/accesses", "nav_accesses"),
        Stop("/issuers/desk/readiness", "nav_readiness"),
    ),
    PersonRole.INSTITUTION: (
        Stop("/verifiers", "nav_check"),
        Stop("/verifiers/scan", "nav_scan"),
        Stop("/verifiers/checks", "nav_checks"),
        Stop("/verifiers/owed", "nav_owed"),
    ),
    PersonRole.CUSTODIAN: (Stop("/verifiers/originals", "nav_originals"),),
    PersonRole.AUDITOR: (
        Stop("/consent", "nav_record"),
        Stop("/consent/verify", "nav_verify"),
        Stop("/verifiers/unsettled", "nav_unsettled"),
    ),
}


EVERY_ROOM: Final = frozenset({"issuers", "wallet", "verifiers", "consent"})


def stops_of(role: PersonRole, rooms: frozenset[str] = EVERY_ROOM) -> tuple[Stop, ...]:
    """Return a role's places in the rooms that are served, in the order they are shown."""
    return tuple(stop for stop in _STOPS[role] if stop.href.split("/")[1] in rooms)


def home_of(role: PersonRole, rooms: frozenset[str] = EVERY_ROOM) -> str:
    """Return the page a role begins at; the start page where nothing of the role is served."""
    stops = stops_of(role, rooms)
    return stops[0].href if stops else START
