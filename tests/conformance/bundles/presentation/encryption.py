"""ENC: keys a response is encrypted to (OpenID4VP 1.0 section 8.3, HAIP section 5)."""

from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from tests.conformance.bundles import words
from tests.conformance.bundles.wallet import reading

HAIP_CIPHERS = {"A128GCM", "A256GCM"}


def check(metadata: dict[str, Any]) -> dict[str, Any]:
    """All of ENC but the last condition; returns the key."""
    keys = metadata["jwks"]["keys"]
    assert {"keys"} == set(metadata["jwks"])
    # VP1FinalCheckForKeyIdInClientMetadataJWKs
    names = [key["kid"] for key in keys]
    assert len(names) == len(set(names)) > 0
    for key in keys:
        check_key(key)
    # ValidateVpClientMetadataEncryptionForHaip: both, whatever else
    assert HAIP_CIPHERS <= set(metadata["encrypted_response_enc_values_supported"])
    [usable] = [key for key in keys if key.get("use", "enc") == "enc"]
    assert ("P-256", "ECDH-ES") == (usable["crv"], usable["alg"])
    return dict(usable)


def check_key(key: dict[str, Any]) -> None:
    """ValidateJwksSequence: public, whole, and a point of its curve."""
    words.check_public_jwk(key)
    # VP1FinalValidateClientMetadataJwksForEncryptedResponse
    assert key["alg"]
    assert "EC" == key["kty"]
    x, y = (key[name] for name in ("x", "y"))
    assert "=" not in x + y
    point = b"\x04" + reading.decoded(x) + reading.decoded(y)
    ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)


def check_fresh(keys: list[dict[str, Any]]) -> None:
    """VP1FinalCheckEncryptionKeyNotReused: no key in two requests."""
    points = {(key["x"], key["y"]) for key in keys}
    assert len(keys) == len(points)
