"""DEFER: a credential that comes later (OpenID4VCI section 9)."""

from typing import Any

from tests.conformance.exchanges import Exchange


def check_put_off(answer: Exchange, *, is_encrypted: bool) -> None:
    """The credential endpoint, or a later asking, says to come again."""
    assert 202 == answer.status, answer.body
    if is_encrypted:
        assert "application/jwt" == answer.media_type
        return
    assert "application/json" == answer.media_type
    found = answer.json()
    assert {"transaction_id", "interval"} == set(found)
    assert isinstance(found["transaction_id"], str)
    # VCIEnsureIntervalPresentInDeferredResponse
    assert type(found["interval"]) in {int, float}
    assert found["interval"] > 0


def check_asked(answer: Exchange, issuer: dict[str, Any], *, is_encrypted: bool) -> None:
    """VCIResolveDeferredCredentialEndpointToUse, VCICreateDeferredCredentialRequest."""
    assert issuer["deferred_credential_endpoint"] == answer.url
    assert "POST" == answer.method
    # VCIEncryptCredentialRequest
    sent = answer.sent["content-type"].partition(";")[0]
    assert ("application/jwt" if is_encrypted else "application/json") == sent
