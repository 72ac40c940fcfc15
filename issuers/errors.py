"""Why an issuer refused: one closed list, mapped to the wire in `issuers.endpoints` alone."""

from enum import StrEnum


class IssuerFailure(StrEnum):
    """Every reason of this room; the names follow OpenID4VCI 1.0 where it has one."""

    # what an operator asked for
    UNKNOWN_KIND = "unknown_kind"
    UNKNOWN_CITIZEN = "unknown_citizen"
    UNKNOWN_PURPOSE = "unknown_purpose"
    UNKNOWN_CERTIFICATE = "unknown_certificate"
    STATUS_FINAL = "status_final"
    STATUS_UNCHANGED = "status_unchanged"
    NOT_ENTITLED = "not_entitled"
    MALFORMED = "malformed"

    # addresses
    UNKNOWN_AUTHORITY = "unknown_authority"
    UNKNOWN_OFFER = "unknown_offer"
    UNKNOWN_STATUS_LIST = "unknown_status_list"

    # token endpoint, OpenID4VCI section 6.3
    CODE_INVALID = "code_invalid"
    TX_CODE_WRONG = "tx_code_wrong"
    TX_CODE_MISSING = "tx_code_missing"
    TX_CODE_UNEXPECTED = "tx_code_unexpected"

    # credential endpoint, OpenID4VCI section 8.3.1
    TOKEN_INVALID = "token_invalid"  # noqa: S105 - the name of a reason, not a secret
    TOKEN_SPENT = "token_spent"  # noqa: S105 - the same
    UNKNOWN_CONFIGURATION = "unknown_configuration"
    UNKNOWN_IDENTIFIER = "unknown_identifier"
    ENCRYPTION_UNSUPPORTED = "encryption_unsupported"
    PROOF_INVALID = "proof_invalid"
    NONCE_INVALID = "nonce_invalid"


class IssuerError(Exception):
    """The issuer refused: ``failure`` for programs, ``detail`` (one English sentence) for people.

    ``detail`` says what was expected or what to do next; it holds no secret, no claim value and
    nothing of the input.
    """

    def __init__(self, failure: IssuerFailure, detail: str) -> None:
        super().__init__(f"{failure.value}: {detail}")
        self.failure = failure
        self.detail = detail
