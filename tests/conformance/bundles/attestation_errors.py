"""ATT-ERR: a client attestation that is refused (draft 07 section 6.2)."""

from tests.conformance.bundles import token
from tests.conformance.exchanges import Exchange


def check(answer: Exchange) -> None:
    """400 or 401 in JSON, with one of the three codes, in legal characters."""
    token.check_error(answer, "invalid_client", "invalid_request", "invalid_client_attestation")
