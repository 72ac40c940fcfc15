"""Who signs: a key held in software here, a smart-card module or the holder's device elsewhere."""

import hashlib
from collections.abc import Callable
from typing import Protocol, Self, assert_never

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mldsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
    load_pem_private_key,
)

from keys import ml_dsa
from keys.errors import KeysError, KeysFailure
from keys.jwk import Algorithm, PublicJwk
from keys.verification_key import SIGNATURE_OCTETS, VerificationKey

_ECDSA = ec.ECDSA(Prehashed(SHA256()))
_HALF = SIGNATURE_OCTETS // 2

_PrivateKey = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | mldsa.MLDSA44PrivateKey


class Signer(Protocol):
    """Something that signs with one key; where the private part is, it alone knows."""

    @property
    def algorithm(self) -> Algorithm:
        """The one algorithm of the key."""
        ...

    @property
    def public(self) -> PublicJwk:
        """The public half; its ``kid`` is the key's RFC 7638 thumbprint unless named otherwise."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Return the signature of ``message``: as in JOSE 64 octets, of ML-DSA-44 2,420."""
        ...


class SoftwareSigner:
    """A `Signer` whose private key is in this process's memory."""

    __slots__ = ("_private", "_sign", "algorithm", "public")

    def __init__(self, private: _PrivateKey, *, kid: str | None = None) -> None:
        self._private = private
        self._sign = (
            _ecdsa_sign(private)
            if isinstance(private, ec.EllipticCurvePrivateKey)
            else private.sign
        )
        key = VerificationKey(private.public_key())
        self.algorithm = key.algorithm
        self.public = PublicJwk.of(key, kid=kid or PublicJwk.of(key).thumbprint())

    @classmethod
    def generate(cls, algorithm: Algorithm = Algorithm.ES256, *, kid: str | None = None) -> Self:
        """Return a signer with a new key, made by the library's own generator."""
        match algorithm:
            case Algorithm.ES256:
                return cls(ec.generate_private_key(ec.SECP256R1()), kid=kid)
            case Algorithm.ED25519:
                return cls(ed25519.Ed25519PrivateKey.generate(), kid=kid)
            case Algorithm.ML_DSA_44:
                return cls(ml_dsa.generate(), kid=kid)
            case _:
                assert_never(algorithm)

    @classmethod
    def from_der(cls, pkcs8: bytes, *, kid: str | None = None) -> Self:
        """Return the signer of an unencrypted DER PKCS #8 key, as `private_octets` wrote it."""
        return cls(_read(load_der_private_key, pkcs8), kid=kid)

    @classmethod
    def from_pem(cls, pem: bytes, *, kid: str | None = None) -> Self:
        """Return the signer of an unencrypted PEM private key."""
        return cls(_read(load_pem_private_key, pem), kid=kid)

    def sign(self, message: bytes) -> bytes:
        """Return the signature of ``message``, as `Signer` says."""
        return self._sign(message)

    def library_key(self) -> _PrivateKey:
        """Return the key as the cryptography library holds it, to sign certificates with."""
        return self._private

    def private_octets(self) -> bytes:
        """Return the private key as DER PKCS #8, in clear: only to be sealed at once."""
        return self._private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())

    def private_pem(self) -> bytes:
        """Return the private key as PEM PKCS #8, in clear: for a file of mode 0600."""
        return self._private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _ecdsa_sign(private: ec.EllipticCurvePrivateKey) -> Callable[[bytes], bytes]:
    def sign(message: bytes) -> bytes:
        return _raw(private.sign(hashlib.sha256(message).digest(), _ECDSA))

    return sign


def _raw(der: bytes) -> bytes:
    """Return r and s, 32 octets each, of the library's SEQUENCE of two INTEGERs (RFC 3279).

    On P-256 all lengths are below 128, one octet each; an INTEGER has no leading zeros but the
    one that keeps it positive.
    """
    r_end = 4 + der[3]
    r, s = der[4:r_end], der[r_end + 2 :]
    return r[-_HALF:].rjust(_HALF, b"\0") + s[-_HALF:].rjust(_HALF, b"\0")


def _read(load: Callable[[bytes, None], object], octets: bytes) -> _PrivateKey:
    try:
        private = ml_dsa.supported(load, octets, None)
    except (ValueError, TypeError):
        raise KeysError(KeysFailure.MALFORMED, "a private key in clear was expected") from None
    if isinstance(private, ed25519.Ed25519PrivateKey | mldsa.MLDSA44PrivateKey):
        return private
    if isinstance(private, ec.EllipticCurvePrivateKey) and private.curve.name == "secp256r1":
        return private
    raise KeysError(KeysFailure.KEY_REFUSED, "a private key on P-256 or Ed25519 was expected")
