"""Identifiers of each method for a key, written by hand: the other half of what is read."""

from keys import base64url
from keys.jwk import Algorithm, PublicJwk
from keys.strict_json import JsonObject, JsonValue, dumps

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def base58(octets: bytes) -> str:
    number, digits = int.from_bytes(octets), ""
    while number:
        number, digit = divmod(number, 58)
        digits = ALPHABET[digit] + digits
    return "1" * (len(octets) - len(octets.lstrip(b"\0"))) + digits


def multikey(key: PublicJwk) -> str:
    if key.algorithm is Algorithm.ED25519:
        return "z" + base58(b"\xed\x01" + key.x)
    return "z" + base58(b"\x80\x24" + bytes([2 + key.y[-1] % 2]) + key.x)


def did_key(key: PublicJwk) -> str:
    return f"did:key:{multikey(key)}"


def did_jwk(key: PublicJwk) -> str:
    return f"did:jwk:{base64url.encode(dumps(key.as_dict()))}"


def document(did: str, *methods: JsonValue) -> JsonObject:
    return {"id": did, "verificationMethod": [*methods]}


def method(name: str, key: PublicJwk) -> JsonObject:
    return {"id": name, "type": "JsonWebKey", "publicKeyJwk": key.as_dict()}
