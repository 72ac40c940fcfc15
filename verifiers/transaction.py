"""One question to one person: what was asked, how far it got, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from consent.forms.match_number import MatchNumber
from standards.openid4vp.request import ResponseMode
from verifiers.errors import VerifierError
from verifiers.failure import Failure


class Flow(StrEnum):
    """Where the person is, and so who may see the result (OpenID4VP 14.2, 14.1.2).

    In a standing flow nobody is asked: the wallet answers within what was agreed before.
    """

    COUNTER = "counter"
    SAME_DEVICE = "same_device"
    CROSS_DEVICE = "cross_device"
    STANDING = "standing"


class Progress(StrEnum):
    """How far a transaction got; only CHECKING may become VERIFIED."""

    PENDING = "pending"
    CHECKING = "checking"
    VERIFIED = "verified"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Transaction:
    """What was asked, fixed when the request was made.

    ``client_id`` is what presentations must name: our full client identifier, and over the
    browser's API the page's origin (OpenID4VP A.4). ``request_object`` is a token, there the JSON
    text of what the page hands to the browser. ``query`` and ``terms`` are JSON texts;
    ``key_sealed`` is the response encryption key of this transaction alone, None in plain mode;
    ``session_sha256`` names the browser session that started it, None when a desk did.
    """

    id: str
    party: str
    purpose: str
    profile: str
    flow: Flow
    mode: ResponseMode
    client_id: str
    leaf_sha256: bytes
    nonce: str
    state: str
    query: bytes
    terms: bytes
    terms_random: bytes
    request_object: str
    key_sealed: bytes | None
    session_sha256: bytes | None
    created_at: datetime
    expires_at: datetime

    @property
    def match_number(self) -> str | None:
        """The number the desk's screen shows, None where the person does not stand before it."""
        return MatchNumber.of(self.nonce).number if self.flow is Flow.COUNTER else None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it.

    ``claims_sealed`` holds the verified claims until they are delivered; ``evidence_sealed`` the
    proof that they were asked for and recorded, without any claim. ``steps`` is what each step of
    the verification came to (`verifiers.presented.steps`), JSON text, empty when there was none.
    """

    progress: Progress
    failure: Failure | None = None
    where: str = ""
    claims_sealed: bytes | None = None
    evidence_sealed: bytes | None = None
    response_code_sha256: bytes | None = None
    redeemed_at: datetime | None = None
    delivered_at: datetime | None = None
    closed_at: datetime | None = None
    steps: bytes = b""


def check_open(transaction: Transaction, outcome: Outcome, *, now: datetime) -> None:
    """Raise TRANSACTION_EXPIRED or TRANSACTION_CLOSED unless it still waits for an answer."""
    if transaction.expires_at <= now:
        raise VerifierError(Failure.TRANSACTION_EXPIRED)
    if outcome.progress is not Progress.PENDING:
        raise VerifierError(Failure.TRANSACTION_CLOSED)


class Transactions(Protocol):
    """Where transactions are kept. Each change of state happens once, however many try."""

    async def add(self, transaction: Transaction) -> None:
        """Keep a new transaction, pending."""
        ...

    async def add_read(self, transaction: Transaction) -> None:
        """Keep one that a shown code opened, CHECKING at once.

        Each party takes a nonce once: CODE_USED for every other caller.
        """
        ...

    async def within(self, transaction_id: str) -> str | None:
        """Return the consent a transaction asks within, None when it asks for a new one."""
        ...

    async def find(self, transaction_id: str) -> tuple[Transaction, Outcome]:
        """Return it, or raise TRANSACTION_UNKNOWN."""
        ...

    async def recent(self, party: str, limit: int) -> tuple[tuple[Transaction, Outcome], ...]:
        """Return a party's latest, newest first."""
        ...

    async def waiting(self, party: str, now: datetime) -> int:
        """Return how many questions of a party wait for an answer."""
        ...

    async def take(self, transaction_id: str, now: datetime) -> Transaction:
        """Move it from PENDING to CHECKING for exactly one caller.

        Every other caller gets TRANSACTION_CLOSED, TRANSACTION_EXPIRED or TRANSACTION_UNKNOWN.
        """
        ...

    async def close(self, transaction_id: str, outcome: Outcome) -> None:
        """Move it from CHECKING to its end; TRANSACTION_CLOSED when it is there already."""
        ...

    async def note_served(
        self, transaction_id: str, request_sha256: bytes, request_object: str, *, limit: int
    ) -> None:
        """Keep a request object that is about to be served, by the hash of its signed part.

        At most ``limit`` different ones are: beyond, TRANSACTION_CLOSED.
        """
        ...

    async def requests_served(self, transaction_id: str) -> Mapping[bytes, str]:
        """Return the request objects served, by their hashes, oldest first."""
        ...

    async def redeem(self, transaction_id: str, code_sha256: bytes, now: datetime) -> None:
        """Mark the response code used, for exactly one caller; else REDEMPTION_REFUSED."""
        ...

    async def discard(self, transaction_id: str, failure: Failure) -> None:
        """Destroy the claims of a verified transaction and fail it instead."""
        ...

    async def delivered(self, transaction_id: str, now: datetime) -> datetime:
        """Note the first delivery, and return when that was."""
        ...

    async def forget(self, *, delivered_before: datetime, closed_before: datetime) -> None:
        """Destroy sealed claims delivered, or closed and never fetched, before these times."""
        ...

    async def sweep(self, *, expired_before: datetime) -> None:
        """Delete what was never answered, with its key, once it expired before this time.

        The nonces of codes read by then are forgotten too: their time is over.
        """
        ...
