"""Send what is owed to the ledger, and believe that it is there only with its proof."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Final

from consent.errors import ConsentError
from consent.forms.receipt import Receipt, verify_receipt
from consent.tlog.signed_note import VerifierKey
from keys.errors import KeysError
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.recording.draft import Draft
from verifiers.recording.filing import Filing, Filings, FilingState, next_try
from verifiers.recording.recorder import LedgerEntries
from verifiers.recording.sealing import Sealing
from verifiers.registered.party_keys import PartyKeys

# One turn of the worker; what is left comes in the next.
BATCH: Final = 50
_AWAY: Final = frozenset({Failure.LEDGER_UNREACHABLE, Failure.KEY_NOT_READY})


class Filer:
    """Works the outbox of one store against the ledger whose checkpoints ``log_key`` verifies."""

    def __init__(
        self,
        filings: Filings,
        ledger: LedgerEntries,
        *,
        sealing: Sealing,
        party_keys: PartyKeys,
        log_key: Callable[[], VerifierKey],
    ) -> None:
        self._filings = filings
        self._ledger = ledger
        self._sealing = sealing
        self._keys = party_keys
        self._log_key = log_key

    async def file(self, filing_id: str, now: datetime) -> Receipt:
        """Return the receipt of an entry that is owed, now or from before.

        Raises LEDGER_UNREACHABLE, LEDGER_REFUSED or LEDGER_PROOF_INVALID; the next try is noted.
        """
        state = await self._filings.filing(filing_id)
        if state is None:
            raise RuntimeError("what is filed was owed before")
        if state.receipt_sealed is not None:
            return self._sealing.open_receipt(filing_id, state.receipt_sealed)
        try:
            receipt = await self._sent(state)
        except VerifierError as error:
            refusal = None if error.failure in _AWAY else _reason(error)
            await self._filings.try_again(filing_id, refusal, next_try(state.tries, now))
            raise
        await self._filings.filed(filing_id, self._sealing.seal_receipt(filing_id, receipt), now)
        return receipt

    async def work(self, now: datetime) -> None:
        """Send whatever is due; one that fails waits, and does not keep the others waiting."""
        for state in await self._filings.unfiled(now, BATCH):
            with suppress(VerifierError):
                await self.file(state.filing.id, now)

    async def _sent(self, state: FilingState) -> Receipt:
        filing = state.filing
        draft = self._draft(filing)
        log_key = self._log_key()
        key = self._keys.current(filing.party)
        proof = await self._ledger.append(
            draft.submission(filing.id, audience=log_key.name, party_key=key)
        )
        receipt = draft.receipt(proof)
        try:
            verify_receipt(receipt, log_key=log_key)
        except ConsentError as error:
            raise VerifierError(Failure.LEDGER_PROOF_INVALID, error.failure.value) from error
        return receipt

    def _draft(self, filing: Filing) -> Draft:
        """Return what is owed; damaged, it is told like a refusal and holds up nothing else."""
        try:
            return self._sealing.open_draft(filing.id, filing.sealed)
        except (ConsentError, KeysError) as error:
            raise VerifierError(Failure.LEDGER_REFUSED, "draft_damaged") from error


def _reason(error: VerifierError) -> str:
    """Return why the ledger said no, in its own code where it gave one."""
    return error.where if error.failure is Failure.LEDGER_REFUSED else error.failure.code
