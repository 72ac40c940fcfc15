"""Why an issuer refused: one closed list, mapped to the wire in `issuers.endpoints` alone.

What a standard has a code for where the request is read (a missing proof, an unexpected
``tx_code``) comes as that standard's own error; here is what only an issuer can know.
"""

from datetime import timedelta
from enum import StrEnum

from issuers.grounds import Ground


class IssuerFailure(StrEnum):
    """Every reason of this room."""

    # what an operator asked for
    MALFORMED = "malformed"
    UNKNOWN_KIND = "unknown_kind"
    UNKNOWN_CITIZEN = "unknown_citizen"
    UNKNOWN_PURPOSE = "unknown_purpose"
    UNKNOWN_OPTION = "unknown_option"
    UNKNOWN_VIEW = "unknown_view"
    UNKNOWN_CERTIFICATE = "unknown_certificate"
    STATUS_FINAL = "status_final"
    STATUS_UNCHANGED = "status_unchanged"
    NOT_ENTITLED = "not_entitled"
    HOUSEHOLD_DIVIDED = "household_divided"
    TOO_MANY_OFFERS = "too_many_offers"
    BULK_ACCESS = "bulk_access"
    UNKNOWN_JOB = "unknown_job"
    JOB_EXISTS = "job_exists"
    UNKNOWN_MANDATE = "unknown_mandate"
    TOO_MANY_MANDATES = "too_many_mandates"

    # addresses
    UNKNOWN_AUTHORITY = "unknown_authority"
    UNKNOWN_OFFER = "unknown_offer"
    UNKNOWN_STATUS_LIST = "unknown_status_list"
    STATUS_NOT_KEPT = "status_not_kept"

    # clients and pushed requests
    UNKNOWN_CLIENT = "unknown_client"
    UNKNOWN_REQUEST = "unknown_request"
    TOO_MANY_REQUESTS = "too_many_requests"

    # token endpoint
    CODE_INVALID = "code_invalid"
    TX_CODE_WRONG = "tx_code_wrong"

    # credential endpoint
    ACCESS_REFUSED = "access_refused"
    ACCESS_SPENT = "access_spent"
    CERTIFICATE_REVOKED = "certificate_revoked"
    CERTIFICATE_SUSPENDED = "certificate_suspended"
    UNKNOWN_CONFIGURATION = "unknown_configuration"
    UNKNOWN_IDENTIFIER = "unknown_identifier"
    NONCE_INVALID = "nonce_invalid"
    MIS_ISSUE = "mis_issue"
    DECISION_REFUSED = "decision_refused"
    TRANSACTION_INVALID = "transaction_invalid"

    # the signer guard
    SIGNER_UNTRUSTED = "signer_untrusted"
    SIGNER_ENDING = "signer_ending"
    STATUS_UNPUBLISHED = "status_unpublished"


class IssuerError(Exception):
    """The issuer refused: ``failure`` for programs, ``detail`` (one English sentence) for people.

    ``detail`` says what was expected or what to do next; it holds no secret, no claim value and
    nothing of the input. ``retry_after`` is given when only time is missing, ``ground`` when an
    application was refused for what the law names: then the applicant is told it.
    """

    def __init__(
        self,
        failure: IssuerFailure,
        detail: str,
        *,
        retry_after: timedelta | None = None,
        ground: Ground | None = None,
    ) -> None:
        super().__init__(f"{failure.value}: {detail}")
        self.failure = failure
        self.detail = detail
        self.retry_after = retry_after
        self.ground = ground
