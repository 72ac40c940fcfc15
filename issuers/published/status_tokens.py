"""Signed status lists, ready to be served: signed anew when something changed or time passed.

Reading one costs a look at the list's version; a list is static between changes, so any cache or
content network can stand before it, and nobody learns whose status was asked (SECURITY P4, P5).
There is one list behind two forms, a JWT and a CWT, at one address. Only the JWT is kept.
"""

from collections.abc import Callable
from datetime import date, datetime

from issuers.errors import IssuerError, IssuerFailure
from issuers.ports import CertificateStore
from issuers.published.signed_lists import SignedLists
from issuers.status.kept_lists import KeptList, KeptListStore
from issuers.status.signing_keys import AuthorityKeys, CertifiedSigner
from issuers.status.standing import TOKEN_LIFE, ListState, signed_list, signed_list_cwt
from keys.errors import KeysError


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
        self._past = kept
        self._identifier = identifier
        self._jwts = SignedLists(store, keys, self.uri, _as_jwt)
        self._cwts = SignedLists(store, keys, self.uri, _as_cwt)
        self._kept: dict[tuple[str, int], tuple[int, int]] = {}
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
        return (await self._jwts.current(authority, number, now)).token

    async def token_cwt(self, authority: str, number: int, *, now: datetime) -> bytes:
        """Return the same as a CWT, or raise `IssuerError` (unknown_status_list)."""
        return (await self._cwts.current(authority, number, now)).token

    def forget(self, authority: str, number: int) -> None:
        """Sign a list anew when it is asked for next: what was signed is not what it should be."""
        self._jwts.forget(authority, number)
        self._cwts.forget(authority, number)

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
        signed = await self._jwts.current(authority, number, now)
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


def _as_jwt(state: ListState, uri: str, keys: CertifiedSigner, now: datetime) -> str:
    return signed_list(state, uri=uri, keys=keys, now=now)


def _as_cwt(state: ListState, uri: str, keys: CertifiedSigner, now: datetime) -> bytes:
    return signed_list_cwt(state, uri=uri, keys=keys, now=now)
