"""Log before use: nothing verified is released before its use stands in the ledger, provably.

The record says which paths were asked and shown, never a value; the ledger gets its commitment.
"""

import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from consent.errors import ConsentError
from consent.forms.countersignature import Countersignature, sign_countersignature
from consent.forms.disclosure import (
    disclosure_commitment,
    key_binding_commitment,
    transaction_commitment,
)
from consent.forms.offer import SharingFlow
from consent.forms.reason import Reason
from consent.forms.receipt import EntryProof, Receipt, verify_receipt
from consent.forms.record import (
    SALT_SIZE,
    Asked,
    Confirmed,
    ConsentRecord,
    EventState,
    Evidence,
)
from consent.forms.terms import Terms
from consent.tlog.signed_note import VerifierKey
from keys import base64url
from keys.entropy import Entropy
from keys.json_value import JsonValue
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.presented.checked import (
    CheckedPresentation,
    digests,
    shared_kb_sha256,
    shared_sd_hash,
)
from verifiers.presented.confirmed import ConfirmedTransaction
from verifiers.recording.agreement import Agreement, code_agreement, read_agreement
from verifiers.recording.draft import Draft
from verifiers.registered.party_keys import PartyKey
from verifiers.transaction import Transaction

# Records are written for Korean law (ISO 3166) and read in its language (BCP 47).
JURISDICTION: Final = "KR"
LANGUAGE: Final = "ko"


class LedgerEntries(Protocol):
    """The ledger as a relying party sees it."""

    async def append(self, submission: str) -> EntryProof:
        """Return the proof of the entry, durable; else LEDGER_UNREACHABLE or LEDGER_REFUSED.

        The same submission sent again gives the same entry.
        """
        ...


