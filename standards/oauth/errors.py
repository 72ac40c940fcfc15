"""Why authorization server metadata was not believed: one closed list."""

from enum import StrEnum


class OAuthFailure(StrEnum):
    """Every reason this folder gives."""

    MALFORMED = "malformed"
    ISSUER_MISMATCH = "issuer_mismatch"


class OAuthError(Exception):
    """Metadata was refused: ``failure`` for programs, ``detail`` for people."""

    def __init__(self, failure: OAuthFailure, detail: str) -> None:
        super().__init__(f"{failure.value}: {detail}")
        self.failure = failure
        self.detail = detail


def malformed(detail: str) -> OAuthError:
    """Return the error for metadata that cannot be read."""
    return OAuthError(OAuthFailure.MALFORMED, detail)
