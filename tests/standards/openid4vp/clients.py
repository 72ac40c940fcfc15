"""A verifier of each prefix that is not a certificate's, and the request it makes, to change."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from keys import base64url, jws
from keys.authority import CertificateAuthority
from keys.jwk import PublicJwk
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject, dumps
from keys.x509 import Role, to_x5c
from standards.openid4vp.registered_client import FORMAT, RegisteredClient
from standards.openid4vp.request_object import SELF_ISSUED, TYP, VerifiedRequest
from standards.openid4vp.request_object import verify_request_object as verify
from standards.openid4vp.signer import Grounds
from standards.openid4vp.verifier_attestation import (
    VerifierAttestation,
    sign_verifier_attestation,
)
from tests.standards.did.naming import did_jwk, did_key, document, method
from tests.standards.openid4vp.asking import NONCE, NOW, query

ANSWERS = "https://shop.example/answers/1"
REGISTRAR = CertificateAuthority.create("Registrars", Role.REGISTRAR, NOW)
REGISTRAR_NAME = "https://registrar.example"


@dataclass
class Shop:
    """Who asks by ``prefix``: `attested`, `key`, `jwk`, `web`, `registered`, `redirect_uri`."""

    prefix: str
    signer: SoftwareSigner = field(default_factory=SoftwareSigner.generate)
    registrar: CertificateAuthority = REGISTRAR
    registrar_name: str = REGISTRAR_NAME
    attestation: dict[str, Any] = field(default_factory=dict)
    registered: JsonObject = field(default_factory=dict)

    @property
    def did(self) -> str:
        match self.prefix:
            case "key":
                return did_key(self.signer.public)
            case "jwk":
                return did_jwk(self.signer.public)
            case _:
                return "did:web:shop.example"

    @property
    def client_id(self) -> str:
        match self.prefix:
            case "attested":
                return "verifier_attestation:shop"
            case "registered":
                return "shop"
            case "redirect_uri":
                return f"redirect_uri:{ANSWERS}"
            case _:
                return f"decentralized_identifier:{self.did}"

    @property
    def kid(self) -> str:
        match self.prefix:
            case "jwk":
                return f"{self.did}#0"
            case "key":
                return f"{self.did}#{self.did.removeprefix('did:key:')}"
            case _:
                return f"{self.did}#k1"

    def header(self) -> JsonObject:
        match self.prefix:
            case "attested":
                return {"typ": TYP, "jwt": self.attested()}
            case "registered":
                return {"typ": TYP, "kid": "r1"}
            case _:
                return {"typ": TYP, "kid": self.kid}

    def attested(self) -> str:
        signer = SoftwareSigner.generate()
        chain = self.registrar.issue(signer.public, "R", now=NOW, uris=(self.registrar_name,))
        usual: dict[str, Any] = {
            "issuer": REGISTRAR_NAME,
            "subject": "shop",
            "key": self.signer.public,
            "expires_at": NOW + timedelta(days=1),
        }
        attestation = VerifierAttestation(**(usual | self.attestation))
        x5c = [str(each) for each in to_x5c(chain)]
        return sign_verifier_attestation(attestation, signer, x5c)

    def claims(self, **changes: Any) -> JsonObject:
        """Return the request's claims; a change to None takes one out."""
        usual: JsonObject = {
            "client_id": self.client_id,
            "response_type": "vp_token",
            "response_mode": "direct_post",
            "response_uri": ANSWERS,
            "nonce": NONCE,
            "dcql_query": query().as_dict(),
            "aud": SELF_ISSUED,
            "iat": int(NOW.timestamp()),
        }
        return {name: value for name, value in (usual | changes).items() if value is not None}

    def token(self, *, header: JsonObject | None = None, **changes: Any) -> str:
        head = {**self.header(), **(header or {})}
        given = {name: value for name, value in head.items() if value is not None}
        return jws.sign(given, dumps(self.claims(**changes)), self.signer)

    def unsecured(self, *, header: JsonObject | None = None, **changes: Any) -> str:
        """Return the request object of ``alg`` none."""
        head: JsonObject = {"alg": "none", "typ": TYP, **(header or {})}
        parts = (dumps(head), dumps(self.claims(**changes)))
        return ".".join(map(base64url.encode, parts)) + "."

    def grounds(self, **changes: Any) -> Grounds:
        usual: dict[str, Any] = {
            "verifiers": (),
            "registrars": (REGISTRAR.anchor,),
            "clients": {"shop": self.client()} if self.prefix == "registered" else {},
            "did_document": self.document() if self.prefix == "web" else None,
        }
        return Grounds(**(usual | changes))

    def document(self) -> JsonObject:
        return document(self.did, method(self.kid, self.signer.public))

    def client(self) -> RegisteredClient:
        key = self.signer.public
        named = PublicJwk(key.algorithm, key.x, key.y, "r1").as_dict()
        usual: JsonObject = {
            "format": FORMAT,
            "client_id": "shop",
            "name": "The Shop",
            "response_uris": ["https://shop.example/answers/"],
            "jwks": {"keys": [named]},
        }
        changed = usual | self.registered
        return RegisteredClient.parse({k: v for k, v in changed.items() if v is not None})

    def read(self, token: str, **changes: Any) -> VerifiedRequest:
        """Return the request as a wallet reads it that scanned this verifier's link."""
        client_id, nonce = changes.pop("client_id", self.client_id), changes.pop("nonce", None)
        return verify(
            token,
            expected_client_id=client_id,
            expected_wallet_nonce=nonce,
            grounds=self.grounds(**changes),
            now=NOW,
        )
