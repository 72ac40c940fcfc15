"""Log before use: the holder's decision becomes an entry of the ledger before anything is sent.

The record is made and kept here; the ledger gets its commitment, a label and a proof that the
pair wrote it, and answers with the proof that the entry is there.
"""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from consent.errors import ConsentError
from consent.forms.deposit import Deposit
from consent.forms.holder_signature import body_sha256, pair_key, sign_body
from consent.forms.offer import TermsOffer
from consent.forms.reason import Reason
from consent.forms.receipt import EntryProof, Receipt, verify_receipt
from consent.forms.record import (
    SALT_SIZE,
    Asked,
    ConsentRecord,
    EventState,
    Evidence,
)
from consent.forms.terms import Party
from keys.entropy import Entropy
from wallet.errors import WalletError, WalletFailure
from wallet.ledger.appending import Log, append, new_key
from wallet.ledger.pairing import Pair
from wallet.outside.correspondence import Correspondent

# The authority whose law the records are under (ISO 3166).
JURISDICTION: Final = "KR"


@dataclass(frozen=True, slots=True)
class Decision:
    """What the holder decided about one request, before it is written down."""

    state: EventState
    controller: Party
    asked: Asked
    evidence: Evidence
    offer: TermsOffer | None
    disclosure_salt: bytes | None
    language: str
    reason: Reason | None = None


async def record(
    decision: Decision,
    *,
    pair: Pair,
    log: Log,
    correspondent: Correspondent,
    now: datetime,
    entropy: Entropy,
) -> Receipt:
    """Return the receipt of the recorded decision, its proof verified.

    Raises ``WalletError``: ledger_unavailable, ledger_refused; request_unsupported when what is
    asked cannot be written down.
    """
    written = _write(decision, pair, now, entropy)
    salt = entropy(SALT_SIZE)
    deposit = Deposit(written, salt, decision.offer.terms if decision.offer else None)
    proof = await append(
        deposit, new_key(entropy), pair=pair, log=log, correspondent=correspondent
    )
    return _checked_receipt(decision, deposit, proof, pair, log)


def _write(decision: Decision, pair: Pair, now: datetime, entropy: Entropy) -> ConsentRecord:
    """Return the record; one that could not be read again is not made (hidden characters)."""
    record_id = str(uuid.UUID(bytes=entropy(16), version=4))
    written = ConsentRecord(
        record_id=record_id,
        event_state=decision.state,
        event_time=now.replace(microsecond=0),
        label=pair.secret.label,
        controller=decision.controller,
        asked=decision.asked,
        evidence=replace(decision.evidence, pair_key=pair_key(pair.signer.public)),
        language=decision.language,
        jurisdiction=JURISDICTION,
        consent_id=record_id if decision.state is EventState.GIVEN else None,
        reason=decision.reason,
    )
    try:
        return ConsentRecord.parse(written.as_dict())
    except ConsentError as error:
        raise WalletError(WalletFailure.REQUEST_UNSUPPORTED, error.detail) from None


def _checked_receipt(
    decision: Decision, deposit: Deposit, proof: EntryProof, pair: Pair, log: Log
) -> Receipt:
    """Return the receipt, signed; an entry that is not provably in the log is not recorded."""
    record, terms = deposit.record, deposit.terms
    body, commitment = body_sha256(record, terms), record.commitment(deposit.salt)
    receipt = Receipt(
        record=record,
        record_salt=deposit.salt,
        log=proof,
        terms=terms,
        disclosure_salt=decision.disclosure_salt,
        holder_signature=sign_body(body, commitment, signer=pair.signer),
    )
    try:
        verify_receipt(receipt, log_key=log.key())
    except ConsentError as error:
        reason = f"the ledger's proof does not hold ({error.failure.value})"
        raise WalletError(WalletFailure.LEDGER_REFUSED, reason) from None
    return receipt
