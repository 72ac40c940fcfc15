"""Why a status list or an answer from it was refused: one closed list."""

from enum import StrEnum


class StatusListFailure(StrEnum):
    """Every reason this folder gives; callers map them to the wire in one total match."""

    REFERENCE_MALFORMED = "reference_malformed"
    MALFORMED = "malformed"
    TOO_LARGE = "too_large"
    REFUSED = "refused"
    SIGNATURE_INVALID = "signature_invalid"
    WRONG_TYP = "wrong_typ"
    WRONG_SUBJECT = "wrong_subject"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    INDEX_OUT_OF_RANGE = "index_out_of_range"
    STATUS_UNKNOWN = "status_unknown"


class StatusListError(Exception):
    """A status could not be told: ``failure`` for programs, ``detail`` for people."""

    def __init__(self, failure: StatusListFailure, detail: str) -> None:
        super().__init__(f"{failure.value}: {detail}")
        self.failure = failure
        self.detail = detail
