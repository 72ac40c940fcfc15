"""Status lists signed in one form, anew when something changed or time passed.

A list of a million places takes a part of a second to pack and sign. That is done in a thread,
once for all who ask meanwhile, so that neither issuing nor other lists wait for it. Each form is
signed when somebody asks for it, and not before.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from issuers.errors import IssuerError, IssuerFailure
from issuers.ports import CertificateStore
from issuers.status.signing_keys import AuthorityKeys, CertifiedSigner
from issuers.status.standing import ListState

# Long before a token ends (an hour), so that a cache between us and a verifier may keep it.
SIGN_AGAIN = timedelta(minutes=10)

_Token = TypeVar("_Token", str, bytes)
_List = tuple[str, int]

# Signs the state of a list, to be served at an address, by a key, at a time.
Sign = Callable[[ListState, str, CertifiedSigner, datetime], _Token]


@dataclass(frozen=True, slots=True)
class Signed(Generic[_Token]):
    """A token, the version of the list it says, and when it was signed."""

    version: int
    signed_at: datetime
    token: _Token

    def is_good(self, version: int, now: datetime) -> bool:
        """Tell whether the token says what the list says and is young; clocks may step back."""
        return self.version == version and abs(now - self.signed_at) < SIGN_AGAIN


class SignedLists(Generic[_Token]):
    """The current token of each list in one form.

    ``uri`` returns the address of an authority's list; a `KeysError` of ``keys`` passes.
    """

    def __init__(
        self,
        store: CertificateStore,
        keys: AuthorityKeys,
        uri: Callable[[str, int], str],
        sign: Sign[_Token],
    ) -> None:
        self._store = store
        self._keys = keys
        self._uri = uri
        self._sign_state: Sign[_Token] = sign
        self._signed: dict[_List, Signed[_Token]] = {}
        self._turns: defaultdict[_List, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def current(self, authority: str, number: int, now: datetime) -> Signed[_Token]:
        """Return the token of a list, or raise `IssuerError` (unknown_status_list)."""
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

    def forget(self, authority: str, number: int) -> None:
        """Sign a list anew when it is asked for next."""
        self._signed.pop((authority, number), None)

    async def _sign(self, authority: str, number: int, now: datetime) -> Signed[_Token]:
        state = await self._store.list_state(authority, number, now=now)
        if state is None:
            raise _unknown_list()
        uri, keys = self._uri(authority, number), self._keys.status(authority)
        token = await asyncio.to_thread(self._sign_state, state, uri, keys, now)
        return Signed(state.version, now, token)


def _unknown_list() -> IssuerError:
    return IssuerError(IssuerFailure.UNKNOWN_STATUS_LIST, "no such status list")
