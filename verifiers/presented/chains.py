"""The certificate chains of authorities, as they stand in the headers they sign.

A shown code carries the name of a chain in place of it, 8 octets of its hash. What was met before
is known; what was not is asked of the authorities of the types a desk may ask for, and of nobody
a code names. Being known says nothing: a chain that was put back is validated like any other.
"""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, Protocol

from keys.json_value import JsonValue
from keys.strict_json import dumps
from standards.shown_code.chain import chain_name, chain_octets
from standards.shown_code.errors import ShownCodeError
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.presented.checked import CheckedPresentation

# An authority is not asked again sooner, however many unknown codes are scanned.
ASKING_AGAIN: Final = timedelta(seconds=10)
# A few hundred authorities, some with two keys; a chain takes about 2 KiB.
MAX_KEPT: Final = 512


class ChainStore(Protocol):
    """Where chains are kept from one start to the next."""

    async def chain(self, name: bytes) -> bytes | None:
        """Return the octets whose hash begins with ``name``, None when they were never kept."""
        ...

    async def keep_chain(self, sha256: bytes, octets: bytes) -> None:
        """Keep a chain; one that is there already stays."""
        ...


class PublishedChains(Protocol):
    """Where authorities publish their keys."""

    async def issuer_chains(self, issuer: str) -> tuple[tuple[str, ...], ...]:
        """Return the ``x5c`` of each key an authority publishes; none when it does not answer."""
        ...


class Chains:
    """Chains by their name: in memory, in the store, and at last at the authority."""

    def __init__(self, store: ChainStore, published: PublishedChains) -> None:
        self._store = store
        self._published = published
        self._known: OrderedDict[bytes, bytes] = OrderedDict()
        self._asked: dict[str, datetime] = {}
        self._asking = asyncio.Lock()

    async def octets(self, name: bytes, issuers: Iterable[str], *, now: datetime) -> bytes:
        """Return the chain of this name, or raise CODE_UNKNOWN_AUTHORITY.

        ``issuers`` are asked, together, only when nobody here has met it.
        """
        found = self._known.get(name) or await self._store.chain(name)
        if found is None:
            # Who scans while another asks waits for the same answer.
            async with self._asking:
                if name not in self._known:
                    await self._ask([issuer for issuer in issuers if self._is_due(issuer, now)])
                found = self._known.get(name)
        if found is None:
            raise VerifierError(Failure.CODE_UNKNOWN_AUTHORITY)
        self._remember(name, found)
        return found

    async def learn(self, presentations: Iterable[CheckedPresentation]) -> None:
        """Keep the chains of authorities that were just found to be trusted."""
        for presentation in presentations:
            try:
                octets = chain_octets(presentation.content.issuer_part)
            except ShownCodeError:
                # A header no shown code can be made of: there will be no code to put it into.
                continue
            if chain_name(octets) not in self._known:
                await self._keep(octets)

    async def _ask(self, issuers: Iterable[str]) -> None:
        for chains in await asyncio.gather(*map(self._published.issuer_chains, issuers)):
            for chain in chains:
                await self._keep(_as_in_headers(chain))

    def _is_due(self, issuer: str, now: datetime) -> bool:
        asked = self._asked.get(issuer)
        if asked is not None and now < asked + ASKING_AGAIN:
            return False
        self._asked[issuer] = now
        return True

    async def _keep(self, octets: bytes) -> None:
        await self._store.keep_chain(hashlib.sha256(octets).digest(), octets)
        self._remember(chain_name(octets), octets)

    def _remember(self, name: bytes, octets: bytes) -> None:
        self._known[name] = octets
        self._known.move_to_end(name)
        while len(self._known) > MAX_KEPT:
            self._known.popitem(last=False)


def _as_in_headers(x5c: tuple[str, ...]) -> bytes:
    """Return a published chain as JSON without white space, as JWS headers are written."""
    values: list[JsonValue] = [*x5c]
    return dumps(values)
