"""Codes and tokens of one use or short life: made unguessable, kept so that a copy opens nothing.

Long random values are stored as their SHA-256. Short ones (``tx_code``) could be tried out
against a hash, so they are stored under a MAC whose key is not in the database.
"""

import hashlib
import hmac

from keys import base64url
from keys.entropy import Entropy

SECRET_OCTETS = 32
# 256 bits for what opens something, 128 for what only names something (SECURITY P19).
_TOKEN_OCTETS = 32
_NAME_OCTETS = 16


class IssuerSecret:
    """The key of this room's MACs; ``purpose`` keeps their uses apart."""

    __slots__ = ("_octets",)

    def __init__(self, octets: bytes) -> None:
        if len(octets) != SECRET_OCTETS:
            raise ValueError(f"a secret of {SECRET_OCTETS} octets was expected")
        self._octets = octets

    def mac(self, purpose: str, *parts: str) -> bytes:
        """Return HMAC-SHA256 over ``purpose`` and the parts, each with its length."""
        message = b"".join(
            len(octets).to_bytes(4, "big") + octets
            for octets in (part.encode() for part in (purpose, *parts))
        )
        return hmac.digest(self._octets, message, "sha256")


def new_token(entropy: Entropy) -> str:
    """Return a value that opens something: 256 random bits, 43 characters."""
    return base64url.encode(entropy(_TOKEN_OCTETS))


def new_name(entropy: Entropy) -> str:
    """Return a value that only names something: 128 random bits, 22 characters."""
    return base64url.encode(entropy(_NAME_OCTETS))


def new_digits(entropy: Entropy, count: int) -> str:
    """Return ``count`` random decimal digits; 16 octets more than needed hide the remainder."""
    drawn = int.from_bytes(entropy(_NAME_OCTETS + count), "big")
    return f"{drawn % 10**count:0{count}d}"


def at_rest(token: str) -> bytes:
    """Return what is stored in place of a long random value."""
    return hashlib.sha256(token.encode()).digest()


def bound_at_rest(token: str, thumbprint: str) -> bytes:
    """Return what is stored in place of a token that only works with one key.

    The key is part of the name, so a token shown without it, or with another, is not found.
    """
    return hashlib.sha256(f"{token}\0{thumbprint}".encode()).digest()


def equal(one: bytes, other: bytes) -> bool:
    """Compare in a time that tells nothing about where two values differ."""
    return hmac.compare_digest(one, other)
