"""NONCE: the nonce endpoint (OpenID4VCI section 7)."""

from tests.conformance.exchanges import Exchange


def check(answer: Exchange) -> None:
    """All of NONCE, for one unauthenticated POST."""
    # CallCredentialIssuerNonceEndpoint
    assert "POST" == answer.method
    assert "authorization" not in answer.sent
    assert 200 == answer.status
    assert "application/json" == answer.media_type
    # CheckCacheControlHeaderContainsNoStore
    assert "no-store" in answer.headers["cache-control"]
    # VCIValidateCredentialNonceResponse
    assert isinstance(answer.json()["c_nonce"], str)
    assert answer.json()["c_nonce"]
