"""Why a wallet stopped: what an issuer sent cannot be used. One closed list."""

from enum import StrEnum


class VciFailure(StrEnum):
    """Every reason a message from an issuer is refused."""

    MALFORMED = "malformed"
    ISSUER_MISMATCH = "issuer_mismatch"
    SIGNER_UNTRUSTED = "signer_untrusted"
    UNKNOWN_CONFIGURATION = "unknown_configuration"
    UNKNOWN_AUTHORIZATION_SERVER = "unknown_authorization_server"


class VciError(Exception):
    """A message from an issuer was refused: ``failure`` for programs, ``detail`` for people."""

    def __init__(self, failure: VciFailure, detail: str) -> None:
        super().__init__(f"{failure.value}: {detail}")
        self.failure = failure
        self.detail = detail


def malformed(detail: str) -> VciError:
    """Return the error for a message that breaks a rule of OpenID4VCI 1.0."""
    return VciError(VciFailure.MALFORMED, detail)
