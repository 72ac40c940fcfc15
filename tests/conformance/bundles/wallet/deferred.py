"""DEFER: a wallet that comes again for what was put off (OpenID4VCI section 9.1)."""

import json

from tests.conformance.bundles.wallet import credential
from tests.conformance.exchanges import Exchange


def check(told: list[Exchange], endpoint: str, transaction_id: str) -> int:
    """Each asking names the transaction; returns how many were answered."""
    asked = answered(told, endpoint)
    for one in asked:
        assert "application/json" == one.sent["content-type"].partition(";")[0]
        assert {"transaction_id": transaction_id} == json.loads(one.content)
    return len(asked)


def check_encrypted(told: list[Exchange], endpoint: str) -> int:
    """Each asking is a JWE that opened, and says how to encrypt what comes."""
    asked = answered(told, endpoint)
    for one in asked:
        credential.check_encrypted(one)
    # the issuer encrypts an answer only to a key that this very request brought
    assert {"application/jwt"} == {one.media_type for one in asked}
    return len(asked)


def answered(told: list[Exchange], endpoint: str) -> list[Exchange]:
    """The askings that were in order, none of them another than a POST."""
    asked = [one for one in told if one.url == endpoint and one.status < 400]
    assert asked
    assert all("POST" == one.method for one in asked)
    return asked
