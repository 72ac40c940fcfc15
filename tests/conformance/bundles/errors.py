"""ERR: a credential endpoint that refuses (OpenID4VCI section 8.3.1)."""

from tests.conformance.bundles import words
from tests.conformance.exchanges import Exchange


def check(answer: Exchange, code: str) -> None:
    """All of ERR, for the code that is expected."""
    # EnsureHttpStatusCodeIs400
    assert 400 == answer.status, answer.body
    # VCIEnsureCredentialResponseIsNotAnEncryptedJwe
    assert "application/json" == answer.media_type
    found = answer.json()
    # VCIValidateNoUnknownKeysInCredentialErrorResponse
    assert {"error", "error_description"} >= set(found)
    assert words.DESCRIPTION.fullmatch(found.get("error_description", ""))
    # VCIValidateCredentialErrorResponse
    assert code == found["error"], found
