"""The members of a JSON Web Key that signature keys and encryption keys share (RFC 7517, 7518)."""

from keys import base64url
from keys.errors import KeysError, KeysFailure, echo
from keys.json_value import JsonObject, JsonValue
from keys.points import COORDINATE_OCTETS

# A key identifier is looked up and logged; nobody needs a long one.
KID_LIMIT = 256
COORDINATE_CHARACTERS = 43

# RFC 7518 section 6: what only the owner of a key may hold.
_PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})


def public_members(value: JsonValue) -> JsonObject:
    """Return the members of a JWK that has no private part (H7), or raise `KeysError`."""
    if not isinstance(value, dict):
        raise KeysError(KeysFailure.MALFORMED, "a JWK is a JSON object")
    if not _PRIVATE_MEMBERS.isdisjoint(value) or value.get("kty") == "oct":
        raise KeysError(KeysFailure.PRIVATE_KEY_EXPOSED, "a public key was expected")
    return value


def kty_and_crv(jwk: JsonObject) -> tuple[str, str]:
    """Return ``kty`` and ``crv``, both text."""
    kty, crv = jwk.get("kty"), jwk.get("crv")
    if not (isinstance(kty, str) and isinstance(crv, str)):
        raise KeysError(KeysFailure.KEY_REFUSED, "a key on a named curve was expected")
    return kty, crv


def coordinate(jwk: JsonObject, name: str) -> bytes:
    """Return a coordinate of exactly 32 octets, leading zeros kept (RFC 7518 section 6.2.1.2)."""
    text = jwk.get(name)
    if not isinstance(text, str) or len(text) != COORDINATE_CHARACTERS:
        raise KeysError(KeysFailure.KEY_REFUSED, f"{name} of {COORDINATE_OCTETS} octets expected")
    return base64url.decode(text)


def key_id(jwk: JsonObject) -> str | None:
    """Return ``kid`` when there is one."""
    kid = jwk.get("kid")
    if kid is not None and (not isinstance(kid, str) or len(kid) > KID_LIMIT):
        raise KeysError(KeysFailure.MALFORMED, f"kid of at most {KID_LIMIT} characters expected")
    return kid


def check_use(
    jwk: JsonObject, *, expected_use: str, expected_op: str | None, algorithms: tuple[str, ...]
) -> None:
    """Return when nothing in the key says it is for something else (H3), else raise key_refused.

    ``use``, ``key_ops`` and ``alg`` are optional (RFC 7517 section 4). ``expected_op`` is None for
    key agreement: makers disagree on what a public key does there, an empty list being usual.
    ``algorithms`` is no set: an array in ``alg`` can be compared, but not looked up.
    """
    if "use" in jwk and jwk["use"] != expected_use:
        raise KeysError(KeysFailure.KEY_REFUSED, f"a key for use {expected_use} was expected")
    if "alg" in jwk and jwk["alg"] not in algorithms:
        raise KeysError(KeysFailure.KEY_REFUSED, f"the key is for alg {echo(jwk['alg'])}")
    if expected_op and "key_ops" in jwk and expected_op not in _operations(jwk["key_ops"]):
        raise KeysError(KeysFailure.KEY_REFUSED, f"a key to {expected_op} was expected")


def _operations(value: JsonValue) -> frozenset[str]:
    """RFC 7517 section 4.3: an array of different texts."""
    names = value if isinstance(value, list) else []
    operations = frozenset(name for name in names if isinstance(name, str))
    if not names or len(operations) != len(names):
        raise KeysError(KeysFailure.MALFORMED, "key_ops is an array of different names")
    return operations
