"""Why something signed in COSE was refused: one closed list."""

from enum import StrEnum


class CoseFailure(StrEnum):
    """Every reason this folder gives; sections are those of RFC 9052 where none is named."""

    # not the array of four, or a tag where none belongs or the other way round (sections 4.2, 6.2)
    MALFORMED = "malformed"
    # a label in both headers, `crit`, or `alg` where nobody signed it (section 3)
    HEADER_REFUSED = "header_refused"
    # an algorithm we do not have, or not the key's (RFC 9053 section 2, RFC 9864)
    ALGORITHM_REFUSED = "algorithm_refused"
    # `x5chain` is missing, too long, or no certificates (RFC 9360 section 2)
    CHAIN_REFUSED = "chain_refused"
    # a payload where it is detached, or none where it is not (section 4.1)
    PAYLOAD_REFUSED = "payload_refused"
    # another curve, a point off it, or a private part (section 7, RFC 9053 section 7)
    KEY_REFUSED = "key_refused"
    # the signature is not of this (section 4.4)
    SIGNATURE_INVALID = "signature_invalid"
    # the tag is not of this (section 6.3)
    TAG_INVALID = "tag_invalid"


class CoseError(Exception):
    """Something in COSE was refused: ``failure`` for programs, ``detail`` for people."""

    def __init__(self, failure: CoseFailure, detail: str) -> None:
        super().__init__(f"{failure.value}: {detail}")
        self.failure = failure
        self.detail = detail


def malformed(detail: str) -> CoseError:
    """Return the refusal of what is no COSE structure."""
    return CoseError(CoseFailure.MALFORMED, detail)
