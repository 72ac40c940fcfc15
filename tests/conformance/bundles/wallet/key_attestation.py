"""KA: what a wallet provider says of the holder's keys (OpenID4VCI appendix D.1, HAIP 4.5.1)."""

from datetime import UTC, datetime
from typing import Any

from cryptography import x509

from tests.conformance.bundles import sd_jwt
from tests.conformance.bundles.wallet import reading

_DAY = 24 * 3600


def check(proof: str, roots: list[x509.Certificate], nonce: str, key: dict[str, Any]) -> None:
    """The attestation inside a `jwt` proof."""
    token = reading.header(proof)["key_attestation"]
    # ValidateKeyAttestationX5cCertificateChain
    sd_jwt.check_signed(token, roots)
    header, said = sd_jwt.read(token)
    # EnsureKeyAttestationTypIsKeyAttestationJwt, EnsureKeyAttestationAlgIsES256, …HasX5cClaim
    assert ("key-attestation+jwt", "ES256") == (header["typ"], header["alg"])
    assert header["x5c"]
    # ValidateKeyAttestationIat, EnsureKeyAttestationExpIsPresentForJwtProof, …Exp
    now = datetime.now(UTC).timestamp()
    assert abs(now - said["iat"]) < _DAY
    assert now < said["exp"] < now + _DAY
    # ValidateKeyAttestationNonce
    assert nonce == said["nonce"]
    # VCIValidateAttestedKeysInKeyAttestationFromJwtProof
    attested = {reading.thumbprint(each) for each in said["attested_keys"]}
    assert reading.thumbprint(key) in attested
    # no level is stated that a kept key does not have
    assert not {"key_storage", "user_authentication"} & set(said)
