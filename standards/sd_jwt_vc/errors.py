"""Why a credential or its type's description was refused: one closed list."""

from enum import StrEnum


class VcFailure(StrEnum):
    """Every reason this folder gives; callers map them to the wire in one total match."""

    # the credential (sections 3.2 and 3.4)
    ALWAYS_OPEN_CLAIM_HIDDEN = "always_open_claim_hidden"
    CLAIM_MALFORMED = "claim_malformed"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    HOLDER_KEY_REFUSED = "holder_key_refused"
    KEY_BINDING_WITHOUT_KEY = "key_binding_without_key"
    STATUS_REFUSED = "status_refused"

    # type metadata (sections 6 to 9)
    TYPE_MALFORMED = "type_malformed"
    TYPE_TOO_LARGE = "type_too_large"
    TYPE_OF_ANOTHER = "type_of_another"
    TYPE_INTEGRITY = "type_integrity"
    TYPE_CIRCLE = "type_circle"
    TYPE_CHAIN_TOO_LONG = "type_chain_too_long"
    TYPE_LOOSENED = "type_loosened"
    CLAIM_MISSING = "claim_missing"
    CLAIM_MUST_BE_HIDDEN = "claim_must_be_hidden"
    CLAIM_MUST_BE_OPEN = "claim_must_be_open"


class VcError(Exception):
    """A credential or a type was refused: ``failure`` for programs, ``detail`` for people."""

    def __init__(self, failure: VcFailure, detail: str) -> None:
        super().__init__(f"{failure.value}: {detail}")
        self.failure = failure
        self.detail = detail
