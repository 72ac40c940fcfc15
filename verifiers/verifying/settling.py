"""Codes a desk has read without network, brought home: each becomes a use that is marked late.

The desk's browser says when it read a code, and nobody can prove it. What bounds the lie: the code
was good at that very time, which its holder signed; no time to come is taken, and none that the
ledger would not take either.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from keys import base64url
from keys.trust_list import TrustList
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.transaction import Outcome, Progress
from verifiers.verifying.scanning import Scan, Scanner
from verifiers.verifying.verification import Desk, settle_shown

# The ledger takes late uses for thirty days (docs/ledger.md); a day of it is ours to file them.
SETTLING_TIME: Final = timedelta(days=29)
# How far the clock of a desk's computer may be ahead.
CLOCK_SKEW: Final = timedelta(minutes=1)
# A code that was read already: perhaps as this very use.
_BEFORE: Final = frozenset({Failure.CODE_USED, Failure.TRANSACTION_CLOSED})
_CONTEXT: Final = b"mydata-brought-home-v1"
_ID_SIZE: Final = 16


class Settlement(StrEnum):
    """What became of a use."""

    # Written down; the ledger gets it with the rest of what is owed.
    RECORDED = "recorded"
    # It counts for nothing: ``failure`` says why, and it need not be brought again.
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class BroughtHome:
    """One code with the desk's own name for its use; ``check`` is the profile it was read for."""

    use_id: str
    party: str
    check: str
    text: str
    read_at: datetime


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a use, and under which transaction."""

    settlement: Settlement
    transaction_id: str
    failure: Failure | None = None


class Settling:
    """Records what the desks of this service bring home."""

    def __init__(
        self,
        scanner: Scanner,
        desk: Desk,
        *,
        trust: Callable[[], TrustList],
        clock: Callable[[], datetime],
    ) -> None:
        self._scanner = scanner
        self._desk = desk
        self._trust = trust
        self._clock = clock

    async def settle(self, brought: BroughtHome) -> Settled:
        """Return what became of a use; the same use brought again becomes the same.

        An answer may get lost on the way back to the desk, so its own name for the use makes the
        transaction's; another use of the same code is refused (CODE_USED).
        """
        name = _transaction_id(brought)
        try:
            await self._record(brought, name)
        except VerifierError as error:
            before = await self._outcome(name) if error.failure in _BEFORE else None
            if before is not None and before.progress is Progress.VERIFIED:
                return Settled(Settlement.RECORDED, name)
            failure = error.failure if before is None else before.failure
            return Settled(Settlement.REFUSED, name, failure)
        return Settled(Settlement.RECORDED, name)

    async def _record(self, brought: BroughtHome, name: str) -> None:
        now, read_at = self._clock(), brought.read_at
        _check_time(read_at, now)
        scan = Scan(brought.text, brought.check, brought.party)
        opened = await self._scanner.brought_home(scan, read_at=read_at, now=now)
        transaction = replace(opened.transaction, id=name)
        try:
            await self._desk.transactions.add_read(transaction)
        except VerifierError:
            before = await self._outcome(name)
            # Ours, and interrupted before it came to its end: it goes on from the beginning.
            if before is None or before.progress is not Progress.CHECKING:
                raise
        await settle_shown(
            opened.presentation,
            transaction,
            read_at=read_at,
            desk=self._desk,
            trust=self._trust(),
            now=now,
        )

    async def _outcome(self, name: str) -> Outcome | None:
        """Return what became of this very use before, None when it never came here."""
        try:
            _, outcome = await self._desk.transactions.find(name)
        except VerifierError:
            return None
        return outcome


def _check_time(read_at: datetime, now: datetime) -> None:
    if read_at > now + CLOCK_SKEW:
        raise VerifierError(Failure.KEY_BINDING_TIME)
    if read_at < now - SETTLING_TIME:
        raise VerifierError(Failure.CODE_EXPIRED)


def _transaction_id(brought: BroughtHome) -> str:
    parts = (_CONTEXT, brought.party.encode(), brought.use_id.encode())
    return base64url.encode(hashlib.sha256(b"\0".join(parts)).digest()[:_ID_SIZE])
