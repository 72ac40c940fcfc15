"""Why a witness does not cosign: one closed list, each with its status (C2SP tlog-witness)."""

from enum import StrEnum


class Refusal(StrEnum):
    """Every reason of a witness; `consent.endpoints.witness` maps each to its status, once."""

    MALFORMED = "malformed"
    UNKNOWN_LOG = "unknown_log"
    UNSIGNED = "unsigned"
    OLD_SIZE_BEYOND = "old_size_beyond"
    OTHER_SIZE = "other_size"
    OTHER_ROOT = "other_root"
    PROOF_INVALID = "proof_invalid"


class WitnessError(Exception):
    """A refusal: nothing was kept and nothing signed.

    ``stored`` is the size last cosigned, given where the caller has to go on from it.
    """

    def __init__(self, refusal: Refusal, detail: str, *, stored: int | None = None) -> None:
        super().__init__(f"{refusal}: {detail}")
        self.refusal = refusal
        self.detail = detail
        self.stored = stored
