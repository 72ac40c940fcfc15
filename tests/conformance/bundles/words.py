"""Names the registries know: algorithms, languages, scope tokens, addresses."""

import re
from math import log2
from typing import Any
from urllib.parse import urlsplit

ASYMMETRIC = {
    *("ES256", "ES384", "ES512", "ES256K", "EdDSA", "Ed25519", "Ed448"),
    *("PS256", "PS384", "PS512", "RS256", "RS384", "RS512"),
}
# COSE: ES256, ES384, ES512, EdDSA, and the fully specified ones of RFC 9864.
COSE = {-7, -35, -36, -8, -9, -51, -52, -19, -53}
# What FAPI 2.0 section 5.4 and the suite's table 1b, row 1, leave of them.
FAPI = {"PS256", "ES256", "EdDSA", "Ed25519"}
KEY_MANAGEMENT = {
    *("RSA-OAEP", "RSA-OAEP-256", "RSA-OAEP-384", "RSA-OAEP-512"),
    *("ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A192KW", "ECDH-ES+A256KW"),
}
CONTENT_ENCRYPTION = {
    *("A128GCM", "A192GCM", "A256GCM"),
    *("A128CBC-HS256", "A192CBC-HS384", "A256CBC-HS512"),
}
# The subtags this project has texts in; another one is looked up before it is added here.
LANGUAGES = {"ko", "en", "ja"}
REGIONS = {"KR", "US", "GB", "JP"}

SCOPE_TOKEN = re.compile(r"[\x21\x23-\x5B\x5D-\x7E]+")
# RFC 6749 section 5.2: no line break, no tab, no quotation mark, no backslash.
DESCRIPTION = re.compile(r"[\x20\x21\x23-\x5B\x5D-\x7E]*")


def check_https(address: str) -> None:
    """An address of a secure endpoint, with a host."""
    parts = urlsplit(address)
    assert "https" == parts.scheme, address
    assert parts.hostname, address


def check_identifier(address: str) -> None:
    """An issuer identifier: https, no query, no fragment (RFC 8414 section 2)."""
    check_https(address)
    assert "?" not in address, address
    assert "#" not in address, address


def check_locales(displays: list[Any]) -> None:
    """Registered languages in their usual letter case, each once in an array."""
    locales = [entry["locale"] for entry in displays if "locale" in entry]
    assert len(locales) == len(set(locales)), locales
    for locale in locales:
        language, _, region = locale.partition("-")
        assert language in LANGUAGES, locale
        assert not region or region in REGIONS, locale


def check_public_jwk(jwk: dict[str, Any]) -> None:
    """Nothing private and nothing symmetric (RFC 7518 section 6)."""
    assert "oct" != jwk["kty"]
    assert not {"d", "p", "q", "dp", "dq", "qi", "oth", "k"} & set(jwk)


def check_entropy(value: str) -> None:
    """At least 128 bits of text, whose letters look random (Shannon estimate above 96 bits)."""
    assert len(value) * 8 >= 128
    assert shannon_bits(value) > 96, "the value looks guessable"


def shannon_bits(value: str) -> float:
    """How many bits the letters of a text carry, judged by how often each comes."""
    shares = [value.count(letter) / len(value) for letter in set(value)]
    return -sum(share * log2(share) for share in shares) * len(value)
