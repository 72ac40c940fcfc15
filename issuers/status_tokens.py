"""Signed status lists, ready to be served: signed anew when something changed or time passed.

Reading one costs a look at the list's version; a list is static between changes, so any cache or
content network can stand before it, and nobody learns whose status was asked (SECURITY P4, P5).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from issuers.errors import IssuerError, IssuerFailure
from issuers.kept_lists import KeptList, KeptListStore
from issuers.ports import CertificateStore
from issuers.signing_keys import AuthorityKeys
from issuers.status import TOKEN_LIFE, signed_list

# Long before a token ends (an hour), so that a cache between us and a verifier may keep it.
SIGN_AGAIN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class _Signed:
    version: int
    signed_at: datetime
    token: str

    def is_good(self, version: int, now: datetime) -> bool:
        """Tell whether the token says what the list says and is young; clocks may step back."""
        return self.version == version and abs(now - self.signed_at) < SIGN_AGAIN


class StatusTokens:
    """The current token of each list, and those of then."""

    def __init__(self, store: CertificateStore, kept: KeptListStore, keys: AuthorityKeys) -> None:
        self._store = store
        self._past = kept
        self._keys = keys
        self._signed: dict[tuple[str, int], _Signed] = {}

    async def token(self, authority: str, number: int, *, uri: str, now: datetime) -> str:
        """Return the token of a list, or raise `IssuerError` (unknown_status_list)."""
        version = await self._store.list_version(authority, number)
        kept = self._signed.get((authority, number))
        if version is not None and kept is not None and kept.is_good(version, now):
            return kept.token
        state = await self._store.list_state(authority, number, now=now)
        if state is None:
            raise IssuerError(IssuerFailure.UNKNOWN_STATUS_LIST, "no such status list")
        token = signed_list(state, uri=uri, keys=self._keys.status(authority), now=now)
        self._signed[authority, number] = _Signed(state.version, now, token)
        return token

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

    async def keep(self, authority: str, number: int, *, uri: str, now: datetime) -> None:
        """Keep the token that is served now, for those who ask later."""
        await self.token(authority, number, uri=uri, now=now)
        signed = self._signed[authority, number]
        await self._past.keep(
            KeptList(
                authority,
                number,
                signed.version,
                signed.signed_at,
                signed.signed_at + TOKEN_LIFE,
                signed.token,
            )
        )
