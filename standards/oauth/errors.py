"""Why a client does not believe an authorization server: one closed list."""

from enum import StrEnum


class OAuthFailure(StrEnum):
    """Every reason this folder gives."""

    MALFORMED = "malformed"
    ISSUER_MISMATCH = "issuer_mismatch"
    STATE_MISMATCH = "state_mismatch"


class OAuthError(Exception):
    """A server's message was refused: ``failure`` for programs, ``detail`` for people."""

    def __init__(self, failure: OAuthFailure, detail: str) -> None:
        super().__init__(f"{failure.value}: {detail}")
        self.failure = failure
        self.detail = detail


def malformed(detail: str) -> OAuthError:
    """Return the error for a message that cannot be read."""
    return OAuthError(OAuthFailure.MALFORMED, detail)
