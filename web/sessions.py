"""Sessions: how long one lasts, and how it is known without being kept.

The browser keeps a random id; the database keeps its SHA-256 only, so that a copy of the database
opens no session. A new id is made at every sign-in: an id that somebody planted beforehand is
worth nothing afterwards (session fixation).
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from keys import base64url
from keys.entropy import Entropy

ID_OCTETS: Final = 32
# A counter's screen that nobody touched for half an hour stands open to the next in line.
IDLE: Final = timedelta(minutes=30)
# Longer than a working day; nobody stays signed in overnight.
ABSOLUTE: Final = timedelta(hours=12)
# Noting every look would write for every page; being a minute late shortens the idle time by 1/30.
_NOTED_EVERY: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Session:
    """One signed-in browser; ``handle`` is the hash of its id and safe to show and to log."""

    handle: str
    name: str
    begun_at: datetime
    seen_at: datetime

    @property
    def ends_at(self) -> datetime:
        """The moment it ends by itself when nothing more is done."""
        return min(self.seen_at + IDLE, self.begun_at + ABSOLUTE)


class SessionOverError(Exception):
    """The session has ended, by time or because somebody signed it out."""


def new_session_id(entropy: Entropy) -> str:
    """Return 256 random bits as text, for the cookie."""
    return base64url.encode(entropy(ID_OCTETS))


def handle_of(session_id: str) -> str:
    """Return what stands for a session in the database and in the addresses of its own pages."""
    digest = hashlib.sha256(b"mydata-session-v1" + session_id.encode()).digest()
    return base64url.encode(digest)


def check_alive(session: Session, *, now: datetime) -> None:
    """Raise ``SessionOverError`` when a session was idle too long or is too old."""
    if now >= session.ends_at:
        raise SessionOverError


def is_to_be_noted(session: Session, *, now: datetime) -> bool:
    """Tell whether this look at a page moves the idle time enough to be written down."""
    return now - session.seen_at >= _NOTED_EVERY
