"""Whether a certificate still holds: its life, its places on a status list, the signed list.

Every copy of a certificate has a place of its own, drawn at random, so that neither neighbouring
numbers nor a pattern links the copies of one batch (SECURITY P3, HAIP 6.1).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from issuers.errors import IssuerError, IssuerFailure
from issuers.status.signing_keys import CertifiedSigner
from keys.entropy import Entropy
from standards.status_list.bits import Status, StatusList
from standards.status_list.cwt import issue_status_cwt
from standards.status_list.token import issue_status_token

# 2 bits for valid, invalid, suspended, outdated.
BITS = 2
# How many places a list is made with, unless an installation says otherwise: the more share a
# list, the less its address tells. A power of two lets random octets be used as they come.
LIST_SIZE = 1 << 17
# A million places with every status set still pack into what verifiers unpack
# (`standards.status_list.bits.MAX_PACKED`), and are signed within a second.
LARGEST_LIST = 1 << 20
# Half of every list stays unused: places are found quickly, and the unused ones are decoys.
FILLED = 2
# How long a fetched list counts as fresh, and as true at all (Token Status List section 5.1).
TTL = timedelta(seconds=30)
TOKEN_LIFE = timedelta(hours=1)
# A certificate past its end is refused for that, whatever its status; a day is more than any
# clock is wrong, and then the list need not carry it.
FORGET_AFTER = timedelta(days=1)

_PLACE_OCTETS = 3


class Action(StrEnum):
    """What happens to a certificate; all but OUTDATE is done to it by a clerk.

    OUTDATE comes with a change of the register: the certificate was true when it was issued, and
    the register says something else since (docs/decisions/0009-outdated.md).
    """

    REVOKE = "revoke"
    SUSPEND = "suspend"
    REINSTATE = "reinstate"
    OUTDATE = "outdate"


# What a clerk does to one certificate; the rest happens to many.
BY_CLERKS = (Action.REVOKE, Action.SUSPEND, Action.REINSTATE)
# What people read of a status.
_WORDS = {
    Status.VALID: "valid",
    Status.INVALID: "revoked",
    Status.SUSPENDED: "suspended",
    Status.APPLICATION_SPECIFIC: "outdated",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where the status of one copy is kept: the number of a list, the index in it."""

    list_number: int
    index: int


@dataclass(frozen=True, slots=True)
class ListState:
    """A status list as it is stored: ``version`` changes with every status on it.

    ``size`` is how many places it has; it never changes, for certificates point at them.
    """

    authority: str
    number: int
    version: int
    statuses: tuple[tuple[int, int], ...]
    size: int = LIST_SIZE

    def packed(self) -> StatusList:
        """Return the list as it is signed."""
        return StatusList.of(BITS, self.size, self.statuses)


@dataclass(frozen=True, slots=True)
class Standing:
    """A certificate's status, and whether the register has changed since it was issued.

    The two are apart so that a suspended certificate is not told "outdated", which sounds milder,
    and so that reinstating it does not make it as new.
    """

    status: Status
    is_outdated: bool = False

    def after(self, action: Action) -> "Standing":
        """Return the standing after ``action``.

        Raises `IssuerError`: status_final for what was revoked, which nothing brings back;
        status_unchanged for what is already so.
        """
        if self.status is Status.INVALID and action is not Action.REVOKE:
            detail = "a revoked certificate stays revoked: issue a new one"
            raise IssuerError(IssuerFailure.STATUS_FINAL, detail)
        following = self._following(action)
        if following == self:
            raise IssuerError(
                IssuerFailure.STATUS_UNCHANGED, f"it is {_WORDS[self.status]} already"
            )
        return following

    def _following(self, action: Action) -> "Standing":
        match action:
            case Action.REVOKE:
                return replace(self, status=Status.INVALID)
            case Action.SUSPEND:
                return replace(self, status=Status.SUSPENDED)
            case Action.REINSTATE:
                held = Status.APPLICATION_SPECIFIC if self.is_outdated else Status.VALID
                return replace(self, status=held)
            case Action.OUTDATE:
                is_valid = self.status is Status.VALID
                held = Status.APPLICATION_SPECIFIC if is_valid else self.status
                return Standing(held, is_outdated=True)


def draw_places(entropy: Entropy, count: int) -> tuple[int, ...]:
    """Return ``count`` random numbers of 24 bits; their remainders are places of any list.

    Some may come twice, or be taken.
    """
    octets = entropy(_PLACE_OCTETS * count)
    parts = (octets[at : at + _PLACE_OCTETS] for at in range(0, len(octets), _PLACE_OCTETS))
    return tuple(int.from_bytes(part, "big") for part in parts)


def check_size(size: int) -> int:
    """Return the size of new lists, or raise ``ValueError``: a power of two within the limits."""
    if not LIST_SIZE <= size <= LARGEST_LIST or size & (size - 1):
        raise ValueError(f"a list has {LIST_SIZE} to {LARGEST_LIST} places, a power of two")
    return size


def free_places(drawn: Iterable[int], taken: Collection[int], count: int) -> tuple[int, ...]:
    """Return the first ``count`` different places of ``drawn`` that are free, or fewer."""
    return tuple(place for place in dict.fromkeys(drawn) if place not in taken)[:count]


def signed_list(state: ListState, *, uri: str, keys: CertifiedSigner, now: datetime) -> str:
    """Return the Status List Token of a list, to be served at ``uri``."""
    return issue_status_token(
        state.packed(),
        uri=uri,
        signer=keys.signer,
        x5c=keys.x5c,
        now=now,
        exp=now + TOKEN_LIFE,
        ttl=TTL,
    )


def signed_list_cwt(state: ListState, *, uri: str, keys: CertifiedSigner, now: datetime) -> bytes:
    """Return the same token as a CWT."""
    return issue_status_cwt(
        state.packed(),
        uri=uri,
        signer=keys.signer,
        x5c=keys.x5c,
        now=now,
        exp=now + TOKEN_LIFE,
        ttl=TTL,
    )
