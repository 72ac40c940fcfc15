"""CRED: a credential endpoint that grants what it was asked for (OpenID4VCI section 8.3)."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from tests.conformance.exchanges import Exchange

_MEMBERS = {"credentials", "transaction_id", "interval", "notification_id"}
# VCIExtractCredentialResponse asks for the first two arms of an encrypted answer elsewhere.
_COMPACT_JWE_PARTS = 5


def check(answer: Exchange) -> None:
    """An immediate answer in plain JSON."""
    # EnsureHttpStatusCodeIsAnyOf: an immediate answer is exactly 200
    assert 200 == answer.status, answer.body
    check_headers(answer)
    assert "application/json" == answer.media_type
    check_response(answer.json())


def check_response(found: dict[str, Any]) -> None:
    """VCIExtractCredentialResponse, VCIValidateNoUnknownKeysInCredentialResponse."""
    assert _MEMBERS >= set(found)
    assert "transaction_id" not in found
    assert found["credentials"]
    for entry in found["credentials"]:
        assert {"credential"} == set(entry)
        assert isinstance(entry["credential"], str)
    assert isinstance(found.get("notification_id", ""), str)


def check_encrypted(answer: Exchange) -> None:
    """EnsureContentTypeApplicationJwt, VCIEnsureCredentialResponseIsEncryptedJwe."""
    assert 200 == answer.status, answer.body
    check_headers(answer)
    assert "application/jwt" == answer.media_type
    assert _COMPACT_JWE_PARTS == len(answer.body.split("."))


def check_headers(answer: Exchange) -> None:
    """CheckForDateHeaderInResourceResponse, EnsureMatchingFAPIInteractionId."""
    told = parsedate_to_datetime(answer.headers["date"])
    # The tests' clock stands still elsewhere; here both sides have the machine's.
    assert abs(datetime.now(UTC) - told) < timedelta(minutes=1)
    interaction = answer.headers.get("x-fapi-interaction-id")
    assert interaction is None or answer.sent["x-fapi-interaction-id"] == interaction
