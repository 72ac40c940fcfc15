"""A loaded public key and the one algorithm it checks.

The algorithm comes from the key and never from the token (RFC 8725 section 3.1), so no header can
turn one kind of check into another.
"""

import hashlib
from collections.abc import Callable
from enum import StrEnum
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mldsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from keys import ml_dsa
from keys.errors import KeysError, KeysFailure

# Both algorithms of tokens make 64 octets: r and s of 32 each (RFC 7518 section 3.4), or an EdDSA
# pair.
SIGNATURE_OCTETS = 64
_HALF = SIGNATURE_OCTETS // 2

# hashlib is quicker than the library's own hash on tokens of a few kilobytes.
_ECDSA = ec.ECDSA(Prehashed(SHA256()))


class Algorithm(StrEnum):
    """The signature algorithms this project makes and accepts, by their names in JOSE."""

    ES256 = "ES256"
    # RFC 9864 names it fully; `EdDSA` left the curve open.
    ED25519 = "Ed25519"
    # RFC 9964; for cosignatures of the log and in no token (`keys.jws` refuses it).
    ML_DSA_44 = "ML-DSA-44"


LibraryKey = ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey | mldsa.MLDSA44PublicKey


class VerificationKey:
    """A public key that checks signatures of its own algorithm and of no other."""

    __slots__ = ("_check", "_public", "_size", "algorithm")

    _check: Callable[[bytes, bytes], None]

    def __init__(self, public: LibraryKey) -> None:
        self._public = public
        self._size = SIGNATURE_OCTETS
        if isinstance(public, ed25519.Ed25519PublicKey):
            self.algorithm, self._check = Algorithm.ED25519, public.verify
        elif isinstance(public, ec.EllipticCurvePublicKey):
            self.algorithm, self._check = Algorithm.ES256, _ecdsa_check(public)
        else:
            self.algorithm, self._check = Algorithm.ML_DSA_44, public.verify
            self._size = ml_dsa.SIGNATURE_OCTETS

    def verify(self, signature: bytes, message: bytes) -> None:
        """Return when ``signature`` is of ``message``, else raise signature_invalid.

        It has 64 octets, of ML-DSA-44 2,420.
        An ECDSA signature has a twin (r, n - s) that verifies too (H12): identity, replay and
        one-time use must never be keyed on signature octets.
        """
        if len(signature) != self._size:
            raise KeysError(
                KeysFailure.SIGNATURE_INVALID, f"a signature of {self._size} octets was expected"
            )
        try:
            self._check(signature, message)
        except InvalidSignature:
            raise KeysError(
                KeysFailure.SIGNATURE_INVALID, "the signature is not of this"
            ) from None

    def is_same_as(self, other: Self) -> bool:
        """Tell whether both are one key; quicker than comparing what `coordinates` takes out."""
        return self._public == other._public

    def coordinates(self) -> tuple[bytes, bytes]:
        """Return x and y, 32 octets each; for the others the encoded key and nothing."""
        if isinstance(self._public, ec.EllipticCurvePublicKey):
            numbers = self._public.public_numbers()
            return numbers.x.to_bytes(_HALF, "big"), numbers.y.to_bytes(_HALF, "big")
        return self._public.public_bytes_raw(), b""


def _ecdsa_check(public: ec.EllipticCurvePublicKey) -> Callable[[bytes, bytes], None]:
    def check(signature: bytes, message: bytes) -> None:
        public.verify(_der(signature), hashlib.sha256(message).digest(), _ECDSA)

    return check


def _der(signature: bytes) -> bytes:
    r = int.from_bytes(signature[:_HALF], "big")
    return encode_dss_signature(r, int.from_bytes(signature[_HALF:], "big"))
