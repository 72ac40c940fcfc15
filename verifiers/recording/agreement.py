"""What the holder's wallet says about consent, held against what was asked.

Our wallet records the consent before it answers, and hands over the receipt and the secret of the
pair (``mydata_consent``). Another maker's wallet sends nothing: then its key binding still commits
to the terms through the nonce, and the use is filed under a label made for this one sharing.
"""

from collections.abc import Collection
from dataclasses import dataclass

from consent.errors import ConsentError
from consent.forms.handover import Handover
from consent.forms.receipt import Receipt, verify_receipt
from consent.forms.record import SALT_SIZE, EventState, Evidence, HolderKey, TermsBinding
from consent.forms.submission import PairSecret
from consent.tlog.signed_note import VerifierKey
from keys import base64url
from keys.entropy import Entropy
from keys.json_value import JsonValue
from keys.strict_json import loads
from standards.shown_code.code import request_sha256
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.transaction import Transaction

_SECRET_SIZE = 32


@dataclass(frozen=True, slots=True)
class Agreement:
    """Under which label a use is filed, and how the holder is bound to the terms.

    ``request_sha256`` names the request object that was answered, ``record_commitment`` the
    holder's own entry, ``disclosure_commitment`` what that entry says was disclosed,
    ``consent_id`` its record and ``holder`` the thumbprint of the key of the pair that signed it.
    ``consent`` is the holder's receipt, its signature over the body checked, ``standing`` where
    its wallet answers again, ``is_within`` for such an answer. ``binding`` is None
    where the holder was shown no terms: whoever shows a code is not asked.
    """

    pair: PairSecret
    binding: TermsBinding | None
    request_sha256: bytes
    disclosure_salt: bytes
    key: HolderKey | None = None
    record_commitment: bytes | None = None
    disclosure_commitment: bytes | None = None
    consent_id: str | None = None
    holder: str | None = None
    consent: Receipt | None = None
    standing: str | None = None
    is_within: bool = False

    @property
    def evidence(self) -> Evidence:
        """What the holder's own record says was signed; empty without one.

        Of a consent given before only the notice counts: another request was signed then.
        """
        if self.consent is None:
            return Evidence()
        evidence = self.consent.record.evidence
        return Evidence(notice_sha256=evidence.notice_sha256) if self.is_within else evidence

    @property
    def body_sha256(self) -> bytes | None:
        """The hash of the body the holder signed, which we countersign."""
        return None if self.consent is None else self.consent.body_sha256()


def read_agreement(
    handed_over: JsonValue,
    *,
    transaction: Transaction,
    served: Collection[bytes],
    log_key: VerifierKey,
    entropy: Entropy,
    within: str | None = None,
) -> Agreement:
    """Return what was agreed, or raise CONSENT_MISMATCH when it is about something else.

    ``handed_over`` is None when the wallet sent nothing; ``served`` are the hashes of the request
    objects handed out for this transaction, oldest first; ``within`` is the consent that stands
    where none is asked for anew.
    """
    if handed_over is None:
        if within is not None:
            raise VerifierError(Failure.CONSENT_MISMATCH, "it names no consent that stands")
        return _committed_only(served, entropy)
    try:
        handover = Handover.parse(handed_over)
        verified = verify_receipt(handover.receipt, log_key=log_key)
        handover.receipt.check_holder_signature()
    except ConsentError as error:
        raise VerifierError(Failure.CONSENT_MISMATCH, error.failure.value) from error
    if within is not None:
        return _within(handover, within, transaction, served, entropy)
    receipt, evidence = handover.receipt, verified.record.evidence
    request = _answered_request(receipt, transaction, served)
    _check_whole(receipt)
    return Agreement(
        pair=handover.pair,
        binding=TermsBinding.SHOWN,
        request_sha256=request,
        disclosure_salt=receipt.disclosure_salt or entropy(SALT_SIZE),
        key=evidence.key,
        record_commitment=verified.entry.leaf.commitment,
        disclosure_commitment=evidence.disclosure_commitment,
        consent_id=verified.record.consent_id,
        holder=base64url.encode(evidence.pair_key or b""),
        consent=receipt,
        standing=handover.standing,
    )


def code_agreement(nonce: str, audience: str, entropy: Entropy) -> Agreement:
    """Return the agreement of a holder who showed a code, to anybody or in answer to us."""
    return Agreement(
        pair=PairSecret(entropy(_SECRET_SIZE), entropy(_SECRET_SIZE)),
        binding=None,
        request_sha256=request_sha256(nonce, audience),
        disclosure_salt=entropy(SALT_SIZE),
    )


def _within(
    handover: Handover,
    consent_id: str,
    transaction: Transaction,
    served: Collection[bytes],
    entropy: Entropy,
) -> Agreement:
    """Return a use under a consent given before: the same one, on the same terms."""
    receipt = handover.receipt
    record, terms = receipt.record, receipt.terms
    is_this_one = (
        record.event_state is EventState.GIVEN
        and record.consent_id == consent_id
        and record.controller.id == transaction.party
        and terms is not None
        and terms.as_dict() == loads(transaction.terms)
    )
    if not is_this_one or not served:
        raise VerifierError(Failure.CONSENT_MISMATCH, "it was given to another request")
    return Agreement(
        pair=handover.pair,
        binding=TermsBinding.SHOWN,
        request_sha256=[*served][-1],
        disclosure_salt=entropy(SALT_SIZE),
        key=record.evidence.key,
        record_commitment=record.commitment(receipt.record_salt),
        consent_id=consent_id,
        holder=base64url.encode(record.evidence.pair_key or b""),
        consent=receipt,
        is_within=True,
    )


def _answered_request(
    receipt: Receipt, transaction: Transaction, served: Collection[bytes]
) -> bytes:
    """Return the hash of the request that was consented to, or raise: another is none of ours."""
    record = receipt.record
    request = record.evidence.request_sha256
    is_about_this = (
        record.event_state is EventState.GIVEN
        and record.controller.id == transaction.party
        and receipt.nonce() == transaction.nonce
        and record.evidence.flow == transaction.flow.value
    )
    if request is None or request not in served or not is_about_this:
        raise VerifierError(Failure.CONSENT_MISMATCH, "it was given to another request")
    return request


def _check_whole(receipt: Receipt) -> None:
    """Raise unless it says all we countersign: we sign ``shown`` on its word, and the notice."""
    evidence, terms = receipt.record.evidence, receipt.terms
    hashes = None if terms is None else terms.notice.sha256
    is_whole = (
        evidence.terms_binding is TermsBinding.SHOWN
        and evidence.disclosure_commitment is not None
        and evidence.kb_sha256 is not None
        and hashes is not None
        and evidence.notice_sha256 in (hashes.ko, hashes.en, hashes.ja)
    )
    if not is_whole:
        raise VerifierError(Failure.CONSENT_MISMATCH, "it says too little")


def _committed_only(served: Collection[bytes], entropy: Entropy) -> Agreement:
    """Return the agreement of a wallet that knows nothing of ours."""
    if not served:
        raise VerifierError(Failure.CONSENT_MISMATCH, "the request was never fetched")
    return Agreement(
        pair=PairSecret(entropy(_SECRET_SIZE), entropy(_SECRET_SIZE)),
        binding=TermsBinding.COMMITTED,
        request_sha256=[*served][-1],
        disclosure_salt=entropy(SALT_SIZE),
    )
