"""Why the forms, the proofs or the ledger of consent refused something: one closed list."""

from enum import StrEnum


class ConsentFailure(StrEnum):
    """Every reason this room gives; `consent.endpoints.refusals` maps each to the wire, once."""

    # a form that cannot be read, or does not belong to what it claims to belong to
    MALFORMED = "malformed"
    TERMS_MISMATCH = "terms_mismatch"
    RECORD_MISMATCH = "record_mismatch"
    COUNTERSIGNATURE_INVALID = "countersignature_invalid"
    HOLDER_SIGNATURE_INVALID = "holder_signature_invalid"
    NOTICE_INVALID = "notice_invalid"

    # the log and its proofs
    NOTE_UNSIGNED = "note_unsigned"
    NOTE_SIGNATURE_INVALID = "note_signature_invalid"
    WRONG_ORIGIN = "wrong_origin"
    PROOF_INVALID = "proof_invalid"
    INCOMPLETE = "incomplete"
    QUORUM_MISSING = "quorum_missing"
    PRUNED = "pruned"

    # who may append what
    SUBMISSION_INVALID = "submission_invalid"
    WRONG_AUDIENCE = "wrong_audience"
    NOT_REGISTERED = "not_registered"
    TYPE_NOT_ALLOWED = "type_not_allowed"
    LABEL_UNKNOWN = "label_unknown"
    MAC_INVALID = "mac_invalid"
    KEY_NOT_OF_LABEL = "key_not_of_label"
    IDEMPOTENCY_CONFLICT = "idempotency_conflict"
    QUOTA_EXCEEDED = "quota_exceeded"

    # what was deposited, and what was consented to
    DEPOSIT_MISSING = "deposit_missing"
    TERMS_INCOMPLETE = "terms_incomplete"
    CONSENT_UNKNOWN = "consent_unknown"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    CONSENT_EXPIRED = "consent_expired"
    CONSENT_USED_UP = "consent_used_up"
    USE_TOO_EARLY = "use_too_early"
    BEYOND_CONSENT = "beyond_consent"
    RETAINED_BY_LAW = "retained_by_law"
    RECORD_UNOPENABLE = "record_unopenable"
    CODE_USED = "code_used"

    # the ledger itself
    LEDGER_BUSY = "ledger_busy"
    LEDGER_STOPPED = "ledger_stopped"
    LEDGER_IN_USE = "ledger_in_use"
    CHECKPOINT_AHEAD = "checkpoint_ahead"
    STORE_DAMAGED = "store_damaged"
    NOT_FOUND = "not_found"

    # receipts opened by proving a key
    OPENING_UNKNOWN = "opening_unknown"
    OPENING_REFUSED = "opening_refused"


class ConsentError(Exception):
    """A refusal: the closed reason for programs, one sentence for people, never a secret."""

    def __init__(self, failure: ConsentFailure, detail: str) -> None:
        super().__init__(f"{failure}: {detail}")
        self.failure = failure
        self.detail = detail
