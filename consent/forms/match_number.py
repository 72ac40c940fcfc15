"""The number on both screens: two digits of a request, shown by the desk, picked by the holder.

Whoever stands at a counter may have scanned another code than the desk's: one stuck over it, one
of the next desk. The desk shows the number of its own question; the holder's wallet shows three
and sends only when the desk's is picked. Both are computed from the request's nonce, so no word
of either side is needed:

    SHA-256("mydata-match-v1" || nonce), as one number in base 100, its last digit first
    numbers = the first three different digits; the request's own is the first of them
    all three are shown in ascending order, each as two decimal digits

It is no defence against a registered party that watches the desk's screen and makes requests until
one has its number (docs/threat-model.md).
"""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Final, Self

from consent.forms.offer import SharingFlow, TermsOffer

_CONTEXT: Final = b"mydata-match-v1"
_RANGE: Final = 100
SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class MatchNumber:
    """The ``number`` of a request, and the ``choices`` it stands among, in ascending order."""

    number: str
    choices: tuple[str, ...]

    @classmethod
    def of(cls, nonce: str) -> Self:
        """Return the number of the request with this nonce; the same on every screen."""
        rest = int.from_bytes(hashlib.sha256(_CONTEXT + nonce.encode()).digest())
        found: list[str] = []
        while len(found) < SHOWN:
            rest, digit = divmod(rest, _RANGE)
            if f"{digit:02}" not in found:
                found.append(f"{digit:02}")
        return cls(found[0], tuple(sorted(found)))

    def is_picked(self, number: str) -> bool:
        """Tell whether what somebody read from the desk's screen is this request's number."""
        return hmac.compare_digest(self.number.encode(), number.encode())


def match_number(nonce: str, offer: TermsOffer | None) -> MatchNumber | None:
    """Return the number of a request at a counter, None where nobody stands before a screen."""
    if offer is None or offer.flow is not SharingFlow.COUNTER:
        return None
    return MatchNumber.of(nonce)
