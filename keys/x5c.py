"""Certificates in a token's header: base64, counted and measured (RFC 7515 section 4.1.6)."""

import base64
import binascii
from typing import Final

from keys.certificate_reader import CERTIFICATE_LIMIT
from keys.errors import KeysError, KeysFailure
from keys.json_value import JsonValue

# A leaf, an issuing authority, and room for three more; a chain costs a signature each.
CHAIN_LIMIT: Final = 5
_CHARACTERS: Final = (CERTIFICATE_LIMIT + 2) // 3 * 4


def parse_x5c(value: JsonValue) -> tuple[bytes, ...]:
    """Return the DER certificates of an ``x5c`` header, leaf first, or raise `KeysError`.

    Standard base64 with padding, and nothing else: no armour, no line breaks, 1 to 5 of them.
    """
    if not isinstance(value, list) or not value:
        raise KeysError(KeysFailure.MALFORMED, "x5c is an array of certificates")
    if len(value) > CHAIN_LIMIT:
        raise KeysError(KeysFailure.TOO_LARGE, f"a chain of at most {CHAIN_LIMIT} was expected")
    return tuple(map(certificate_of, value))


def to_x5c(chain: tuple[bytes, ...]) -> list[JsonValue]:
    """Return the ``x5c`` header of a chain of DER certificates."""
    return [to_base64(certificate) for certificate in chain]


def to_base64(certificate: bytes) -> str:
    """Return one DER certificate in standard base64."""
    return base64.b64encode(certificate).decode("ascii")


def certificate_of(text: JsonValue) -> bytes:
    """Return the DER octets of one certificate in standard base64, or raise `KeysError`."""
    if not isinstance(text, str):
        raise KeysError(KeysFailure.MALFORMED, "a certificate in x5c is text")
    if len(text) > _CHARACTERS:
        raise KeysError(
            KeysFailure.TOO_LARGE, f"a certificate of at most {CERTIFICATE_LIMIT} octets expected"
        )
    try:
        der = binascii.a2b_base64(text.encode("ascii"), strict_mode=True)
    except (UnicodeEncodeError, binascii.Error):
        raise KeysError(KeysFailure.MALFORMED, "a certificate in x5c is base64") from None
    if base64.b64encode(der) != text.encode("ascii"):
        raise KeysError(KeysFailure.MALFORMED, "base64 with left-over bits")
    return der
