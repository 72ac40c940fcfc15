"""NOTIF: an issuer that wants to know what became of its credentials (OpenID4VCI section 11)."""

from typing import Any

from tests.conformance.exchanges import Exchange


def check(answer: Exchange, notification_id: object, issuer: dict[str, Any]) -> None:
    """A credential that was kept, told under the id that came with it."""
    # VCIExtractNotificationIdFromCredentialResponse
    assert isinstance(notification_id, str)
    # VCIResolveNotificationEndpointToUse
    assert issuer["notification_endpoint"] == answer.url
    # VCICreateNotificationRequest, EnsureHttpStatusCodeIs2xx
    assert "credential_accepted" in answer.content
    assert notification_id in answer.content
    assert 2 == answer.status // 100, answer.body
