"""Signed status lists, ready to be served: signed anew when something changed or time passed.

Reading one costs a look at the list's version; a list is static between changes, so any cache or
content network can stand before it, and nobody learns whose status was asked (SECURITY P4, P5).
A list of a million places takes a part of a second to pack and sign. That is done in a thread,
once for all who ask meanwhile, so that neither issuing nor other lists wait for it.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from issuers.errors import IssuerError, IssuerFailure
from issuers.ports import CertificateStore
from issuers.status.kept_lists import KeptList, KeptListStore
from issuers.status.signing_keys import AuthorityKeys
from issuers.status.standing import TOKEN_LIFE, signed_list
from keys.errors import KeysError

# Long before a token ends (an hour), so that a cache between us and a verifier may keep it.
SIGN_AGAIN = timedelta(minutes=10)

_List = tuple[str, int]


@dataclass(frozen=True, slots=True)
class _Signed:
    version: int
    signed_at: datetime
    token: str

    def is_good(self, version: int, now: datetime) -> bool:
        """Tell whether the token says what the list says and is young; clocks may step back."""
        return self.version == version and abs(now - self.signed_at) < SIGN_AGAIN


class StatusTokens:
    """The current token of each list, and those of then.

    ``identifier`` returns the Credential Issuer identifier of an authority, below which its lists
    are published.
    """

    def __init__(
        self,
        store: CertificateStore,
        kept: KeptListStore,
        keys: AuthorityKeys,
        identifier: Callable[[str], str],
    ) -> None:
        self._store = store
        self._past = kept
        self._keys = keys
        self._identifier = identifier
        self._signed: dict[_List, _Signed] = {}
        self._turns: defaultdict[_List, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._kept: dict[_List, tuple[int, int]] = {}
        self._thinned_on: date | None = None

    def uri(self, authority: str, number: int) -> str:
        """Return the address of a list, which is also what certificates call it by."""
        return f"{self._identifier(authority)}/status/{number}"

    async def uris(self, authority: str) -> tuple[str, ...]:
        """Return the address of every list of an authority, the oldest first."""
        lists = await self._past.lists()
        numbers = sorted(number for of, number in lists if of == authority)
        return tuple(self.uri(authority, number) for number in numbers)

    async def latest(self, authority: str) -> int:
        """Return the number of the list that new certificates are placed on."""
        numbers = [number for of, number in await self._past.lists() if of == authority]
        return max(numbers, default=0)

    async def token(self, authority: str, number: int, *, now: datetime) -> str:
        """Return the token of a list, or raise `IssuerError` (unknown_status_list)."""
        return (await self._current(authority, number, now)).token

    def forget(self, authority: str, number: int) -> None:
        """Sign a list anew when it is asked for next: what was signed is not what it should be."""
        self._signed.pop((authority, number), None)

    async def token_then(self, authority: str, number: int, at: datetime) -> str:
        """Return the token that held at ``at``, or raise `IssuerError` (status_not_kept).

        Token Status List section 8.4. Only a token that was kept is given out, as it was served.
        """
        found = await self._past.covering(authority, number, at)
        if found is not None:
            return found
        kept = await self._past.range(authority, number)
        known = "none is kept" if kept is None else f"kept are {kept.first} to {kept.last}"
        raise IssuerError(
            IssuerFailure.STATUS_NOT_KEPT, f"no list of that time can be shown: {known}"
        )

    async def keep_all(self, *, now: datetime) -> None:
        """Keep every list as it is served now, and once a day thin out what is old.

        One that cannot be signed does not hold up the others; its `KeysError` is raised last.
        """
        failed: KeysError | None = None
        for authority, number in await self._past.lists():
            try:
                await self._keep(authority, number, now)
            except KeysError as error:
                failed = error
        if self._thinned_on != now.date():
            self._thinned_on = now.date()
            await self._past.thin(now=now)
        if failed is not None:
            raise failed

    async def _keep(self, authority: str, number: int, now: datetime) -> None:
        """Keep the token that is served now; nothing is written when it is kept already."""
        signed = await self._current(authority, number, now)
        kept = KeptList(
            authority,
            number,
            signed.version,
            signed.signed_at,
            signed.signed_at + TOKEN_LIFE,
            signed.token,
        )
        if self._kept.get((authority, number)) != (kept.version, kept.slot):
            await self._past.keep(kept)
            self._kept[authority, number] = kept.version, kept.slot

    async def _current(self, authority: str, number: int, now: datetime) -> _Signed:
        wanted = authority, number
        version = await self._store.list_version(*wanted)
        if version is None:
            raise _unknown_list()
        known = self._signed.get(wanted)
        if known is not None and known.is_good(version, now):
            return known
        async with self._turns[wanted]:
            # Whoever waited may find what the one before has signed.
            known = self._signed.get(wanted)
            if known is None or not known.is_good(version, now):
                known = self._signed[wanted] = await self._sign(authority, number, now)
        return known

    async def _sign(self, authority: str, number: int, now: datetime) -> _Signed:
        state = await self._store.list_state(authority, number, now=now)
        if state is None:
            raise _unknown_list()
        uri, keys = self.uri(authority, number), self._keys.status(authority)
        token = await asyncio.to_thread(signed_list, state, uri=uri, keys=keys, now=now)
        return _Signed(state.version, now, token)


def _unknown_list() -> IssuerError:
    return IssuerError(IssuerFailure.UNKNOWN_STATUS_LIST, "no such status list")