@dataclass(frozen=True, slots=True)
class Use:
    """What happened, before it is written down: the request, the agreement, and what was shown."""

    transaction: Transaction
    terms: Terms
    agreement: Agreement
    presentations: tuple[CheckedPresentation, ...]
    asked: Asked
    confirmed: tuple[ConfirmedTransaction, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordedUse:
    """What relying party and wallet keep: the use's receipt, with the countersignature in it.

    None for a use that is recorded later (`verifiers.recording.late`); it was written down before
    release.
    """

    receipt: Receipt | None


class Recorder:
    """Writes uses to the ledger whose checkpoints are signed by ``log_key``."""

    def __init__(
        self, ledger: LedgerEntries, log_key: Callable[[], VerifierKey], entropy: Entropy
    ) -> None:
        self._ledger = ledger
        self._log_key = log_key
        self._entropy = entropy

    def agreement(
        self,
        handed_over: JsonValue,
        transaction: Transaction,
        served: Collection[bytes],
        within: str | None,
    ) -> Agreement:
        """Return what the holder's wallet says was agreed (`read_agreement`)."""
        return read_agreement(
            handed_over,
            transaction=transaction,
            served=served,
            log_key=self._log_key(),
            entropy=self._entropy,
            within=within,
        )

    def code_agreement(self, transaction: Transaction) -> Agreement:
        """Return what the holder of a shown code agreed to (`agreement.code_agreement`)."""
        return code_agreement(transaction.nonce, transaction.client_id, self._entropy)

    async def record(self, use: Use, *, party_key: PartyKey, now: datetime) -> RecordedUse:
        """Return the proof that this use is recorded, or raise.

        Raises CONSENT_MISMATCH when the holder's entry is about other disclosures, and
        LEDGER_UNREACHABLE, LEDGER_REFUSED or LEDGER_PROOF_INVALID.
        """
        draft = self.draft(use, EventState.USED, party_key=party_key, now=now)
        log_key = self._log_key()
        # One transaction is one use: its id makes a retry the same entry.
        key = use.transaction.id
        submission = draft.submission(key, audience=log_key.name, party_key=party_key)
        receipt = draft.receipt(await self._ledger.append(submission))
        _check_receipt(receipt, log_key)
        return RecordedUse(receipt)

    def draft(self, use: Use, state: EventState, *, party_key: PartyKey, now: datetime) -> Draft:
        """Return what will be recorded of a use: USED now, or USED_LATE when it can be.

        Raises CONSENT_MISMATCH when the holder's entry is about other disclosures.
        """
        record_id = uuid.UUID(bytes=self._entropy(16), version=4)
        return Draft(
            record=_record(use, state, record_id, now),
            salt=self._entropy(SALT_SIZE),
            pair=use.agreement.pair,
            terms=use.terms,
            holder_key=_holder_key(use),
            disclosure_salt=use.agreement.disclosure_salt,
            countersignature=_countersign(use, party_key, now),
        )


def _check_receipt(receipt: Receipt, log_key: VerifierKey) -> None:
    """Raise LEDGER_PROOF_INVALID: what is not provably in the log is not recorded."""
    try:
        verify_receipt(receipt, log_key=log_key)
    except ConsentError as error:
        raise VerifierError(Failure.LEDGER_PROOF_INVALID, error.failure.value) from error


def _record(use: Use, state: EventState, record_id: uuid.UUID, now: datetime) -> ConsentRecord:
    agreed = use.agreement
    evidence = Evidence(
        request_sha256=agreed.request_sha256,
        terms_sha256=use.terms.sha256(),
        terms_binding=agreed.binding,
        disclosure_commitment=_commitment(use),
        key=agreed.key,
        random=use.transaction.terms_random,
        notice_sha256=agreed.evidence.notice_sha256,
        registration_sha256=agreed.evidence.registration_sha256,
        kb_sha256=_kb_commitment(use),
        flow=_flow(use),
        transactions=_transactions(use),
    )
    return ConsentRecord(
        record_id=str(record_id),
        event_state=state,
        event_time=now.replace(microsecond=0),
        label=use.agreement.pair.label,
        reason=Reason.LEDGER_UNREACHABLE if state is EventState.USED_LATE else None,
        controller=use.terms.receiver.party,
        asked=use.asked,
        evidence=evidence,
        language=LANGUAGE,
        jurisdiction=JURISDICTION,
        consent_id=agreed.consent_id,
    )


def _commitment(use: Use) -> bytes:
    """Return the commitment to what was disclosed; the holder's own must be the same."""
    agreed = use.agreement
    shown = shared_sd_hash(use.presentations), digests(use.presentations)
    try:
        made = disclosure_commitment(agreed.disclosure_salt, *shown)
    except ConsentError as error:
        # Digests of several lengths have no common form; HAIP 8 knows SHA-256 alone.
        raise VerifierError(Failure.POLICY_NOT_MET, "hash functions differ") from error
    if agreed.disclosure_commitment not in (None, made):
        raise VerifierError(Failure.CONSENT_MISMATCH, "it was given to other disclosures")
    return made


def _kb_commitment(use: Use) -> bytes:
    """Return what the record says of the key binding; the holder's own must say the same."""
    signed = shared_kb_sha256(use.presentations)
    made = key_binding_commitment(use.agreement.disclosure_salt, signed)
    if use.agreement.evidence.kb_sha256 not in (None, made):
        raise VerifierError(Failure.CONSENT_MISMATCH, "it was given to another presentation")
    return made


def _transactions(use: Use) -> tuple[Confirmed, ...]:
    """Return what was confirmed, as the record names it; a consent to this must say the same."""
    agreed = use.agreement
    made = tuple(
        Confirmed(
            each.data.type, transaction_commitment(agreed.disclosure_salt, each.data.encoded)
        )
        for each in use.confirmed
    )
    consent = None if agreed.is_within else agreed.consent
    if consent is not None and set(consent.record.evidence.transactions) != set(made):
        raise VerifierError(Failure.CONSENT_MISMATCH, "it was given to other transactions")
    return made


def _holder_key(use: Use) -> bytes | None:
    """Return the thumbprint by which a wallet of another maker may open the record at the ledger.

    Our own wallet reads it by the pair's key. Of several certificates the first one's key counts.
    """
    holder = use.presentations[0].credential.holder
    if use.agreement.consent_id is not None or holder is None:
        return None
    return base64url.decode(holder.thumbprint())


def _flow(use: Use) -> SharingFlow:
    """Return how the two met; whoever shows a code is asked by nobody."""
    if use.agreement.binding is None:
        return SharingFlow.SHOWN_CODE
    return SharingFlow(use.transaction.flow.value)


def _countersign(use: Use, party_key: PartyKey, now: datetime) -> str:
    countersignature = Countersignature(
        request_sha256=use.agreement.request_sha256,
        kb_sha256=shared_kb_sha256(use.presentations),
        body_sha256=use.agreement.body_sha256,
        record_commitment=use.agreement.record_commitment,
        issued_at=now,
        transaction=use.transaction.id,
    )
    return sign_countersignature(countersignature, signer=party_key.signer, x5c=party_key.x5c)
