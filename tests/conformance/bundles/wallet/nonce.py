"""NONCE: POST only, and a nonce is good for one request (OpenID4VCI section 7.1)."""

from tests.conformance.exchanges import Exchange


def check(told: list[Exchange], endpoint: str) -> list[str]:
    """Every asking was a POST; returns the nonces in their order."""
    asked = [one for one in told if one.url == endpoint]
    assert asked
    assert all("POST" == one.method for one in asked)
    assert all("authorization" not in one.sent for one in asked)
    return [str(one.json()["c_nonce"]) for one in asked]
