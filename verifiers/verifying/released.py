"""The end of a verified transaction: what the desk reads of it, and what proves it."""

from collections.abc import Sequence
from datetime import datetime

from consent.forms.receipt import Receipt
from keys.json_value import JsonObject
from verifiers.delivering.result import credential_form
from verifiers.presented.confirmed import confirmed_form
from verifiers.presented.verified import VerifiedCredential
from verifiers.recording.kept_consent import countersigned_consent
from verifiers.recording.recorder import Use
from verifiers.recording.sealing import Sealing
from verifiers.session import code_sha256
from verifiers.transaction import Outcome, Progress


def released_outcome(
    use: Use,
    credentials: Sequence[VerifiedCredential],
    receipt: Receipt | None,
    response_code: str | None,
    sealing: Sealing,
    now: datetime,
) -> Outcome:
    """Return the end of a verified transaction: claims and evidence apart, each sealed.

    What marks this very copy of a certificate (salts, digests, its issuer's signature) is dropped
    here; the evidence keeps what the holder signed, which names no claim.
    """
    transaction_id = use.transaction.id
    evidence: JsonObject = {
        "receipt": None if receipt is None else receipt.as_dict(),
        "consent": countersigned_consent(use, receipt),
        "confirmed": [confirmed_form(each) for each in use.confirmed],
        "key_bindings": [each.content.holder_part for each in use.presentations],
    }
    return Outcome(
        Progress.VERIFIED,
        claims_sealed=sealing.seal_claims(transaction_id, map(credential_form, credentials)),
        evidence_sealed=sealing.seal_evidence(transaction_id, evidence),
        response_code_sha256=None if response_code is None else code_sha256(response_code),
        closed_at=now,
    )
