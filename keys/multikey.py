"""Public keys in one word of text, as Multikey writes them (W3C Controlled Identifiers 1.0, 2.2).

A ``z`` for base58 with Bitcoin's alphabet, two octets that name the kind of key, and the key.
"""

from typing import Final

from keys.errors import KeysError, KeysFailure
from keys.jwk import PublicJwk
from keys.points import COORDINATE_OCTETS, ed25519_point, p256_compressed
from keys.verification_key import VerificationKey

_ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VALUE: Final = {character: value for value, character in enumerate(_ALPHABET)}
_BASE58: Final = "z"
# 35 octets are 48 digits. Decoding costs the square of the length, so longer ones are not decoded.
_TEXT_LIMIT: Final = 64
# The multicodec table: ed25519-pub and p256-pub, as variable-length integers.
_ED25519: Final = b"\xed\x01"
_P256: Final = b"\x80\x24"


def read_multikey(text: str) -> PublicJwk:
    """Return the P-256 or Ed25519 key in a multibase text, or raise `KeysError`."""
    if not text.startswith(_BASE58) or len(text) > _TEXT_LIMIT:
        raise KeysError(KeysFailure.MALFORMED, "a key in base58 was expected")
    octets = _base58(text[1:])
    kind, key = octets[:2], octets[2:]
    if kind == _P256:
        return PublicJwk.of(VerificationKey(p256_compressed(key)))
    if kind == _ED25519 and len(key) == COORDINATE_OCTETS:
        return PublicJwk.of(VerificationKey(ed25519_point(key)))
    raise KeysError(KeysFailure.KEY_REFUSED, "a key on P-256 or Ed25519 was expected")


def _base58(text: str) -> bytes:
    """Decode; each leading ``1`` is an octet of zero."""
    number = 0
    for character in text:
        if character not in _VALUE:
            raise KeysError(KeysFailure.MALFORMED, "not a character of base58")
        number = number * len(_ALPHABET) + _VALUE[character]
    zeros = len(text) - len(text.lstrip(_ALPHABET[0]))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8)
