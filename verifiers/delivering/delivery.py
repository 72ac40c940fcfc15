"""Tell a desk its result: once, stably for a minute, and to nobody it does not belong to.

SECURITY P13: claims are erased 60 seconds after they were first delivered; what nobody fetches is
erased when the transaction's own time is over. The state stays, and the receipt as long as the
purpose's registration keeps it (`verifiers.owing.erasing`).
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, assert_never

from keys.json_value import JsonObject, JsonValue
from verifiers.delivering.redemption import may_see, redeem
from verifiers.delivering.result import Result, unverified_result
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.presented.steps import read_steps
from verifiers.recording.late import LateUses
from verifiers.recording.recorded import Recorded
from verifiers.recording.sealing import Sealing
from verifiers.transaction import Flow, Outcome, Progress, Transaction, Transactions

DELIVERY_WINDOW: Final = timedelta(seconds=60)
# As long as a transaction lives: a desk that has not asked by then does not wait any more.
UNFETCHED_WINDOW: Final = timedelta(minutes=5)
# So long a desk still reads "expired", afterwards that the number is unknown.
ABANDONED_WINDOW: Final = timedelta(hours=1)


class Deliveries:
    """Results of the transactions in one store."""

    def __init__(self, transactions: Transactions, sealing: Sealing, late: LateUses) -> None:
        self._transactions = transactions
        self._sealing = sealing
        self._late = late

    async def result(self, transaction_id: str, *, now: datetime) -> Result:
        """Return what came of a transaction so far, or raise TRANSACTION_UNKNOWN."""
        transaction, outcome = await self._transactions.find(transaction_id)
        if outcome.progress is not Progress.VERIFIED:
            return unverified_result(transaction, outcome, now)
        if may_see(transaction, outcome):
            return await self._verified(transaction, outcome, now)
        if now < transaction.expires_at:
            return Result(Progress.PENDING.value)
        await self._transactions.discard(transaction_id, Failure.REDEMPTION_MISSING)
        missed = replace(outcome, progress=Progress.FAILED, failure=Failure.REDEMPTION_MISSING)
        return unverified_result(transaction, missed, now)

    async def redeem(
        self, transaction_id: str, code: str, *, session: str | None, now: datetime
    ) -> Result:
        """Return the result to the session that comes back from the wallet.

        In the other flows the redirect only thanks: the claims belong to the desk. Raises
        REDEMPTION_REFUSED, also for a transaction that does not exist.
        """
        try:
            transaction, outcome = await self._transactions.find(transaction_id)
        except VerifierError:
            raise VerifierError(Failure.REDEMPTION_REFUSED) from None
        await redeem(transaction, code, session, transactions=self._transactions, now=now)
        match transaction.flow:
            case Flow.SAME_DEVICE:
                return await self._verified(transaction, outcome, now)
            case Flow.COUNTER | Flow.CROSS_DEVICE | Flow.STANDING:
                return Result(outcome.progress.value)
            case _:
                assert_never(transaction.flow)

    async def evidence(self, transaction_id: str) -> JsonObject:
        """Return the proof of a sharing: requests served, key bindings, receipt.

        Raises TRANSACTION_UNKNOWN when there is none.
        """
        transaction, outcome = await self._transactions.find(transaction_id)
        evidence = self._evidence(transaction_id, outcome)
        receipt, _ = await self._receipt(transaction, outcome)
        served = await self._transactions.requests_served(transaction_id)
        return {
            **evidence,
            "receipt": receipt,
            "request_objects": [*served.values()],
            "steps": read_steps(outcome.steps),
        }

    async def forget(self, *, now: datetime) -> None:
        """Erase the claims whose time is over."""
        await self._transactions.forget(
            delivered_before=now - DELIVERY_WINDOW, closed_before=now - UNFETCHED_WINDOW
        )

    async def sweep(self, *, now: datetime) -> None:
        """Delete the transactions nobody answered (H51)."""
        await self._transactions.sweep(expired_before=now - ABANDONED_WINDOW)

    def _evidence(self, transaction_id: str, outcome: Outcome) -> JsonObject:
        if outcome.evidence_sealed is None:
            raise VerifierError(Failure.TRANSACTION_UNKNOWN, "nothing was verified")
        return self._sealing.open_evidence(transaction_id, outcome.evidence_sealed)

    async def _receipt(
        self, transaction: Transaction, outcome: Outcome
    ) -> tuple[JsonValue, Recorded]:
        """Return the use's receipt and whether the ledger has it; none once it was erased."""
        late = await self._late.look(transaction.party, transaction.id)
        if outcome.evidence_sealed is None:
            return None, late.recorded
        receipt = self._evidence(transaction.id, outcome)["receipt"]
        if receipt is None and late.receipt is not None:
            receipt = late.receipt.as_dict()
        return receipt, late.recorded

    async def _verified(self, transaction: Transaction, outcome: Outcome, now: datetime) -> Result:
        """Return a verified result, with the claims while they may still be told."""
        receipt, recorded = await self._receipt(transaction, outcome)
        confirmed = self._confirmed(transaction.id, outcome)
        result = Result(
            Progress.VERIFIED.value,
            receipt=receipt,
            recorded=recorded,
            steps=read_steps(outcome.steps),
            confirmed=tuple(map(_without_members, confirmed)),
        )
        if outcome.claims_sealed is None:
            return result
        first = await self._transactions.delivered(transaction.id, now)
        closed_at = outcome.closed_at or now
        if now >= first + DELIVERY_WINDOW or now >= closed_at + UNFETCHED_WINDOW:
            await self.forget(now=now)
            return result
        credentials = self._sealing.open_claims(transaction.id, outcome.claims_sealed)
        return replace(result, credentials=tuple(credentials), confirmed=confirmed)

    def _confirmed(self, transaction_id: str, outcome: Outcome) -> tuple[JsonValue, ...]:
        """Return what was confirmed, as it was written down; nothing once that was erased."""
        if outcome.evidence_sealed is None:
            return ()
        confirmed = self._evidence(transaction_id, outcome).get("confirmed")
        return tuple(confirmed) if isinstance(confirmed, list) else ()


def _without_members(confirmed: JsonValue) -> JsonValue:
    """Return what stays when the claims are gone: which type was confirmed, and by what."""
    if not isinstance(confirmed, dict):
        return confirmed
    return {name: value for name, value in confirmed.items() if name != "members"}
