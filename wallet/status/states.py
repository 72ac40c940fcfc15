"""How each credential stands today: status lists fetched whole, together, and kept their ttl.

The whole list is fetched (Token Status List 12.1): its provider learns neither whose credential
is meant nor which. What cannot be asked is `unknown`, never valid.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from keys.trust_list import TrustList
from standards.status_list.bits import Status
from standards.status_list.errors import StatusListError
from standards.status_list.token import VerifiedStatusList
from wallet.errors import WalletError
from wallet.kept.holdings import HeldCredential
from wallet.outside.correspondence import Correspondent
from wallet.status.standing import SignedList, check_signer, fetch_list

# A person waits for the list of certificates: after that, "could not be asked" is shown.
FETCH_SECONDS: Final = 3.0
# How long a failure is repeated without asking again, so that no page waits for it twice.
NEGATIVE_SECONDS: Final = timedelta(seconds=10)
# A list that names no ttl is asked for again after a minute.
DEFAULT_TTL: Final = timedelta(seconds=60)
# A list may unpack to 16 MiB, and serves a hundred thousand certificates.
MAX_LISTS: Final = 64


# The rank of what does not hold, by its own word or its issuer's.
KNOWN_BAD: Final = 2


class CredentialState(StrEnum):
    """How a credential stands: its own end, then what its issuer says of it today."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    # Still genuine, but what it was made from has changed since.
    OUTDATED = "outdated"
    # Its issuer could not be asked.
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class _Kept:
    """A list as signed, None when it could not be had; either is the answer until then."""

    signed: SignedList | None
    fresh_until: datetime


class StatusLists:
    """The lists seen lately by this service, by their whole address; the oldest goes first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._fetching: dict[str, asyncio.Lock] = {}

    async def states(
        self,
        held: Sequence[HeldCredential],
        *,
        trust: TrustList,
        correspondent: Correspondent,
        now: datetime,
    ) -> Mapping[str, CredentialState]:
        """Return the state of each credential by its id; never raises for what is outside."""
        uris = {each.status.uri for each in held if each.status and not each.is_expired(now)}
        lists = await self._lists(uris, trust, correspondent, now)
        return {each.id: _state(each, lists, now) for each in held}

    def tokens(self, held: Iterable[HeldCredential]) -> tuple[str, ...]:
        """Return the lists of these credentials seen last, as signed; none is fetched."""
        uris = dict.fromkeys(each.status.uri for each in held if each.status)
        kept = (self._kept.get(uri) for uri in uris)
        return tuple(each.signed.token for each in kept if each and each.signed)

    async def _lists(
        self, uris: Iterable[str], trust: TrustList, correspondent: Correspondent, now: datetime
    ) -> Mapping[str, VerifiedStatusList | None]:
        ordered = sorted(uris)
        found = await asyncio.gather(
            *(self._list(uri, trust, correspondent, now) for uri in ordered)
        )
        return dict(zip(ordered, found, strict=True))

    async def _list(
        self, uri: str, trust: TrustList, correspondent: Correspondent, now: datetime
    ) -> VerifiedStatusList | None:
        """Return a fresh list whose signer is trusted now; many waiting for one fetch it once."""
        async with self._fetching.setdefault(uri, asyncio.Lock()):
            kept = self._kept.get(uri)
            if kept is None or kept.fresh_until <= now:
                kept = await _fetch(uri, trust, correspondent, now)
                self._keep(uri, kept)
        if kept.signed is None:
            return None
        try:
            # An anchor may have been removed since (H87).
            check_signer(kept.signed, trust, now)
        except WalletError:
            return None
        return kept.signed.statuses

    def _keep(self, uri: str, kept: _Kept) -> None:
        self._kept[uri] = kept
        self._kept.move_to_end(uri)
        while len(self._kept) > MAX_LISTS:
            oldest, _ = self._kept.popitem(last=False)
            self._fetching.pop(oldest, None)


async def _fetch(uri: str, trust: TrustList, correspondent: Correspondent, now: datetime) -> _Kept:
    try:
        async with asyncio.timeout(FETCH_SECONDS):
            signed = await fetch_list(uri, trust=trust, correspondent=correspondent, now=now)
    except (TimeoutError, WalletError):
        return _Kept(None, now + NEGATIVE_SECONDS)
    fresh_until = signed.statuses.fresh_until or now + DEFAULT_TTL
    return _Kept(signed, min(fresh_until, signed.statuses.expires_at or fresh_until))


def _state(
    credential: HeldCredential,
    lists: Mapping[str, VerifiedStatusList | None],
    now: datetime,
) -> CredentialState:
    if credential.is_expired(now):
        return CredentialState.EXPIRED
    if credential.status is None:
        return CredentialState.VALID
    statuses = lists[credential.status.uri]
    if statuses is None:
        return CredentialState.UNKNOWN
    try:
        return _said(statuses.status_at(credential.status.idx))
    except StatusListError:
        return CredentialState.UNKNOWN


def _said(status: Status) -> CredentialState:
    match status:
        case Status.VALID:
            return CredentialState.VALID
        case Status.INVALID:
            return CredentialState.REVOKED
        case Status.SUSPENDED:
            return CredentialState.SUSPENDED
        case Status.APPLICATION_SPECIFIC:
            return CredentialState.OUTDATED


def rank_of(state: CredentialState) -> int:
    """Return how well a state stands to be shown, 0 the best: valid, not known, known bad."""
    match state:
        case CredentialState.VALID:
            return 0
        case CredentialState.UNKNOWN:
            return 1
        case (
            CredentialState.REVOKED
            | CredentialState.SUSPENDED
            | CredentialState.OUTDATED
            | CredentialState.EXPIRED
        ):
            return KNOWN_BAD
