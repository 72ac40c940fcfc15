"""ATT: what proves the client at PAR and at the token endpoint (draft 07)."""

from datetime import UTC, datetime

from cryptography import x509

from tests.conformance.bundles import sd_jwt, words
from tests.conformance.bundles.wallet import reading
from tests.conformance.exchanges import Exchange

_MONTH = 31 * 24 * 3600


def check(
    asked: Exchange,
    client_id: str,
    server: str,
    roots: list[x509.Certificate],
    challenges: list[str] | None,
) -> str:
    """All of ATT for one request; returns the ``jti`` of its proof, which may not come again."""
    # ExtractClientAttestationFromRequest
    attestation = asked.sent["oauth-client-attestation"]
    pop = asked.sent["oauth-client-attestation-pop"]
    now = datetime.now(UTC).timestamp()
    # ValidateClientAttestationSignature, and the chain without its anchor
    sd_jwt.check_signed(attestation, roots)
    header, said = sd_jwt.read(attestation)
    assert "oauth-client-attestation+jwt" == header["typ"]
    # ValidateClientAttestationCnfJwkFields
    words.check_public_jwk(said["cnf"]["jwk"])
    assert {"kty", "crv", "x", "y"} == set(said["cnf"]["jwk"])
    # ValidateClientAttestationIssuer, …Expiration, …IssuedAt, …NotBefore
    assert said["iss"]
    assert now < said["exp"] < now + _MONTH
    assert said.get("iat", now) <= now + 1
    assert said.get("nbf", now) <= now + 1
    # ValidateClientAttestationKeyBindingSignature
    assert "oauth-client-attestation-pop+jwt" == reading.header(pop)["typ"]
    proof = reading.claims(pop, said["cnf"]["jwk"])
    # ValidateClientAttestationSubject
    assert client_id == said["sub"] == proof["iss"]
    # ValidateClientAttestationProofJwtAudience
    assert server == proof["aud"]
    # ValidateClientAttestationProofJwtChallenge
    if challenges is not None:
        assert proof["challenge"] in challenges
    return str(proof["jti"])


def check_challenges(told: list[Exchange], endpoint: str) -> list[str]:
    """The challenge endpoint was asked by POST, with nothing in query and body."""
    asked = [one for one in told if one.url.startswith(endpoint)]
    assert asked
    for one in asked:
        assert ("POST", endpoint, "") == (one.method, one.url, one.content)
    return [one.json()["attestation_challenge"] for one in asked]
