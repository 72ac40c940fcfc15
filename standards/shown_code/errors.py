"""Why a code is none: one closed list."""

from enum import StrEnum


class ShownCodeFailure(StrEnum):
    """Every reason this folder gives."""

    # It does not begin as ours do: another program's, or a later version.
    FOREIGN = "foreign"
    # It begins as ours, and the rest is not what we write.
    DAMAGED = "damaged"
    # The chain of certificates given is another than the code was made with.
    WRONG_CHAIN = "wrong_chain"
    # Writing only: the presentation has another form, or does not fit.
    UNSUPPORTED = "unsupported"
    TOO_LARGE = "too_large"


class ShownCodeError(Exception):
    """A code was refused, or cannot be written; ``detail`` names no value of it."""

    def __init__(self, failure: ShownCodeFailure, detail: str) -> None:
        super().__init__(f"{failure.value}: {detail}")
        self.failure = failure
        self.detail = detail


def damaged(detail: str) -> ShownCodeError:
    """Return the refusal of a code that is not as we write it."""
    return ShownCodeError(ShownCodeFailure.DAMAGED, detail)


def unsupported(detail: str) -> ShownCodeError:
    """Return the refusal to write what could not be read again."""
    return ShownCodeError(ShownCodeFailure.UNSUPPORTED, detail)
