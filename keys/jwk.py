"""Public signature keys as JSON Web Keys (RFC 7517, 8037, 9964), each with one algorithm."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Self, assert_never

from keys import base64url, ml_dsa
from keys.errors import KeysError, KeysFailure
from keys.json_value import JsonObject, JsonValue
from keys.jwk_members import check_use, coordinate, key_id, kty_and_crv, public_members
from keys.points import ed25519_point, p256_point
from keys.strict_json import canonical
from keys.verification_key import Algorithm, VerificationKey

__all__ = ["Algorithm", "PublicJwk", "VerificationKey"]

# Holder keys seen lately: loading and checking one costs a tenth of a verification.
_LOADED_KEYS = 4096

_AKP = "AKP"
_PUB_CHARACTERS = (ml_dsa.PUBLIC_OCTETS * 8 + 5) // 6

_NAMES = {
    Algorithm.ES256: ("ES256",),
    # In a key the curve is fixed beside it, so the older name says the same.
    Algorithm.ED25519: ("Ed25519", "EdDSA"),
    Algorithm.ML_DSA_44: ("ML-DSA-44",),
}


@dataclass(frozen=True, slots=True)
class PublicJwk:
    """A public key in parts: ``x`` and ``y`` are 32 octets; only P-256 has a ``y``.

    Of an ML-DSA-44 key ``x`` is all of it, 1,312 octets.
    """

    algorithm: Algorithm
    x: bytes
    y: bytes
    kid: str | None = None

    @classmethod
    def parse(cls, value: JsonValue) -> Self:
        """Return the key in a JWK, or raise `KeysError`; members nobody defined are ignored.

        Refused: any private or symmetric part, points off the curve, coordinates of another
        length, and ``alg``, ``use`` or ``key_ops`` that say it is not for verifying.
        """
        jwk = public_members(value)
        algorithm = _algorithm(jwk)
        check_use(jwk, expected_use="sig", expected_op="verify", algorithms=_NAMES[algorithm])
        x = _octets(jwk) if algorithm is Algorithm.ML_DSA_44 else coordinate(jwk, "x")
        y = coordinate(jwk, "y") if algorithm is Algorithm.ES256 else b""
        _load(algorithm, x, y)
        return cls(algorithm, x, y, key_id(jwk))

    @classmethod
    def of(cls, key: VerificationKey, *, kid: str | None = None) -> Self:
        """Return the parts of a loaded key, named ``kid``."""
        x, y = key.coordinates()
        return cls(key.algorithm, x, y, kid)

    def as_dict(self) -> JsonObject:
        """Return the JWK: its required members, and ``kid`` when there is one."""
        members = self._required()
        if self.kid is not None:
            members["kid"] = self.kid
        return members

    def thumbprint(self) -> str:
        """Return the base64url SHA-256 of the required members (RFC 7638)."""
        return base64url.encode(hashlib.sha256(canonical(self._required())).digest())

    def verification_key(self) -> VerificationKey:
        """Return the key loaded for use; the same key is loaded once."""
        return _load(self.algorithm, self.x, self.y)

    def _required(self) -> JsonObject:
        x = base64url.encode(self.x)
        match self.algorithm:
            case Algorithm.ES256:
                return {"kty": "EC", "crv": "P-256", "x": x, "y": base64url.encode(self.y)}
            case Algorithm.ED25519:
                return {"kty": "OKP", "crv": "Ed25519", "x": x}
            case Algorithm.ML_DSA_44:
                return {"kty": _AKP, "alg": Algorithm.ML_DSA_44.value, "pub": x}
            case _:
                assert_never(self.algorithm)


def _algorithm(jwk: JsonObject) -> Algorithm:
    # RFC 9964 section 3: the key type of algorithms that fix everything themselves.
    if jwk.get("kty") == _AKP and jwk.get("alg") == Algorithm.ML_DSA_44:
        return Algorithm.ML_DSA_44
    match kty_and_crv(jwk):
        case ("EC", "P-256"):
            return Algorithm.ES256
        case ("OKP", "Ed25519"):
            return Algorithm.ED25519
        case _:
            raise KeysError(KeysFailure.KEY_REFUSED, "a key on P-256 or Ed25519 was expected")


def _octets(jwk: JsonObject) -> bytes:
    text = jwk.get("pub")
    if not isinstance(text, str) or len(text) != _PUB_CHARACTERS:
        raise KeysError(KeysFailure.KEY_REFUSED, f"pub of {ml_dsa.PUBLIC_OCTETS} octets expected")
    return base64url.decode(text)


@lru_cache(maxsize=_LOADED_KEYS)
def _load(algorithm: Algorithm, x: bytes, y: bytes) -> VerificationKey:
    match algorithm:
        case Algorithm.ES256:
            return VerificationKey(p256_point(x, y))
        case Algorithm.ED25519:
            return VerificationKey(ed25519_point(x))
        case Algorithm.ML_DSA_44:
            return VerificationKey(ml_dsa.public_key(x))
        case _:
            assert_never(algorithm)
