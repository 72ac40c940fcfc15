"""The numbers of algorithms in COSE (RFC 9053, RFC 9864), and which of ours they mean."""

from collections.abc import Collection
from typing import Final

from keys.verification_key import Algorithm
from standards.cose.errors import CoseError, CoseFailure

ES256: Final = -7
EDDSA: Final = -8
ESP256: Final = -9
ED25519: Final = -19
HMAC_256: Final = 5
# OpenID4VP B.2.2: HMAC 256/256 with a key agreed on P-256, as `deviceauth_alg_values` says it.
HMAC_256_P256: Final = -65537

# With the one curve we have for each, the older numbers say the same as the full ones.
_MEANING: Final = {
    ES256: Algorithm.ES256,
    ESP256: Algorithm.ES256,
    EDDSA: Algorithm.ED25519,
    ED25519: Algorithm.ED25519,
}
# What we write: the numbers ISO/IEC 18013-5 knows, which every reader does.
_WRITTEN: Final = {Algorithm.ES256: ES256, Algorithm.ED25519: EDDSA}


def number_of(algorithm: Algorithm) -> int:
    """Return the number we write, or raise algorithm_refused for what COSE is not signed with."""
    if algorithm not in _WRITTEN:
        raise CoseError(CoseFailure.ALGORITHM_REFUSED, f"{algorithm} signs nothing here")
    return _WRITTEN[algorithm]


def numbers_of(algorithm: Algorithm) -> tuple[int, ...]:
    """Return every number that means this algorithm, the one we write first."""
    return tuple(number for number, meaning in _MEANING.items() if meaning is algorithm)


def algorithm_of(number: object) -> Algorithm:
    """Return what a number in `alg` means, or raise algorithm_refused."""
    if isinstance(number, bool) or not isinstance(number, int) or number not in _MEANING:
        raise CoseError(CoseFailure.ALGORITHM_REFUSED, "alg is none that we check")
    return _MEANING[number]


def fulfils(number: int, accepted: Collection[int]) -> bool:
    """Tell whether a signature or tag with ``number`` is among those accepted (OpenID4VP B.2.2).

    By the number itself, or by a fully specified one that means the same with our curve.
    """
    if number in accepted:
        return True
    if number == HMAC_256:
        return HMAC_256_P256 in accepted
    meaning = _MEANING.get(number)
    return meaning is not None and any(_MEANING.get(each) is meaning for each in accepted)
