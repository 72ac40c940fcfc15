"""The DPoP checks of TOKEN and CRED (RFC 9449 sections 4.3, 5, 7 and 8)."""

from collections.abc import Collection
from datetime import UTC, datetime

from tests.conformance.bundles import words
from tests.conformance.bundles.wallet import reading
from tests.conformance.exchanges import Exchange

_SECONDS = 60


def check(asked: Exchange, access: str | None, nonces: Collection[str | None]) -> tuple[str, str]:
    """One proof; returns the thumbprint of its key and its ``jti``."""
    proof = asked.sent["dpop"]
    header = reading.header(proof)
    assert ("dpop+jwt", "ES256") == (header["typ"], header["alg"])
    words.check_public_jwk(header["jwk"])
    claims = reading.claims(proof, header["jwk"])
    assert (asked.method, asked.url) == (claims["htm"], claims["htu"])
    assert abs(datetime.now(UTC).timestamp() - claims["iat"]) < _SECONDS
    assert claims.get("nonce") in nonces
    if access is None:
        assert "ath" not in claims
    else:
        assert f"DPoP {access}" == asked.sent["authorization"]
        assert reading.hashed(access) == claims["ath"]
    return reading.thumbprint(header["jwk"]), str(claims["jti"])


def check_run(
    told: list[Exchange], paths: dict[str, str | None], nonces: Collection[str | None]
) -> str:
    """Every accepted request of a run by one key, no proof twice, with the server's nonce.

    ``paths`` says with which access token each address was asked. Returns the key's thumbprint.
    """
    asked = [one for one in told if one.url in paths and one.status < 400]
    assert set(paths) == {one.url for one in asked}
    proven = [check(one, paths[one.url], nonces) for one in asked]
    [thumbprint] = {thumbprint for thumbprint, _jti in proven}
    assert len(proven) == len({jti for _thumbprint, jti in proven})
    return thumbprint
