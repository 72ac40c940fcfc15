"""Octets encrypted at rest: AES-256-GCM under a data key, bound to where they belong.

The context (whose, which record) is authenticated and not stored, so that one holder's sealed
record put into another's row does not open (NIST SP 800-38D).
"""

import hmac
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from keys.entropy import SYSTEM_ENTROPY, Entropy
from keys.errors import KeysError, KeysFailure

KEY_OCTETS = 32
# SP 800-38D section 8.2.2: random 96-bit nonces, fewer than 2^32 seals under one key.
NONCE_OCTETS = 12
TAG_OCTETS = 16

# First octet of every sealed text; another way of sealing will have another.
_VERSION = b"\x01"
_HEADER_OCTETS = len(_VERSION) + NONCE_OCTETS


class DataKey:
    """A 256-bit key that seals octets and other data keys; it never shows itself."""

    __slots__ = ("_cipher", "_octets")

    def __init__(self, octets: bytes) -> None:
        if len(octets) != KEY_OCTETS:
            raise ValueError(f"a data key has {KEY_OCTETS} octets")
        self._octets = octets
        self._cipher = AESGCM(octets)

    @classmethod
    def generate(cls, entropy: Entropy = SYSTEM_ENTROPY) -> Self:
        """Return a new key of 32 octets from ``entropy``."""
        return cls(entropy(KEY_OCTETS))

    def seal(
        self, plaintext: bytes, *, context: bytes, entropy: Entropy = SYSTEM_ENTROPY
    ) -> bytes:
        """Return ``plaintext`` sealed: version, nonce, ciphertext and tag, 29 octets longer."""
        nonce = entropy(NONCE_OCTETS)
        return _VERSION + nonce + self._cipher.encrypt(nonce, plaintext, _VERSION + context)

    def open(self, sealed: bytes, *, context: bytes) -> bytes:
        """Return what was sealed for this very ``context``, or raise seal_broken."""
        if not sealed.startswith(_VERSION) or len(sealed) < _HEADER_OCTETS + TAG_OCTETS:
            raise _broken()
        nonce, ciphertext = sealed[1:_HEADER_OCTETS], sealed[_HEADER_OCTETS:]
        try:
            return self._cipher.decrypt(nonce, ciphertext, _VERSION + context)
        except InvalidTag:
            raise _broken() from None

    def mac(self, octets: bytes, *, context: bytes) -> bytes:
        """Return 32 octets that only this key makes of these: HMAC-SHA256 under a key of its own.

        For what is looked up and too short to be kept as a plain hash.
        """
        own_key = hmac.digest(self._octets, _MAC_KEY + context, "sha256")
        return hmac.digest(own_key, octets, "sha256")

    def wrap(
        self, under: "DataKey", *, context: bytes, entropy: Entropy = SYSTEM_ENTROPY
    ) -> bytes:
        """Return this key sealed under another."""
        return under.seal(self._octets, context=_WRAPPED + context, entropy=entropy)

    @classmethod
    def unwrap(cls, sealed: bytes, under: "DataKey", *, context: bytes) -> Self:
        """Return the key that `wrap` sealed under ``under``, or raise seal_broken."""
        return cls(under.open(sealed, context=_WRAPPED + context))


# A wrapped key must not open as a record, nor a record become a key.
_WRAPPED = b"mydata-wrapped-key-v1\0"
# No key that seals is itself the key of a mac.
_MAC_KEY = b"mydata-mac-of-data-key-v1\0"


def _broken() -> KeysError:
    return KeysError(
        KeysFailure.SEAL_BROKEN, "sealed by another key, for another place, or changed"
    )
