"""DEFER: a credential that comes later (OpenID4VCI section 9)."""

from typing import Any

from tests.conformance.bundles import credential
from tests.conformance.exchanges import Exchange


def check_put_off(answer: Exchange) -> None:
    """The credential endpoint, or a later asking, says to come again."""
    assert 202 == answer.status, answer.body
    assert "application/json" == answer.media_type
    found = answer.json()
    assert {"transaction_id", "interval"} == set(found)
    assert isinstance(found["transaction_id"], str)
    # VCIEnsureIntervalPresentInDeferredResponse
    assert type(found["interval"]) in {int, float}
    assert found["interval"] > 0


def check_asked(answer: Exchange, issuer: dict[str, Any]) -> None:
    """VCIResolveDeferredCredentialEndpointToUse, VCICreateDeferredCredentialRequest."""
    assert issuer["deferred_credential_endpoint"] == answer.url
    assert "POST" == answer.method
    assert "transaction_id" in answer.content


def check_granted(answer: Exchange) -> None:
    """What was put off has come."""
    credential.check(answer)
