"""DEFER: a wallet that comes again for what was put off (OpenID4VCI section 9.1)."""

import json

from tests.conformance.exchanges import Exchange


def check(told: list[Exchange], endpoint: str, transaction_id: str) -> int:
    """Each asking names the transaction; returns how many were answered."""
    asked = [one for one in told if one.url == endpoint and one.status < 400]
    assert asked
    for one in asked:
        assert "POST" == one.method
        assert "application/json" == one.sent["content-type"].partition(";")[0]
        assert {"transaction_id": transaction_id} == json.loads(one.content)
    return len(asked)
