"""Points of the two curves, checked before anything is computed with them (H14).

A point off the curve, or in its small subgroup, lets an attacker choose what a check answers.
"""

from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from keys.errors import KeysError, KeysFailure

COORDINATE_OCTETS = 32

_P256 = ec.SECP256R1()

# RFC 8032 section 5.1: the field and the constant of edwards25519.
_P = 2**255 - 19
_D = -121665 * pow(121666, -1, _P) % _P
_SIGN_BIT = 1 << 255
# The y of points whose order divides 8: 4 (y = 0), 1 and 2 (y = 1, -1), 8 (y = either octet root).
_OCTET = 2707385501144840649318225287225658788936804267575313519463743609750303402022
_SMALL_ORDER = frozenset({0, 1, _P - 1, _OCTET, _P - _OCTET})


def p256_point(x: bytes, y: bytes) -> ec.EllipticCurvePublicKey:
    """Return the P-256 key at (x, y), 32 octets each, or raise key_refused when off the curve."""
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(_P256, b"\x04" + x + y)
    except ValueError:
        raise KeysError(KeysFailure.KEY_REFUSED, "a point on P-256 was expected") from None


def p256_compressed(octets: bytes) -> ec.EllipticCurvePublicKey:
    """Return the P-256 key in a sign and an x (SEC 1 section 2.3.4), or raise key_refused."""
    if len(octets) != 1 + COORDINATE_OCTETS:
        raise KeysError(KeysFailure.KEY_REFUSED, "a compressed point on P-256 was expected")
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(_P256, octets)
    except ValueError:
        raise KeysError(KeysFailure.KEY_REFUSED, "a point on P-256 was expected") from None


def p256_y(compressed: bytes) -> bytes:
    """Return the y, 32 octets, of the point with this sign and x, or raise key_refused."""
    return p256_compressed(compressed).public_numbers().y.to_bytes(COORDINATE_OCTETS)


def ed25519_point(x: bytes) -> ed25519.Ed25519PublicKey:
    """Return the Ed25519 key encoded in 32 octets (RFC 8032 section 5.1.3), or raise key_refused.

    The library loads any 32 octets, and a point of small order makes signatures of nobody valid.
    """
    y = int.from_bytes(x, "little") % _SIGN_BIT
    if y >= _P or y in _SMALL_ORDER or not _on_curve(y):
        raise KeysError(KeysFailure.KEY_REFUSED, "a point on edwards25519 was expected")
    return ed25519.Ed25519PublicKey.from_public_bytes(x)


def _on_curve(y: int) -> bool:
    """x² = (y² - 1) / (dy² + 1) has a root when it is a square modulo p (Euler)."""
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    return pow(square, (_P - 1) // 2, _P) == 1
