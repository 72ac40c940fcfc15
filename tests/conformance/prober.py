"""Who plays the wallet where a module breaks a rule: every message is made by hand."""

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from jwt.algorithms import ECAlgorithm

from tests.conformance.bundles import offer
from tests.conformance.exchanges import Exchange
from tests.conformance.service import UnderTest


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


@dataclass
class Prober:
    """One pre-authorized run at one authority, step by step."""

    service: UnderTest
    kind: str = "tax-payment"
    last: Exchange | None = None

    @property
    def issuer(self) -> str:
        return self.service.issuer()

    def post(self, path: str, **what: Any) -> Exchange:
        """Ask one of the authority's endpoints."""
        self.last = Exchange.of(self.service.http.post(f"{self.issuer}{path}", **what))
        return self.last

    def access(self) -> str:
        """An access token from a fresh offer, anonymous."""
        handed = offer.by_value(self.service.order(self.kind)["credential_offer_uri"])
        code = handed["grants"][offer.PRE_AUTHORIZED]["pre-authorized_code"]
        form = {"grant_type": offer.PRE_AUTHORIZED, "pre-authorized_code": code}
        return str(self.post("/token", data=form).json()["access_token"])

    def nonce(self) -> str:
        """A fresh nonce of the authority."""
        return str(self.post("/nonce").json()["c_nonce"])

    def proof(self, nonce: str, key: Key | None = None, **claims: Any) -> str:
        """A key proof; claims can be put in others' place."""
        signer = key or Key()
        payload = {"aud": self.issuer, "iat": now(), "nonce": nonce, **claims}
        return signer.sign(payload, typ="openid4vci-proof+jwt", jwk=signer.jwk)

    def ask(self, access: str, **body: Any) -> Exchange:
        """Ask the credential endpoint; what is None is left out."""
        wanted = {"credential_configuration_id": self.kind} | body
        request = {name: value for name, value in wanted.items() if value is not None}
        return self.post(
            "/credential", json=request, headers={"Authorization": f"Bearer {access}"}
        )

    def proofs(self, *proofs: str) -> dict[str, Any]:
        """The member that carries `jwt` proofs; one good proof when none are named."""
        return {"proofs": {"jwt": [*(proofs or (self.proof(self.nonce()),))]}}


def random_text() -> str:
    """A value nobody gave out."""
    return secrets.token_urlsafe(32)
