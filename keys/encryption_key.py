"""Keys that responses are encrypted to: P-256 for ECDH-ES, never used for signatures.

An mdoc's holder may agree on a key for a tag with the same key (ISO/IEC 18013-5 section 9.1.3.5).
"""

import hashlib
from dataclasses import dataclass
from typing import Final, Self

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)
from joserfc.jwk import ECKey

from keys import base64url
from keys.errors import KeysError, KeysFailure
from keys.json_value import JsonObject, JsonValue
from keys.jwk_members import check_use, coordinate, key_id, kty_and_crv, public_members
from keys.points import p256_point
from keys.strict_json import canonical
from keys.verification_key import VerificationKey

ECDH_ES: Final = "ECDH-ES"

_MAC_KEY_OCTETS: Final = 32


@dataclass(frozen=True, slots=True)
class EncryptionJwk:
    """A public key to encrypt to: a point on P-256, two coordinates of 32 octets."""

    x: bytes
    y: bytes
    kid: str | None = None

    @classmethod
    def parse(cls, value: JsonValue) -> Self:
        """Return the key in a JWK, or raise `KeysError`; a key meant for signing is refused."""
        jwk = public_members(value)
        if kty_and_crv(jwk) != ("EC", "P-256"):
            raise KeysError(KeysFailure.KEY_REFUSED, "a key on P-256 was expected")
        check_use(jwk, expected_use="enc", expected_op=None, algorithms=(ECDH_ES,))
        x, y = coordinate(jwk, "x"), coordinate(jwk, "y")
        p256_point(x, y)
        return cls(x, y, key_id(jwk))

    def as_dict(self) -> JsonObject:
        """Return the JWK for ``client_metadata.jwks`` (OpenID4VP section 8.3): alg, use, kid."""
        members = _required(self.x, self.y) | {"use": "enc", "alg": ECDH_ES}
        if self.kid is not None:
            members["kid"] = self.kid
        return members

    def thumbprint(self) -> bytes:
        """Return the SHA-256 of the required members (RFC 7638), 32 octets."""
        return hashlib.sha256(canonical(_required(self.x, self.y))).digest()

    def joserfc_key(self) -> ECKey:
        """Return the key as the JWE library takes it."""
        return ECKey.import_key(p256_point(self.x, self.y))


class DecryptionKey:
    """The private half of an `EncryptionJwk`."""

    __slots__ = ("_private", "public")

    def __init__(self, private: ec.EllipticCurvePrivateKey, *, kid: str) -> None:
        self._private = private
        x, y = VerificationKey(private.public_key()).coordinates()
        self.public = EncryptionJwk(x, y, kid)

    @classmethod
    def generate(cls, kid: str) -> Self:
        """Return a new key named ``kid``; one per request, so that responses do not link."""
        return cls(ec.generate_private_key(ec.SECP256R1()), kid=kid)

    @classmethod
    def from_der(cls, pkcs8: bytes, *, kid: str) -> Self:
        """Return the key that `private_octets` wrote."""
        try:
            private = load_der_private_key(pkcs8, None)
        except (ValueError, TypeError):
            raise KeysError(KeysFailure.MALFORMED, "a private key in clear expected") from None
        if isinstance(private, ec.EllipticCurvePrivateKey) and private.curve.name == "secp256r1":
            return cls(private, kid=kid)
        raise KeysError(KeysFailure.KEY_REFUSED, "a private key on P-256 was expected")

    def mac_key(self, x: bytes, y: bytes, *, salt: bytes, info: bytes) -> bytes:
        """Return 32 octets agreed with the owner of the point (x, y): ECDH, then HKDF-SHA-256."""
        secret = self._private.exchange(ec.ECDH(), p256_point(x, y))
        return HKDF(SHA256(), _MAC_KEY_OCTETS, salt, info).derive(secret)

    def private_octets(self) -> bytes:
        """Return the private key as DER PKCS #8, in clear: only to be sealed at once."""
        return self._private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())

    def joserfc_key(self) -> ECKey:
        """Return the key as the JWE library takes it."""
        return ECKey.import_key(self._private)


def _required(x: bytes, y: bytes) -> JsonObject:
    return {
        "kty": "EC",
        "crv": "P-256",
        "x": base64url.encode(x),
        "y": base64url.encode(y),
    }
