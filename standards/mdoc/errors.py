"""Why an mdoc was refused: one closed list."""

from enum import StrEnum


class MdocFailure(StrEnum):
    """Every reason this folder gives; callers map them to the wire in one total match.

    Sections are those of ISO/IEC 18013-5:2021.
    """

    # what came as a whole (8.3.2.1.2.2): no base64url, no CBOR, no such map; beyond a limit
    MALFORMED = "malformed"
    TOO_LARGE = "too_large"
    # DeviceResponse of another version, of another status than OK, not of exactly one document
    VERSION_REFUSED = "version_refused"
    RESPONSE_STATUS = "response_status"
    DOCUMENT_COUNT = "document_count"

    # the issuer's signature (9.1.2.4)
    ISSUER_AUTH_REFUSED = "issuer_auth_refused"
    CHAIN_REFUSED = "chain_refused"
    ISSUER_SIGNATURE_INVALID = "issuer_signature_invalid"
    MSO_MALFORMED = "mso_malformed"
    DIGEST_ALGORITHM_REFUSED = "digest_algorithm_refused"

    # items and digests (9.1.2.5, 9.3.1)
    ITEM_MALFORMED = "item_malformed"
    RANDOM_TOO_SHORT = "random_too_short"
    DIGEST_REPEATED = "digest_repeated"
    ELEMENT_REPEATED = "element_repeated"
    DIGEST_MISSING = "digest_missing"
    DIGEST_MISMATCH = "digest_mismatch"
    # a value with no form in JSON (RFC 8949 6.1, OpenID4VP 6.3)
    VALUE_REFUSED = "value_refused"

    # the document (9.3.1)
    DOC_TYPE_MISMATCH = "doc_type_mismatch"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    SIGNED_OUTSIDE_CERTIFICATE = "signed_outside_certificate"
    AUTHORITY_MISMATCH = "authority_mismatch"
    HOLDER_KEY_REFUSED = "holder_key_refused"
    STATUS_REFUSED = "status_refused"

    # the holder's side
    CLAIM_NOT_HELD = "claim_not_held"

    # device authentication (9.1.3)
    DEVICE_AUTH_MISSING = "device_auth_missing"
    DEVICE_AUTH_REFUSED = "device_auth_refused"
    DEVICE_SIGNATURE_INVALID = "device_signature_invalid"
    DEVICE_MAC_REFUSED = "device_mac_refused"
    DEVICE_MAC_INVALID = "device_mac_invalid"
    DEVICE_ELEMENT_UNAUTHORIZED = "device_element_unauthorized"


class MdocError(Exception):
    """An mdoc was refused: ``failure`` for programs, ``detail`` for people, no claim values."""

    def __init__(self, failure: MdocFailure, detail: str) -> None:
        super().__init__(f"{failure.value}: {detail}")
        self.failure = failure
        self.detail = detail


def malformed(detail: str) -> MdocError:
    """Return the refusal of what is no mdoc."""
    return MdocError(MdocFailure.MALFORMED, detail)
