"""The cases of the sheet of test codes, and what a desk has to find in each.

The findings are what we promise integrators; a test holds each against the real scanner.
"""

from enum import StrEnum, unique
from typing import Final

from keys.strict_json import JsonObject
from verifiers.failure import Failure
from verifiers.transaction import Progress

# Where the test wallet stands; a desk knows a wallet's link by the rest of the path.
PLACE: Final = "/test-wallet"
LINKS: Final = f"{PLACE}/wallet/desk"
# A wallet's codes are long enough not to be guessed; these are printed, and say what they are.
_MARK: Final = "for-trying-out-only-"


@unique
class Case(StrEnum):
    """One way a certificate at a desk is right or wrong."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    FORGED = "forged"
    UNKNOWN_ISSUER = "unknown-issuer"
    WRONG_AUDIENCE = "wrong-audience"

    @property
    def code(self) -> str:
        """The last part of the case's link, always the same: it may be printed."""
        return f"{_MARK}{self.value}"

    @property
    def expected(self) -> Failure | None:
        """What the desk's verification has to fail at, None where it has to hold."""
        return _EXPECTED.get(self)

    def as_dict(self, base: str) -> JsonObject:
        """Return the case as the sheet for programs has it; ``base`` is the service's address."""
        failure = self.expected
        state = Progress.VERIFIED if failure is None else Progress.FAILED
        return {
            "case": self.value,
            "link": f"{base}{LINKS}/{self.code}",
            "state": state.value,
            "failure": None if failure is None else failure.code,
        }


def case_of(code: str) -> Case | None:
    """Return the case a link's last part names, None for any other text."""
    return next((case for case in Case if case.code == code), None)


_EXPECTED: Final = {
    Case.EXPIRED: Failure.CREDENTIAL_EXPIRED,
    Case.REVOKED: Failure.CREDENTIAL_REVOKED,
    Case.SUSPENDED: Failure.CREDENTIAL_SUSPENDED,
    Case.FORGED: Failure.ISSUER_SIGNATURE_INVALID,
    Case.UNKNOWN_ISSUER: Failure.ISSUER_NOT_TRUSTED,
    Case.WRONG_AUDIENCE: Failure.AUDIENCE_WRONG,
}
