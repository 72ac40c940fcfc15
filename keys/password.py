"""Passwords kept as scrypt hashes (RFC 7914): slow on purpose, each with a salt of its own."""

import hashlib
import hmac
from typing import Final

from keys import base64url
from keys.entropy import Entropy

# 16 MiB and some 40 ms a try: OWASP's second choice for scrypt; several at once stay affordable.
_COST: Final = 2**14
_BLOCK: Final = 8
_PARALLEL: Final = 1
_SALT_OCTETS: Final = 16
_KEY_OCTETS: Final = 32
# What hashing needs, 128 * cost * block, and room to spare; OpenSSL's own limit is lower.
_MEMORY: Final = 64 * 1024 * 1024
_FORM: Final = "scrypt"


class WrongPasswordError(Exception):
    """Another password was expected; that is all there is to say."""


def hash_password(password: str, entropy: Entropy) -> str:
    """Return ``scrypt$<salt>$<key>``, both base64url, to be kept instead of the password."""
    salt = entropy(_SALT_OCTETS)
    return "$".join((_FORM, base64url.encode(salt), base64url.encode(_key(password, salt))))


def check_password(kept: str, password: str) -> None:
    """Raise ``WrongPasswordError`` unless the password is the one that was hashed.

    The comparison takes as long for every wrong password.
    """
    form, salt, key = kept.split("$")
    if form != _FORM:
        raise ValueError("a password hash of another form")
    expected = base64url.decode(key)
    if not hmac.compare_digest(expected, _key(password, base64url.decode(salt))):
        raise WrongPasswordError


def _key(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(
        password.encode("utf-8", "surrogatepass"),
        salt=salt,
        n=_COST,
        r=_BLOCK,
        p=_PARALLEL,
        maxmem=_MEMORY,
        dklen=_KEY_OCTETS,
    )
