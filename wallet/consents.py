"""What a holder can do about what was shared: see how it stands, take it back, prove it is all."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from consent.complete.evidence import ConsentEvidence
from consent.errors import ConsentError
from consent.forms.receipt import Receipt
from consent.forms.record import EventState
from consent.forms.withdrawal_notice import NoticeKind
from wallet.errands import moving_on, withdrawing
from wallet.errands.withdrawing import Withdrawn
from wallet.errors import WalletError, WalletFailure
from wallet.history import exporting, sharings
from wallet.history.exporting import Exported, ExportForm
from wallet.history.sharings import Sharing
from wallet.kept.holdings import HeldCredential
from wallet.kept.keeping import BoxKind
from wallet.kept.vault import Vault, open_vault
from wallet.ports import Ports
from wallet.presenting import standing
from wallet.presenting.household import AboutMe, shown_about_me
from wallet.proving import evidence, whole_history
from wallet.proving.last_proof import LastProof, keep, last_proof
from wallet.proving.whole_history import ProvenHistory


@dataclass(frozen=True, slots=True)
class Consents:
    """The consents of all holders; every method raises ``WalletError`` and nothing else."""

    ports: Ports

    async def withdraw(
        self, holder: str, receipt_id: str, *, kind: NoticeKind = NoticeKind.WITHDRAWN
    ) -> Withdrawn:
        """Take a consent back, or ask only for erasure; done again it is the same one.

        Raises ``WalletError``: unknown_receipt, nothing_to_withdraw, ledger_refused.
        """
        vault, now = await self._vault(holder), self.ports.clock()
        given = await self._receipt(vault, receipt_id)
        return await withdrawing.withdraw(given, kind, ports=self.ports, vault=vault, now=now)

    async def sharings(self, holder: str, receipt_ids: Iterable[str]) -> Mapping[str, Sharing]:
        """Return how these sharings stand, by receipt id; what is no sharing is left out.

        A ledger that cannot be asked raises nothing: then the receipts here are all there is.
        """
        vault, now = await self._vault(holder), self.ports.clock()
        given: dict[str, Receipt] = {}
        for each in dict.fromkeys(receipt_ids):
            with suppress(WalletError):
                given[each] = await self._receipt(vault, each)
        return await sharings.sharings(given, ports=self.ports, vault=vault, now=now)

    async def sharing(self, holder: str, receipt_id: str) -> Sharing:
        """Return how one sharing stands, its events held against the log.

        Raises ``WalletError``: unknown_receipt, nothing_to_withdraw.
        """
        vault, now = await self._vault(holder), self.ports.clock()
        given = await self._receipt(vault, receipt_id)
        return await sharings.proven_sharing(given, ports=self.ports, vault=vault, now=now)

    async def prove(self, holder: str) -> ProvenHistory:
        """Return what the ledger proves to be every entry of this holder's, or what is missing."""
        vault, now = await self._vault(holder), self.ports.clock()
        held = await self._held(vault)
        proven = await whole_history.prove(held, ports=self.ports, vault=vault, now=now)
        await keep(proven, ports=self.ports, vault=vault, now=now)
        return proven

    async def about_me(self, holder: str) -> tuple[AboutMe, ...]:
        """Return what others of the household showed of this holder, the latest first.

        Raises ``WalletError`` (ledger_unavailable).
        """
        vault, now = await self._vault(holder), self.ports.clock()
        held = await self._held(vault)
        return await shown_about_me(held, ports=self.ports, vault=vault, now=now)

    async def last_proof(self, holder: str) -> LastProof | None:
        """Return what the holder's last proof said, None when there was none; asks nobody."""
        return await last_proof(ports=self.ports, vault=await self._vault(holder))

    async def evidence(self, holder: str, receipt_id: str) -> ConsentEvidence:
        """Return all that can be shown of one sharing, for an authority or a court.

        Raises ``WalletError``: unknown_receipt, nothing_to_withdraw for what is no sharing.
        """
        vault, now = await self._vault(holder), self.ports.clock()
        given = await self._receipt(vault, receipt_id)
        if given.record.event_state is not EventState.GIVEN:
            raise WalletError(WalletFailure.NOTHING_TO_WITHDRAW)
        return await evidence.gather(given, ports=self.ports, vault=vault, now=now)

    async def export(self, holder: str, form: ExportForm) -> Exported:
        """Return every receipt of the holder's in one file."""
        return await exporting.export(form, ports=self.ports, vault=await self._vault(holder))

    async def answer_standing(self, code: str, request_uri: str) -> None:
        """Answer a party inside the standing consent whose address has this code.

        Raises ``WalletError``: standing_closed, use_too_early, beyond_consent and what answering
        a request raises.
        """
        await standing.answer(code, request_uri, ports=self.ports, now=self.ports.clock())

    async def run_errands(self) -> int:
        """Move on what is owed for any holder, and return how much was; for a worker."""
        return await moving_on.run_due(ports=self.ports, now=self.ports.clock())

    async def _vault(self, holder: str) -> Vault:
        return await open_vault(self.ports.shelf, self.ports.store_key, holder, self.ports.entropy)

    async def _held(self, vault: Vault) -> tuple[HeldCredential, ...]:
        boxes = await self.ports.shelf.all(vault.holder, BoxKind.CREDENTIAL)
        return tuple(HeldCredential.parse(vault.open(box)) for box in boxes)

    async def _receipt(self, vault: Vault, receipt_id: str) -> Receipt:
        box = await self.ports.shelf.find(vault.holder, BoxKind.RECEIPT, receipt_id)
        if box is None:
            raise WalletError(WalletFailure.UNKNOWN_RECEIPT)
        try:
            return Receipt.parse(vault.open(box))
        except ConsentError:
            # Of an earlier form: its log has no shape for what could follow it.
            raise WalletError(WalletFailure.NOTHING_TO_WITHDRAW) from None
