"""A desk's challenge: a code made for it answers this ``aud`` and ``nonce``, and nobody else's.

    MC1:<registration id>:<nonce, 16 octets in base64url>:<minute>

The first of two steps; the second is a shown code whose key binding has the `audience` and the
nonce. ``minute`` counts from 1970: it tells a challenge that was photographed an hour ago from the
one on the desk's screen. Nobody signs a challenge, so the id in it is a claim and no proof: what
is made for it is of use to that institution alone.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Self

from keys import base64url
from keys.errors import KeysError
from standards.shown_code.errors import ShownCodeError, ShownCodeFailure, damaged

CHALLENGE_PREFIX: Final = "MC1:"
NONCE_SIZE: Final = 16
# A few moments to choose what to show, and two clocks that differ by a minute.
CHALLENGE_TIME: Final = timedelta(minutes=5)
CLOCK_SKEW: Final = timedelta(minutes=1)
MAX_CHALLENGE: Final = 160

# What codes for nobody in particular are addressed to; a challenge's answer names the desk behind.
ANYBODY: Final = "urn:mydata:offline"

_PARTY: Final = re.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_MINUTE: Final = re.compile("[1-9][0-9]{0,9}")
_SECONDS: Final = 60
_PARTS: Final = 3


@dataclass(frozen=True, slots=True)
class Challenge:
    """What one desk shows for one answer; ``made_at`` is the beginning of its minute, in UTC."""

    party: str
    nonce: str
    made_at: datetime

    @classmethod
    def new(cls, party: str, nonce: bytes, *, now: datetime) -> Self:
        """Return a challenge of this minute; ``nonce`` is 16 fresh random octets."""
        if len(nonce) != NONCE_SIZE or not _PARTY.fullmatch(party):
            raise ValueError(f"a registration id and {NONCE_SIZE} octets are needed")
        return cls(party, base64url.encode(nonce), now.replace(second=0, microsecond=0))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a scanned text, or raise `ShownCodeError` (foreign, damaged)."""
        if not text.startswith(CHALLENGE_PREFIX):
            raise ShownCodeError(
                ShownCodeFailure.FOREIGN, f"it does not begin with {CHALLENGE_PREFIX}"
            )
        parts = text[len(CHALLENGE_PREFIX) :].split(":") if len(text) <= MAX_CHALLENGE else []
        if len(parts) != _PARTS:
            raise damaged("a registration id, a nonce and a minute were expected")
        party, nonce, minute = parts
        try:
            size = len(base64url.decode(nonce))
        except KeysError:
            size = 0
        if size != NONCE_SIZE or not _PARTY.fullmatch(party) or not _MINUTE.fullmatch(minute):
            raise damaged("a registration id, a nonce and a minute were expected")
        return cls(party, nonce, datetime.fromtimestamp(int(minute) * _SECONDS, UTC))

    @property
    def text(self) -> str:
        """What is drawn on the desk's screen."""
        minute = int(self.made_at.timestamp()) // _SECONDS
        return f"{CHALLENGE_PREFIX}{self.party}:{self.nonce}:{minute}"

    @property
    def audience(self) -> str:
        """The ``aud`` of the key binding that answers."""
        return audience_of(self.party)

    def is_open(self, now: datetime) -> bool:
        """Tell whether it may be answered now, by anybody's clock that is about right."""
        return self.made_at - CLOCK_SKEW <= now < self.made_at + CHALLENGE_TIME + CLOCK_SKEW


def audience_of(party: str) -> str:
    """Return what codes that answer this institution's challenges are addressed to."""
    return f"{ANYBODY}:{party}"
