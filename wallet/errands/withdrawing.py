"""Take a consent back, or have erased what was kept (PIPA articles 36 and 37).

1. what is wanted is written down here, so that nothing dies with this process; 2. it becomes an
entry of the ledger; 3. the party is told, with the proof, until it acknowledges. A step that is
done twice counts once: the record, its salt and its key are those of the first.
"""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from consent.forms.receipt import Receipt
from consent.forms.record import SALT_SIZE, Asked, ConsentRecord, EventState, Evidence
from consent.forms.withdrawal_notice import NoticeKind
from keys.strict_json import JsonObject
from wallet.errands.moving_on import take_up
from wallet.errors import WalletError, WalletFailure
from wallet.kept.outbox import Errand, Stage
from wallet.kept.vault import Vault
from wallet.ledger.appending import new_key
from wallet.ledger.withdrawal import Withdrawal, event_of, opened, sealed_errand, subject_of
from wallet.ports import Ports

# A person looks at the page: a party that is slower hears of it all the same, a little later.
PATIENCE_SECONDS: Final = 2.0


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """How far a withdrawal or deletion request has come."""

    withdrawal: Withdrawal
    stage: Stage

    def as_dict(self) -> JsonObject:
        """Return the JSON form: ``receipt`` once it stands in the ledger."""
        recorded = self.stage in (Stage.TELLING, Stage.DONE)
        return {
            "state": self.withdrawal.kind.value,
            "consent": self.withdrawal.consent_id,
            "stage": self.stage.value,
            "receipt": self.withdrawal.record.record_id if recorded else None,
            "acknowledgement": self.withdrawal.acknowledgement,
        }


async def withdraw(
    given: Receipt, kind: NoticeKind, *, ports: Ports, vault: Vault, now: datetime
) -> Withdrawn:
    """Begin, or find begun, what is wanted of ``given``'s party, and bring it as far as it goes.

    Raises ``WalletError``: nothing_to_withdraw; ledger_refused, when the ledger does not take it.
    A ledger that does not answer gets it later.
    """
    if given.record.event_state is not EventState.GIVEN:
        raise WalletError(WalletFailure.NOTHING_TO_WITHDRAW)
    if kind is NoticeKind.WITHDRAWN:
        # Before all else: nothing more is sent, whether the ledger answers or not.
        await ports.shelf.close_standing(vault.holder, given.record.record_id)
    errand = await _begun(given, kind, ports, vault, now)
    errand = await take_up(errand, ports=ports, vault=vault, now=now, patience=PATIENCE_SECONDS)
    if errand.stage is Stage.REFUSED:
        raise WalletError(WalletFailure.LEDGER_REFUSED)
    return Withdrawn(opened(errand, vault), errand.stage)


async def _begun(
    given: Receipt, kind: NoticeKind, ports: Ports, vault: Vault, now: datetime
) -> Errand:
    """Return the errand, kept; a withdrawal asks for erasure too, so it answers for both."""
    consent_id = given.record.record_id
    taken_back = await ports.outbox.find(
        vault.holder, subject_of(NoticeKind.WITHDRAWN, consent_id)
    )
    if taken_back is not None and taken_back.stage is not Stage.REFUSED:
        return taken_back
    withdrawal = Withdrawal(
        kind=kind,
        year=given.record.event_time.year,
        record=_record(given.record, kind, ports, now),
        salt=ports.entropy(SALT_SIZE),
        key=new_key(ports.entropy),
        uri=None if given.terms is None else given.terms.withdrawal.uri,
    )
    return await ports.outbox.begin(sealed_errand(withdrawal, vault, now=now))


def _record(given: ConsentRecord, kind: NoticeKind, ports: Ports, now: datetime) -> ConsentRecord:
    """Return the event in the words of the record: who, which consent, and no claim."""
    return replace(
        given,
        record_id=str(uuid.UUID(bytes=ports.entropy(16), version=4)),
        event_state=event_of(kind),
        event_time=now.replace(microsecond=0),
        asked=Asked(()),
        evidence=Evidence(pair_key=given.evidence.pair_key),
        consent_id=given.record_id,
    )
