"""Tokens as anybody reads them, and forms as they came over the line."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl

import jwt
from jwt.algorithms import ECAlgorithm

from tests.conformance.exchanges import Exchange


def form(asked: Exchange) -> dict[str, str]:
    """The parameters of a form, none of them twice."""
    assert asked.sent["content-type"].startswith("application/x-www-form-urlencoded")
    pairs = parse_qsl(asked.content, strict_parsing=True, keep_blank_values=True)
    assert len(pairs) == len(dict(pairs))
    return dict(pairs)


def header(token: str) -> dict[str, Any]:
    """The header of a token."""
    return dict(jwt.get_unverified_header(token))


def claims(token: str, jwk: dict[str, Any]) -> dict[str, Any]:
    """The claims of a token that a key signed with ES256."""
    key = ECAlgorithm.from_jwk(json.dumps(jwk))
    payload = jwt.PyJWS().decode(token, key, algorithms=["ES256"])  # type: ignore[arg-type]
    read = json.loads(payload)
    assert isinstance(read, dict)
    return read


def thumbprint(jwk: dict[str, Any]) -> str:
    """RFC 7638 of a P-256 key."""
    named = {name: jwk[name] for name in ("crv", "kty", "x", "y")}
    return encoded(sha256(json.dumps(named, separators=(",", ":")).encode()).digest())


def hashed(text: str) -> str:
    """SHA-256 in base64url."""
    return encoded(sha256(text.encode("ascii")).digest())


def encoded(octets: bytes) -> str:
    """base64url without padding."""
    return urlsafe_b64encode(octets).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """The octets of base64url without padding."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
