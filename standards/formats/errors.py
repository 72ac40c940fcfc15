"""Why a credential was refused, in words that every format shares: one closed list."""

from enum import StrEnum


class CredentialFailure(StrEnum):
    """Every reason this folder gives, in the order of the steps that find them."""

    FORMAT_UNKNOWN = "format_unknown"
    # the octets as a whole
    PRESENTATION_MALFORMED = "presentation_malformed"
    # what the issuer signed
    CREDENTIAL_MALFORMED = "credential_malformed"
    ISSUER_SIGNATURE_INVALID = "issuer_signature_invalid"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    # what was shown of it
    DISCLOSURE_INVALID = "disclosure_invalid"
    CLAIM_NOT_HELD = "claim_not_held"
    # what the holder signed
    HOLDER_KEY_MISSING = "holder_key_missing"
    BINDING_MISSING = "binding_missing"
    BINDING_INVALID = "binding_invalid"
    BINDING_SIGNATURE_INVALID = "binding_signature_invalid"
    BINDING_TIME = "binding_time"
    WRONG_AUDIENCE = "wrong_audience"
    WRONG_NONCE = "wrong_nonce"
    WRONG_DISCLOSURES = "wrong_disclosures"


class CredentialError(Exception):
    """A credential was refused: ``failure`` for programs, ``detail`` for people, no claim values.

    ``reason`` is the format's own name for it.
    """

    def __init__(self, failure: CredentialFailure, reason: str, detail: str) -> None:
        super().__init__(f"{failure.value}: {reason}: {detail}")
        self.failure = failure
        self.reason = reason
        self.detail = detail
