"""Public keys as COSE_Key (RFC 9052 section 7, RFC 9053 section 7), to and from our own."""

from typing import Final, assert_never

from keys import base64url
from keys.errors import KeysError
from keys.json_value import JsonObject
from keys.jwk import Algorithm, PublicJwk, VerificationKey
from keys.points import COORDINATE_OCTETS, p256_compressed
from standards.cbor.value import CborMap, CborValue, Encodable
from standards.cose.algorithm import algorithm_of
from standards.cose.errors import CoseError, CoseFailure

_KTY, _ALG, _OPS, _CRV, _X, _Y, _D = 1, 3, 4, -1, -2, -3, -4
_OKP, _EC2 = 1, 2
_P256, _ED25519 = 1, 6
# Section 7.1: verify, derive key, derive bits.
_OPERATIONS: Final = frozenset({2, 7, 8})


def cose_key(key: PublicJwk) -> dict[int, Encodable]:
    """Return the COSE_Key of a key on P-256 or Ed25519."""
    match key.algorithm:
        case Algorithm.ES256:
            return {_KTY: _EC2, _CRV: _P256, _X: key.x, _Y: key.y}
        case Algorithm.ED25519:
            return {_KTY: _OKP, _CRV: _ED25519, _X: key.x}
        case Algorithm.ML_DSA_44:
            raise _refused("a key on P-256 or Ed25519 was expected")
        case _:
            assert_never(key.algorithm)


def parse_cose_key(value: CborValue) -> PublicJwk:
    """Return the key in a COSE_Key, or raise `CoseError` (key_refused, algorithm_refused).

    Refused: other curves, points off them, coordinates of another length, a private part, and an
    ``alg`` or ``key_ops`` that says it is for something else.
    """
    if not isinstance(value, dict):
        raise _refused("a key is a map")
    if _D in value:
        raise _refused("a public key was expected")
    try:
        key = _read(value)
    except KeysError as error:
        raise _refused(error.detail) from error
    if _ALG in value and algorithm_of(value[_ALG]) is not key.algorithm:
        raise _refused("alg is not the key's")
    if _OPS in value and not _may_verify(value[_OPS]):
        raise _refused("a key to verify with was expected")
    return key


def _read(value: CborMap) -> PublicJwk:
    x, y = value.get(_X), value.get(_Y)
    if not isinstance(x, bytes) or len(x) != COORDINATE_OCTETS:
        raise _refused(f"a coordinate of {COORDINATE_OCTETS} octets was expected")
    match (value.get(_KTY), value.get(_CRV), y):
        case (2, 1, bool()):
            # RFC 9053 section 7.1.1: the sign alone, of a compressed point.
            return PublicJwk.of(VerificationKey(p256_compressed(bytes([2 + y]) + x)))
        case (2, 1, bytes()) if len(y) == COORDINATE_OCTETS:
            return PublicJwk.parse(_jwk("EC", "P-256", x=x, y=y))
        case (1, 6, None) if _Y not in value:
            return PublicJwk.parse(_jwk("OKP", "Ed25519", x=x))
        case _:
            raise _refused("a key on P-256 or Ed25519 was expected")


def _jwk(kty: str, crv: str, **coordinates: bytes) -> JsonObject:
    encoded = {name: base64url.encode(octets) for name, octets in coordinates.items()}
    return {"kty": kty, "crv": crv, **encoded}


def _may_verify(operations: CborValue) -> bool:
    return isinstance(operations, list) and any(
        isinstance(one, int) and one in _OPERATIONS for one in operations
    )


def _refused(detail: str) -> CoseError:
    return CoseError(CoseFailure.KEY_REFUSED, detail)
