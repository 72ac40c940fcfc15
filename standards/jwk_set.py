"""A JWK Set of keys to encrypt to (RFC 7517 section 5), as issuers and verifiers publish it."""

from collections.abc import Iterator

from keys.errors import KeysError
from keys.jwe import EncryptionJwk
from keys.strict_json import JsonValue
from standards.members import Members

# A few kinds of key, each in a few generations.
KEY_LIMIT = 32


def usable_encryption_keys(jwks: Members) -> tuple[EncryptionJwk, ...]:
    """Return the keys one can encrypt to that say their ``kid`` and ``alg``, in order.

    Keys of another kind, for another use or without a name are passed over, also when one of them
    shares its name with a key that can be used. Refused with the reader's error: two usable keys
    of one name (VP-6, VCI-63), and sets without any key.
    """
    elements = jwks.array("keys")
    if len(elements) > KEY_LIMIT:
        raise jwks.refuse(f"{jwks.where}: at most {KEY_LIMIT} keys")
    for key in jwks.objects("keys"):
        key.optional_text("kid")
    usable = tuple(_usable(elements))
    if len({key.kid for key in usable}) != len(usable):
        raise jwks.refuse(f"{jwks.where}: a kid comes twice")
    return usable


def _usable(elements: list[JsonValue]) -> Iterator[EncryptionJwk]:
    for element in elements:
        if not _says_its_name_and_use(element):
            continue
        try:
            yield EncryptionJwk.parse(element)
        except KeysError:
            continue


def _says_its_name_and_use(key: JsonValue) -> bool:
    """VP-50, VCI-53: ``alg`` is required and ``kid`` is what the answer names."""
    return isinstance(key, dict) and all(isinstance(key.get(n), str) for n in ("kid", "alg"))
