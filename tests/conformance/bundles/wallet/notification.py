"""NOTIF: what a wallet tells an issuer of a credential (OpenID4VCI section 11.1)."""

import json

from tests.conformance.bundles import words
from tests.conformance.exchanges import Exchange

EVENTS = {"credential_accepted", "credential_failure", "credential_deleted"}


def check(asked: Exchange, notification_id: str) -> str:
    """VCIValidateNotificationRequest; returns the event."""
    sent = json.loads(asked.content)
    assert {"notification_id", "event", "event_description"} >= set(sent)
    assert notification_id == sent["notification_id"]
    assert sent["event"] in EVENTS
    assert words.DESCRIPTION.fullmatch(sent.get("event_description", ""))
    assert 204 == asked.status
    return str(sent["event"])
