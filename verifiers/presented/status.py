"""Whether certificates still hold: status lists fetched once, kept no longer than they say.

Token Status List 8.2, 8.3, 13.7: ``ttl`` says when to fetch again, ``exp`` when not to rely on a
list at all. Whatever cannot be asked is "could not check", never "valid" (H55).
"""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol, assert_never

from keys.errors import KeysError
from keys.trust_list import TrustList
from keys.x509 import Role, ValidatedChain, parse_x5c, validate_chain
from standards.status_list.bits import Status
from standards.status_list.errors import StatusListError, StatusListFailure
from standards.status_list.reference import StatusReference
from standards.status_list.token import (
    VerifiedStatusList,
    parse_status_token,
    verify_status_token,
)
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.presented.requirements import StatusGrace
from verifiers.presented.verified import CredentialStatus

# A person is waiting at a desk: after that, "could not check" is the better answer.
FETCH_SECONDS: Final = 5.0
# How long "could not check" is repeated without asking again (SECURITY T19: at most 60 s).
NEGATIVE_SECONDS: Final = timedelta(seconds=10)
# A list that names no ttl is asked for again after a minute: revocation should be seen soon.
DEFAULT_TTL: Final = timedelta(seconds=60)
# Every authority has one list per hundred thousand certificates; a list may unpack to 16 MiB.
MAX_LISTS: Final = 64


class StatusTokens(Protocol):
    """Where status list tokens come from."""

    async def fetch(self, uri: str) -> str:
        """Return the token at this very address, or raise STATUS_UNREACHABLE."""
        ...


@dataclass(frozen=True, slots=True)
class CheckedStatus:
    """How a certificate stands, and the list that says so; None where it names none."""

    status: CredentialStatus
    listed: VerifiedStatusList | None = None


@dataclass(frozen=True, slots=True)
class _Kept:
    """A verified list, the chain that signed it, when it came, and until when it is fresh."""

    statuses: VerifiedStatusList
    chain: tuple[bytes, ...]
    fetched_at: datetime
    fresh_until: datetime


@dataclass(frozen=True, slots=True)
class _Failed:
    """A list that could not be had, until when that is taken for its answer, and the last one."""

    failure: Failure
    fresh_until: datetime
    last: _Kept | None = None


class StatusLists:
    """The lists seen lately, by their whole address; the least lately used goes first."""

    def __init__(self, tokens: StatusTokens) -> None:
        self._tokens = tokens
        self._kept: OrderedDict[str, _Kept | _Failed] = OrderedDict()
        self._fetching: dict[str, asyncio.Lock] = {}

    async def check(
        self,
        reference: StatusReference | None,
        *,
        trust: TrustList,
        now: datetime,
        grace: StatusGrace | None = None,
    ) -> CheckedStatus:
        """Return when the certificate holds, else raise why not, or why it cannot be told.

        With ``grace``, the last list seen answers for one that cannot be fetched.
        """
        if reference is None:
            return CheckedStatus(CredentialStatus.NOT_LISTED)
        kept, is_last = await self._list(reference.uri, trust, now, grace)
        try:
            status = kept.statuses.status_at(reference.idx)
        except StatusListError as error:
            raise VerifierError(_failure(error)) from error
        match status:
            case Status.VALID:
                told = CredentialStatus.VALID_AT_LAST if is_last else CredentialStatus.VALID
                return CheckedStatus(told, kept.statuses)
            case Status.INVALID:
                raise VerifierError(Failure.CREDENTIAL_REVOKED)
            case Status.SUSPENDED:
                raise VerifierError(Failure.CREDENTIAL_SUSPENDED)
            case Status.APPLICATION_SPECIFIC:
                raise VerifierError(Failure.CREDENTIAL_OUTDATED)
            case _:
                assert_never(status)

    async def _list(
        self, uri: str, trust: TrustList, now: datetime, grace: StatusGrace | None
    ) -> tuple[_Kept, bool]:
        """Return a list whose signer is trusted now, and whether it is only the last one seen.

        Many waiting for one fetch it once.
        """
        async with self._fetching.setdefault(uri, asyncio.Lock()):
            kept = self._kept.get(uri)
            if kept is None or kept.fresh_until <= now:
                kept = await self._fetch(uri, trust, now)
                self._keep(uri, kept)
        match kept:
            case _Failed(failure=failure, last=last):
                if last is None or not _is_within(grace, kept, last, now):
                    raise VerifierError(failure)
                found, is_last = last, True
            case _Kept():
                found, is_last = kept, False
            case _:
                assert_never(kept)
        # An anchor may have been removed since (H87); the validation itself is cached.
        _trusted(found.chain, trust, now)
        return found, is_last

    async def _fetch(self, uri: str, trust: TrustList, now: datetime) -> _Kept | _Failed:
        try:
            async with asyncio.timeout(FETCH_SECONDS):
                token = await self._tokens.fetch(uri)
            return _verified(token, uri, trust, now)
        except TimeoutError:
            failure = Failure.STATUS_UNREACHABLE
        except VerifierError as error:
            failure = error.failure
        return _Failed(failure, now + NEGATIVE_SECONDS, self._last(uri))

    def _last(self, uri: str) -> _Kept | None:
        before = self._kept.get(uri)
        return before.last if isinstance(before, _Failed) else before

    def _keep(self, uri: str, kept: _Kept | _Failed) -> None:
        self._kept[uri] = kept
        self._kept.move_to_end(uri)
        while len(self._kept) > MAX_LISTS:
            oldest, _ = self._kept.popitem(last=False)
            self._fetching.pop(oldest, None)


