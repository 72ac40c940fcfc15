"""Why octets are not the CBOR that is read here: one closed list."""

from enum import StrEnum


class CborFailure(StrEnum):
    """Every reason this folder gives; sections are those of RFC 8949."""

    # it ends too early (section 3), something follows, or no item begins so (appendix F)
    MALFORMED = "malformed"
    # beyond a limit: octets, items or depth (section 10)
    TOO_LARGE = "too_large"
    # a key that comes twice, or is neither a number nor a text (sections 5.4 and 5.6)
    KEY_REFUSED = "key_refused"
    # well-formed, but no value that means the same to everybody: a text that is not UTF-8,
    # an unassigned simple value, a number that is none (sections 3.1, 3.3 and 5.3.1)
    VALUE_REFUSED = "value_refused"
    # where one spelling is demanded: not the shortest, or of indefinite length (section 4.2.1)
    NOT_DETERMINISTIC = "not_deterministic"


class CborError(Exception):
    """Octets were refused: ``failure`` for programs, ``detail`` for people, nothing of them."""

    def __init__(self, failure: CborFailure, detail: str) -> None:
        super().__init__(f"{failure.value}: {detail}")
        self.failure = failure
        self.detail = detail
