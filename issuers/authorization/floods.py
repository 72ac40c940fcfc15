"""How often an authorization server is asked, and what may wait there, before it says "later".

Whoever is proven is counted by itself: a wallet's instance, or the client that has none. Network
addresses are counted too, but many honest wallets may share one: it takes far more there, and one
code that fails again and again is stopped long before, so that it stops nobody else. Guesses at a
transaction code are counted with the code (`issuers.authorization.redeeming`).
"""

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import assert_never

from issuers.authorization.grants import Sender
from issuers.errors import IssuerError, IssuerFailure
from issuers.numbers.codes import at_rest
from standards.oauth.error_response import OAuthErrorCode, OAuthRequestError
from standards.openid4vci.token import (
    AuthorizationCodeRequest,
    PreAuthorizedCodeRequest,
    RefreshRequest,
    TokenRequest,
)

# A person's wallet asks for one paper at a time; whatever it forgot has ended in five minutes.
OPEN_PER_INSTANCE = 100
# A whole country's wallet at its peak leaves some thousand undecided in five minutes.
OPEN_PER_CLIENT = 10_000

WINDOW = timedelta(minutes=1)
# An office, a school or a mobile network shares an address: ten a second.
ASKED_PER_ADDRESS = 600
FAILED_PER_ADDRESS = 120
# A wallet that tries again every second is broken, or is no wallet.
# The five guesses at a transaction code, and a bad line.
FAILED_PER_CODE = 10
FAILED_PER_INSTANCE = 60
FAILED_PER_CLIENT = 1200
# Whom a process remembers at once; of more, those whose window began first are forgotten.
REMEMBERED = 10_000

# How a wallet begins (RFC 9449 section 8, attestation draft 07 section 8): no failure.
_BEGINNINGS = frozenset({OAuthErrorCode.USE_DPOP_NONCE, OAuthErrorCode.USE_ATTESTATION_CHALLENGE})
# Who is told to wait is not counted once more, here or for the address it shares.
_STOPPED = frozenset({IssuerFailure.TOO_MANY_REQUESTS})
# The part of an address of version 6 that one subscriber has.
_SUBSCRIBER = 64


@dataclass(frozen=True, slots=True)
class Pending:
    """The undecided requests of one instance and of its client, and when the first one ends."""

    of_instance: int
    of_client: int
    first_ends: datetime | None


def check_pending(pending: Pending, *, now: datetime) -> None:
    """Return when one more request may wait, or raise `IssuerError` (too_many_requests)."""
    if pending.of_instance >= OPEN_PER_INSTANCE or pending.of_client >= OPEN_PER_CLIENT:
        raise too_many((pending.first_ends or now + WINDOW) - now)


class Counts:
    """How often each caller did something within its minute; this process's memory alone."""

    def __init__(self, remembered: int = REMEMBERED) -> None:
        self._remembered = remembered
        self._counted: OrderedDict[str, tuple[datetime, int]] = OrderedDict()

    def check(self, caller: str, limit: int, now: datetime) -> None:
        """Return when the caller may go on, or raise `IssuerError` (too_many_requests)."""
        ends, count = self._counted.get(caller, (now, 0))
        if now < ends and count >= limit:
            raise too_many(ends - now)

    def add(self, caller: str, now: datetime) -> None:
        """Count one more; a minute that is over begins anew."""
        ends, count = self._counted.get(caller, (now, 0))
        if now < ends:
            self._counted[caller] = (ends, count + 1)
            return
        # At the end again: those at the front began first.
        self._counted.pop(caller, None)
        self._counted[caller] = (now + WINDOW, 1)
        if len(self._counted) > self._remembered:
            self._counted.popitem(last=False)


class Floods:
    """Who asked too often, at every authority's endpoints together."""

    def __init__(self) -> None:
        self._asked = Counts()
        self._failed = Counts()

    def ask(self, address: str, now: datetime) -> None:
        """Count a request from an address, or raise `IssuerError` (too_many_requests)."""
        caller = subscriber(address)
        if caller is not None:
            self._asked.check(caller, ASKED_PER_ADDRESS, now)
            self._asked.add(caller, now)

    def from_address(self, address: str, now: datetime) -> "Attempt":
        """Return what counts an address's failures."""
        return Attempt(self._failed, subscriber(address), FAILED_PER_ADDRESS, now)

    def with_code(self, address: str, request: TokenRequest, now: datetime) -> "Attempt":
        """Return what counts the failures of one code, or refresh token, from an address."""
        caller = subscriber(address)
        known = None if caller is None else f"{caller} {at_rest(_code_in(request)).hex()}"
        return Attempt(self._failed, known, FAILED_PER_CODE, now)

    def by(self, authority: str, sender: Sender, now: datetime) -> "Attempt":
        """Return what counts a proven sender's failures at an authority; nobody's are not."""
        if sender.client_id is None:
            return Attempt(self._failed, None, 0, now)
        caller = f"{authority} {sender.client_id} {sender.instance_jkt}"
        is_one = sender.instance_jkt is not None
        limit = FAILED_PER_INSTANCE if is_one else FAILED_PER_CLIENT
        return Attempt(self._failed, caller, limit, now)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try of a caller, None for one who cannot be told from others."""

    counts: Counts
    caller: str | None
    limit: int
    now: datetime

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Let a try be made, and count it when it is refused.

        Raises `IssuerError` (too_many_requests) before it is looked at.
        """
        if self.caller is None:
            yield
            return
        self.counts.check(self.caller, self.limit, self.now)
        try:
            yield
        except IssuerError as error:
            if error.failure not in _STOPPED:
                self.counts.add(self.caller, self.now)
            raise
        except OAuthRequestError as error:
            if error.code not in _BEGINNINGS:
                self.counts.add(self.caller, self.now)
            raise


def subscriber(address: str) -> str | None:
    """Return what an address is counted under, None for one that tells nothing.

    Behind a proxy on this machine everybody has the loopback address: there the proxy counts.
    """
    try:
        found = ip_address(address)
    except ValueError:
        return None
    if isinstance(found, IPv6Address):
        found = found.ipv4_mapped or found
    if found.is_loopback:
        return None
    if isinstance(found, IPv6Address):
        return str(ip_network((int(found), _SUBSCRIBER), strict=False))
    return str(found)


def _code_in(request: TokenRequest) -> str:
    match request:
        case PreAuthorizedCodeRequest():
            return request.pre_authorized_code
        case AuthorizationCodeRequest():
            return request.code
        case RefreshRequest():
            return request.refresh_token
        case _:
            assert_never(request)


def too_many(wait: timedelta) -> IssuerError:
    """Return the one error for whoever asks too often, or leaves too much behind."""
    detail = "too many requests: wait, and try again"
    return IssuerError(IssuerFailure.TOO_MANY_REQUESTS, detail, retry_after=wait)
