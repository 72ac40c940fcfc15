"""Why an SD-JWT was refused: one closed list."""

from enum import StrEnum


class SdJwtFailure(StrEnum):
    """Every reason this folder gives; callers map them to the wire in one total match."""

    # the text as a whole (RFC 9901 section 4)
    MALFORMED = "malformed"
    TOO_LARGE = "too_large"
    JSON_SERIALIZATION = "json_serialization"
    KEY_BINDING_UNEXPECTED = "key_binding_unexpected"

    # the issuer-signed JWT (section 7.1, steps 2 and 3)
    ISSUER_JWT_REFUSED = "issuer_jwt_refused"
    ISSUER_SIGNATURE_INVALID = "issuer_signature_invalid"
    WRONG_TYP = "wrong_typ"
    HASH_ALGORITHM_REFUSED = "hash_algorithm_refused"

    # digests and disclosures (section 7.1, steps 3 to 5)
    DISCLOSURE_MALFORMED = "disclosure_malformed"
    DISCLOSURE_MISPLACED = "disclosure_misplaced"
    DISCLOSURE_UNREFERENCED = "disclosure_unreferenced"
    DIGEST_MALFORMED = "digest_malformed"
    DIGEST_REPEATED = "digest_repeated"
    CLAIM_NAME_RESERVED = "claim_name_reserved"
    CLAIM_NAME_TAKEN = "claim_name_taken"

    # the holder's side (section 7.2)
    CLAIM_NOT_HELD = "claim_not_held"

    # key binding (section 7.3)
    KEY_BINDING_MISSING = "key_binding_missing"
    KEY_BINDING_REFUSED = "key_binding_refused"
    KEY_BINDING_SIGNATURE_INVALID = "key_binding_signature_invalid"
    KEY_BINDING_TIME = "key_binding_time"
    WRONG_AUDIENCE = "wrong_audience"
    WRONG_NONCE = "wrong_nonce"
    WRONG_SD_HASH = "wrong_sd_hash"


class SdJwtError(Exception):
    """An SD-JWT was refused: ``failure`` for programs, ``detail`` for people, no claim values."""

    def __init__(self, failure: SdJwtFailure, detail: str) -> None:
        super().__init__(f"{failure.value}: {detail}")
        self.failure = failure
        self.detail = detail
