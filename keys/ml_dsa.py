"""ML-DSA-44 (FIPS 204), where the cryptography library's backend has it; pure, no context string.

For cosignatures of the log (C2SP tlog-cosignature), which must hold when curves no longer do. No
token is signed with it: its signatures have 2,420 octets and no party here reads them in one.
"""

from collections.abc import Callable
from typing import Final, ParamSpec, TypeVar

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import mldsa

from keys.errors import KeysError, KeysFailure

PUBLIC_OCTETS: Final = 1312
SIGNATURE_OCTETS: Final = 2420

_Arguments = ParamSpec("_Arguments")
_Key = TypeVar("_Key")


def public_key(octets: bytes) -> mldsa.MLDSA44PublicKey:
    """Return the key in 1,312 octets, or raise key_refused, or algorithm_refused as below."""
    try:
        return supported(mldsa.MLDSA44PublicKey.from_public_bytes, octets)
    except ValueError:
        raise KeysError(
            KeysFailure.KEY_REFUSED, f"a key of {PUBLIC_OCTETS} octets was expected"
        ) from None


def generate() -> mldsa.MLDSA44PrivateKey:
    """Return a new key, or raise algorithm_refused without ML-DSA."""
    return supported(mldsa.MLDSA44PrivateKey.generate)


def supported(
    make: Callable[_Arguments, _Key], *arguments: _Arguments.args, **options: _Arguments.kwargs
) -> _Key:
    """Return what the library makes, or raise algorithm_refused when its backend cannot.

    A wheel brings its own OpenSSL; a distribution's package uses the system's, and below 3.5 that
    has no ML-DSA.
    """
    try:
        return make(*arguments, **options)
    except UnsupportedAlgorithm:
        raise KeysError(
            KeysFailure.ALGORITHM_REFUSED, "the OpenSSL of this installation has no ML-DSA-44"
        ) from None
