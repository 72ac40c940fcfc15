"""Keys and tokens made by hand, for messages no library would make."""

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from jwt.algorithms import ECAlgorithm


@dataclass
class Key:
    """A P-256 key made for one test."""

    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    @property
    def jwk(self) -> dict[str, Any]:
        """Its public half."""
        return ECAlgorithm.to_jwk(self.private.public_key(), as_dict=True)

    def sign_octets(self, octets: bytes) -> bytes:
        """A JWS signature over octets: 64 of them."""
        r, s = decode_dss_signature(self.private.sign(octets, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def sign(self, payload: dict[str, Any], **header: Any) -> str:
        """A JWS in compact form."""
        typ = {name: value for name, value in header.items() if value is not None}
        return jwt.encode(payload, self.private, algorithm="ES256", headers=typ)


def broken(token: str) -> str:
    """The same token with a signature of nobody."""
    head, _, signature = token.rpartition(".")
    return f"{head}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}"


def now(**off: float) -> int:
    """The time, as a token tells it."""
    return int((datetime.now(UTC) + timedelta(**off)).timestamp())


def random_text() -> str:
    """A value nobody gave out."""
    return secrets.token_urlsafe(32)
