"""Encrypted responses: compact JWE with ECDH-ES on P-256 and AES-GCM (RFC 7516, RFC 7518).

Everything else is refused from the header alone, before a key is touched: compression, passwords,
RSA and shared keys are where others were hurt (H41, H42).
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from joserfc import jwe as joserfc_jwe
from joserfc.errors import JoseError

from keys import base64url, strict_json
from keys.encryption_key import ECDH_ES, DecryptionKey, EncryptionJwk
from keys.errors import KeysError, KeysFailure, echo
from keys.json_value import JsonObject
from keys.jwk_members import key_id

__all__ = ["DecryptedJwe", "DecryptionKey", "Enc", "EncryptionJwk", "decrypt", "encrypt"]

# A response with several credentials and a receipt; the plaintext is three quarters of it.
TOKEN_LIMIT = 512 * 1024
HEADER_LIMIT = 4096
_PERIODS = 4
_IV_CHARACTERS = 16
_TAG_CHARACTERS = 22


class Enc(StrEnum):
    """The content encryptions HAIP section 5 names; both sides must support both."""

    A128GCM = "A128GCM"
    A256GCM = "A256GCM"


@dataclass(frozen=True, slots=True)
class DecryptedJwe:
    """What was encrypted to our key; who encrypted it is not known."""

    header: JsonObject
    plaintext: bytes
    enc: Enc

    def claims(self) -> JsonObject:
        """Return the plaintext as a JSON object."""
        return strict_json.loads_object(self.plaintext)


class _Registry(joserfc_jwe.JWERegistry):
    """The library's limits and names, set to what this room accepts."""

    max_protected_header_length = HEADER_LIMIT
    max_ciphertext_length = TOKEN_LIMIT


_REGISTRY: Final = _Registry(algorithms=[ECDH_ES, *Enc], strict_check_header=False)


def encrypt(
    plaintext: bytes,
    to: EncryptionJwk,
    *,
    enc: Enc,
    apu: bytes | None = None,
    apv: bytes | None = None,
) -> str:
    """Return ``plaintext`` encrypted to a public key, with a new ephemeral key each time.

    ``apu`` and ``apv`` enter the key derivation (RFC 7518 section 4.6.2).
    """
    header = {"alg": ECDH_ES, "enc": enc.value}
    if to.kid is not None:
        header["kid"] = to.kid
    for name, value in (("apu", apu), ("apv", apv)):
        if value is not None:
            header[name] = base64url.encode(value)
    return joserfc_jwe.encrypt_compact(header, plaintext, to.joserfc_key(), registry=_REGISTRY)


def decrypt(
    token: str,
    key: DecryptionKey | Callable[[str], DecryptionKey],
    *,
    allowed_enc: frozenset[Enc] = frozenset(Enc),
) -> DecryptedJwe:
    """Return the content of a token encrypted to ``key``, or raise `KeysError`.

    A callable is asked for the key named by ``kid`` and raises key_unknown itself.
    """
    header = _header(token)
    enc = _check_header(header, allowed_enc)
    chosen = _chosen_key(header, key)
    try:
        content = joserfc_jwe.decrypt_compact(token, chosen.joserfc_key(), registry=_REGISTRY)
    except (JoseError, ValueError):
        raise KeysError(KeysFailure.DECRYPTION_FAILED, "not encrypted to this key") from None
    return DecryptedJwe(header, content.plaintext or b"", enc)


def _header(token: str) -> JsonObject:
    """Measure the five parts (RFC 7516 section 7.1) and read the first."""
    if len(token) > TOKEN_LIMIT:
        raise KeysError(KeysFailure.TOO_LARGE, f"a token of at most {TOKEN_LIMIT} expected")
    if token.count(".") != _PERIODS:
        raise KeysError(KeysFailure.MALFORMED, "five parts and four periods were expected")
    header, encrypted_key, iv, ciphertext, tag = token.split(".")
    if len(header) > HEADER_LIMIT:
        raise KeysError(KeysFailure.TOO_LARGE, f"a header of at most {HEADER_LIMIT} expected")
    if encrypted_key or len(iv) != _IV_CHARACTERS or len(tag) != _TAG_CHARACTERS:
        raise KeysError(KeysFailure.MALFORMED, "not the parts of ECDH-ES with AES-GCM")
    for part in (iv, ciphertext, tag):
        base64url.decode(part)
    return strict_json.loads_object(base64url.decode(header))


def _check_header(header: JsonObject, allowed_enc: frozenset[Enc]) -> Enc:
    if "zip" in header:
        raise KeysError(KeysFailure.COMPRESSION_REFUSED, "compressed content is not accepted")
    if "crit" in header:
        raise KeysError(KeysFailure.CRITICAL_REFUSED, "crit is not supported")
    if header.get("alg") != ECDH_ES:
        raise KeysError(KeysFailure.ALGORITHM_REFUSED, f"alg {echo(header.get('alg'))}")
    enc = next((enc for enc in allowed_enc if enc.value == header.get("enc")), None)
    if enc is None:
        raise KeysError(KeysFailure.ALGORITHM_REFUSED, f"enc {echo(header.get('enc'))}")
    for name in ("apu", "apv"):
        _check_party(header, name)
    # The ephemeral key is checked here, before the private key meets it.
    EncryptionJwk.parse(header.get("epk"))
    return enc


def _check_party(header: JsonObject, name: str) -> None:
    value = header.get(name, "")
    if not isinstance(value, str):
        raise KeysError(KeysFailure.MALFORMED, f"{name} is text")
    base64url.decode(value)


def _chosen_key(
    header: JsonObject, key: DecryptionKey | Callable[[str], DecryptionKey]
) -> DecryptionKey:
    kid = key_id(header)
    if isinstance(key, DecryptionKey):
        if kid is not None and kid != key.public.kid:
            raise KeysError(KeysFailure.KEY_UNKNOWN, "encrypted to another key")
        return key
    if kid is None:
        raise KeysError(KeysFailure.KEY_UNKNOWN, "kid was expected")
    return key(kid)
