"""Questions on their way: begun by a browser, answered by a wallet, read by that browser alone."""

import hashlib
import hmac
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol, TypeAlias

from consent.errors import ConsentError, ConsentFailure
from consent.opening.proof import prove_key
from consent.opening.question import LedgerKey, Question, new_question
from consent.opening.sealed_question import open_question, seal_question
from consent.records import KeptRecord
from consent.submitters import Trust
from keys.entropy import SYSTEM_ENTROPY, Entropy
from keys.errors import KeysError
from keys.sealing import DataKey

ReadByKey: TypeAlias = Callable[[bytes], Awaitable[list[KeptRecord]]]

# Where the wallet leads the person back to.
BACK: Final = "/consent/receipts"
_PROVEN: Final = b"mydata-opening-proven-v1\0"


@dataclass(frozen=True, slots=True)
class StoredOpening:
    """A question as it is kept: sealed whole, and sealed what was proven, None before that."""

    id: str
    sealed: bytes
    expires_at: datetime
    proven: bytes | None = None


class OpeningStore(Protocol):
    """Where questions are kept while they last."""

    async def add(self, opening: StoredOpening, *, now: datetime) -> None:
        """Keep a new one, and forget those that are over."""
        ...

    async def find(self, opening_id: str) -> StoredOpening | None:
        """Return it, None when there is none."""
        ...

    async def prove(self, opening_id: str, proven: bytes) -> bool:
        """Keep what was proven, for the first of many answers; False for the others."""
        ...


@dataclass(frozen=True, slots=True)
class OpeningDesk:
    """What asking needs from outside: where, with which key, whom to trust, the time."""

    base: str
    key: Callable[[], LedgerKey]
    trust: Trust
    clock: Callable[[], datetime]
    entropy: Entropy = SYSTEM_ENTROPY


class Openings:
    """The façade: every method raises `ConsentError`, opening_unknown for what is over."""

    def __init__(
        self, store: OpeningStore, read: ReadByKey, data_key: DataKey, desk: OpeningDesk
    ) -> None:
        self._store = store
        self._read = read
        self._data_key = data_key
        self._desk = desk

    async def begin(self, types: Sequence[str], browser: str) -> str:
        """Return the link to a wallet on this device; ``browser`` ties the answer to this one."""
        now = self._desk.clock()
        question = new_question(
            types,
            browser=_hash(browser),
            base=self._desk.base,
            key=self._desk.key(),
            entropy=self._desk.entropy,
            now=now,
        )
        sealed = seal_question(question, self._data_key)
        await self._store.add(StoredOpening(question.id, sealed, question.expires_at), now=now)
        return question.link(self._desk.base)

    async def request_object(self, opening_id: str) -> str:
        """Return the signed request a wallet fetches."""
        question, _ = await self._open(opening_id)
        return question.request_object

    async def receive(self, opening_id: str, body: bytes) -> str:
        """Take a wallet's answer; return where it leads the person, with the code for the way.

        Raises `ConsentError` (opening_refused) for an answer that proves nothing, and for every
        answer after the first good one.
        """
        question, _ = await self._open(opening_id)
        trust = self._desk.trust()
        thumbprint = prove_key(body, question, trust=trust, now=self._desk.clock())
        sealed = self._data_key.seal(thumbprint, context=_PROVEN + opening_id.encode())
        if not await self._store.prove(opening_id, sealed):
            raise ConsentError(ConsentFailure.OPENING_REFUSED, "it was answered before")
        return f"{self._desk.base}{BACK}/{opening_id}?response_code={question.response_code}"

    async def records(self, opening_id: str, code: str, browser: str) -> list[KeptRecord]:
        """Return what was filed with the proven key, to the browser that began, with its code.

        Anybody else hears what who comes too late hears (OpenID4VP 14.2).
        """
        question, proven = await self._open(opening_id)
        is_same = hmac.compare_digest(question.browser, _hash(browser))
        has_code = hmac.compare_digest(question.response_code.encode(), code.encode())
        if proven is None or not is_same or not has_code:
            raise _unknown()
        try:
            thumbprint = self._data_key.open(proven, context=_PROVEN + opening_id.encode())
        except KeysError:
            raise _unknown() from None
        return await self._read(thumbprint)

    async def _open(self, opening_id: str) -> tuple[Question, bytes | None]:
        stored = await self._store.find(opening_id)
        if stored is None or stored.expires_at <= self._desk.clock():
            raise _unknown()
        return open_question(stored.id, stored.sealed, self._data_key), stored.proven


def _hash(browser: str) -> bytes:
    return hashlib.sha256(browser.encode()).digest()


def _unknown() -> ConsentError:
    return ConsentError(ConsentFailure.OPENING_UNKNOWN, "it is unknown, used or over; begin again")