def _is_within(grace: StatusGrace | None, failed: _Failed, last: _Kept, now: datetime) -> bool:
    """Tell whether the last list still answers: it could not be fetched, and is not too old.

    A list that came and does not verify is no reason to believe an older one.
    """
    if grace is None or failed.failure is not Failure.STATUS_UNREACHABLE:
        return False
    ends = last.statuses.expires_at
    return now - last.fetched_at <= grace.period and (ends is None or now < ends)


def _verified(token: str, uri: str, trust: TrustList, now: datetime) -> _Kept:
    """Return the list in a token signed by a trusted status provider (8.3 steps 2 to 4)."""
    try:
        unverified = parse_status_token(token)
        chain = parse_x5c(unverified.header.get("x5c"))
        signer = _trusted(chain, trust, now)
        statuses = verify_status_token(unverified, signer.leaf_key, expected_uri=uri, now=now)
    except StatusListError as error:
        raise VerifierError(_failure(error)) from error
    except KeysError as error:
        raise VerifierError(Failure.STATUS_INVALID) from error
    fresh_until = statuses.fresh_until or now + DEFAULT_TTL
    if statuses.expires_at is not None:
        fresh_until = min(fresh_until, statuses.expires_at)
    return _Kept(statuses, chain, now, fresh_until)


def _trusted(chain: tuple[bytes, ...], trust: TrustList, now: datetime) -> ValidatedChain:
    anchors = trust.anchors(Role.STATUS, now)
    try:
        return validate_chain(chain, anchors=anchors, role=Role.STATUS, now=now)
    except KeysError as error:
        raise VerifierError(Failure.STATUS_INVALID) from error


def _failure(error: StatusListError) -> Failure:
    """Return our reason for a list's: what differs is whom to tell what."""
    match error.failure:
        case StatusListFailure.EXPIRED:
            return Failure.STATUS_EXPIRED
        case StatusListFailure.INDEX_OUT_OF_RANGE:
            return Failure.STATUS_OUT_OF_RANGE
        case StatusListFailure.STATUS_UNKNOWN:
            return Failure.STATUS_UNKNOWN_VALUE
        case (
            StatusListFailure.REFERENCE_MALFORMED
            | StatusListFailure.MALFORMED
            | StatusListFailure.TOO_LARGE
            | StatusListFailure.REFUSED
            | StatusListFailure.SIGNATURE_INVALID
            | StatusListFailure.WRONG_TYP
            | StatusListFailure.WRONG_SUBJECT
            | StatusListFailure.NOT_YET_VALID
        ):
            return Failure.STATUS_INVALID
        case _:
            assert_never(error.failure)
