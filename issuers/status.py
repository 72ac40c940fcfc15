"""Whether a certificate still holds: its life, its places on a status list, the signed list.

Every copy of a certificate has a place of its own, drawn at random, so that neither neighbouring
numbers nor a pattern links the copies of one batch (SECURITY P3, HAIP 6.1).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from issuers.errors import IssuerError, IssuerFailure
from issuers.signing_keys import CertifiedSigner
from keys.entropy import Entropy
from standards.status_list.bits import Status, StatusList
from standards.status_list.token import issue_status_token

# 2 bits for valid, invalid, suspended. A power of two lets random octets be used as they come.
BITS = 2
LIST_SIZE = 1 << 17
# Half of every list stays unused: places are found quickly, and the unused ones are decoys.
LIST_FILL = LIST_SIZE // 2
# How long a fetched list counts as fresh, and as true at all (Token Status List section 5.1).
TTL = timedelta(seconds=30)
TOKEN_LIFE = timedelta(hours=1)

_PLACE_OCTETS = 3


class Action(StrEnum):
    """What an operator can do to a certificate."""

    REVOKE = "revoke"
    SUSPEND = "suspend"
    REINSTATE = "reinstate"


_AFTER = {
    Action.REVOKE: Status.INVALID,
    Action.SUSPEND: Status.SUSPENDED,
    Action.REINSTATE: Status.VALID,
}
# What operators read.
WORDS = {Status.VALID: "valid", Status.INVALID: "revoked", Status.SUSPENDED: "suspended"}


@dataclass(frozen=True, slots=True)
class ListState:
    """A status list as it is stored: ``version`` changes with every status on it."""

    authority: str
    number: int
    version: int
    statuses: tuple[tuple[int, Status], ...]


def next_status(current: Status, action: Action) -> Status:
    """Return the status after ``action``.

    Raises `IssuerError`: status_final for what was revoked, which nothing brings back;
    status_unchanged for what is already so.
    """
    after = _AFTER[action]
    if after is current:
        raise IssuerError(IssuerFailure.STATUS_UNCHANGED, f"it is {WORDS[current]} already")
    if current is Status.INVALID:
        detail = "a revoked certificate stays revoked: issue a new one"
        raise IssuerError(IssuerFailure.STATUS_FINAL, detail)
    return after


def draw_places(entropy: Entropy, count: int) -> tuple[int, ...]:
    """Return ``count`` random places, perhaps some of them twice or taken."""
    octets = entropy(_PLACE_OCTETS * count)
    parts = (octets[at : at + _PLACE_OCTETS] for at in range(0, len(octets), _PLACE_OCTETS))
    return tuple(int.from_bytes(part, "big") % LIST_SIZE for part in parts)


def free_places(drawn: Iterable[int], taken: Collection[int], count: int) -> tuple[int, ...]:
    """Return the first ``count`` different places of ``drawn`` that are free, or fewer."""
    return tuple(place for place in dict.fromkeys(drawn) if place not in taken)[:count]


def signed_list(state: ListState, *, uri: str, keys: CertifiedSigner, now: datetime) -> str:
    """Return the Status List Token of a list, to be served at ``uri``."""
    return issue_status_token(
        StatusList.of(BITS, LIST_SIZE, state.statuses),
        uri=uri,
        signer=keys.signer,
        x5c=keys.x5c,
        now=now,
        exp=now + TOKEN_LIFE,
        ttl=TTL,
    )
