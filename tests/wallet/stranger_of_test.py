"""A relying party that our roots know nothing of: one for each other way to be known."""

import hashlib
from dataclasses import dataclass, field
from datetime import timedelta

from typing_extensions import override

from consent.forms.countersignature import (
    Countersignature,
    sign_countersignature,
    signed_part_sha256,
)
from consent.forms.handover import Handover
from keys import base64url, jws
from keys.jwk import PublicJwk
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject, dumps, loads_object
from keys.x509 import Role, to_x5c
from standards.oauth.form import encode_form
from standards.openid4vp.registered_client import FORMAT, RegisteredClient
from standards.openid4vp.unsigned_request import hashed_part
from standards.openid4vp.verifier_attestation import (
    VerifierAttestation,
    sign_verifier_attestation,
)
from tests.standards.did.naming import did_jwk, did_key, document, method
from tests.wallet.verifier_of_test import HOST, VerifierOfTest
from tests.wallet.world import Asked, json_reply
from web.outbound import Reply

DID = f"did:web:{HOST}"
DOCUMENT_URI = f"https://{HOST}/.well-known/did.json"
KINDS = ("redirect_uri", "verifier_attestation", "did:key", "did:jwk", "did:web", "registered")
NOBODYS = ("redirect_uri", "did:key", "did:jwk", "did:web")


@dataclass
class StrangerOfTest(VerifierOfTest):
    """``kind`` is one of `KINDS`, ``form`` how the request comes: uri, value or parameters."""

    kind: str = "did:key"
    form: str = "uri"
    # Whose key its word on a sharing is signed by, and with which certificates; its own, none.
    countersigner: SoftwareSigner | None = None
    countersigned_by: list[str] = field(default_factory=list)

    @override
    def __post_init__(self) -> None:
        super().__post_init__()
        self.published = self.signer.public
        self.world.network.serve(DOCUMENT_URI, self._document)
        if self.kind == "registered":
            self.world.clients["shop"] = self.client()

    @property
    @override
    def client_id(self) -> str:
        match self.kind:
            case "redirect_uri":
                return f"redirect_uri:{self.response_uri}"
            case "verifier_attestation":
                return "verifier_attestation:shop"
            case "registered":
                return "shop"
            case _:
                return f"decentralized_identifier:{self.did}"

    @property
    def did(self) -> str:
        key = self.signer.public
        return {"did:key": did_key(key), "did:jwk": did_jwk(key)}.get(self.kind, DID)

    @property
    @override
    def link(self) -> str:
        match self.form:
            case "value":
                parameters = {"client_id": self.client_id, "request": self.token()}
            case "parameters":
                parameters = self.parameters()
            case _:
                parameters = {
                    "client_id": self.client_id,
                    "request_uri": self.request_uri,
                    "request_uri_method": self.method,
                }
        return f"openid4vp://?{encode_form(parameters).decode()}"

    def parameters(self) -> dict[str, str]:
        asked = self.change_claims(self.claims())
        return {
            name: value if isinstance(value, str) else dumps(value).decode()
            for name, value in asked.items()
            if name not in {"iat", "exp"}
        }

    def token(self, wallet_nonce: str | None = None) -> str:
        claims = self.change_claims(self.claims())
        if wallet_nonce is not None:
            claims = {**claims, "wallet_nonce": wallet_nonce}
        self.request_token = self._signed(claims)
        return self.request_token

    def _signed(self, claims: JsonObject) -> str:
        header: JsonObject = {"typ": "oauth-authz-req+jwt", **self.header}
        if self.kind == "redirect_uri":
            parts = (dumps({"alg": "none", **header}), dumps(claims))
            return ".".join(map(base64url.encode, parts)) + "."
        return jws.sign({**self._proof(), **header}, dumps(claims), self.signer)

    def sign_again(self, token: str) -> str:
        """Return a token's payload as this party signs it, with what proves it."""
        self.request_token = self._signed(loads_object(jws.parse(token).payload))
        return self.request_token

    @override
    def receipt(self, handover: Handover | None) -> JsonObject:
        """Return its word on the sharing, by the key that signed its request."""
        payload = Countersignature(
            request_sha256=self._request_sha256(),
            kb_sha256=self.kb_sha256,
            body_sha256=None,
            record_commitment=None,
            issued_at=self.now,
            transaction="transaction-1",
        )
        token = sign_countersignature(
            payload, signer=self.countersigner or self.signer, x5c=self.countersigned_by
        )
        if not self.countersigned_by:
            unverified = jws.parse(token)
            header: JsonObject = {"typ": str(unverified.header["typ"])}
            signer = self.countersigner or self.signer
            token = jws.sign(header, unverified.payload, signer)
        return {"countersignature": token}

    def _request_sha256(self) -> bytes:
        if self.kind != "redirect_uri":
            return signed_part_sha256(self.request_token)
        claims = base64url.decode(self.request_token.split(".")[1])
        return hashlib.sha256(hashed_part(loads_object(claims))).digest()

    def _proof(self) -> JsonObject:
        match self.kind:
            case "verifier_attestation":
                return {"jwt": self.attestation()}
            case "registered":
                return {"kid": "r1"}
            case "did:key":
                return {"kid": f"{self.did}#{self.did.removeprefix('did:key:')}"}
            case _:
                return {"kid": f"{self.did}#0"}

    def attestation(self) -> str:
        signer = SoftwareSigner.generate()
        chain = self.world.authorities.certify(Role.REGISTRAR, signer, "Registrar")
        until = self.now + timedelta(days=1)
        attested = VerifierAttestation("https://r.example", "shop", self.signer.public, until)
        return sign_verifier_attestation(attested, signer, [str(c) for c in to_x5c(chain)])

    def client(self) -> RegisteredClient:
        key = self.signer.public
        named = PublicJwk(key.algorithm, key.x, key.y, "r1").as_dict()
        return RegisteredClient.parse(
            {
                "format": FORMAT,
                "client_id": "shop",
                "name": "The Shop",
                "response_uris": [f"https://{HOST}/verifiers/responses/"],
                "jwks": {"keys": [named]},
            }
        )

    def _document(self, _: Asked) -> Reply:
        return json_reply(document(DID, method("#0", self.published)))

    @override
    def _request(self, asked: Asked) -> Reply:
        posted = "n" if asked.method == "POST" else None
        if posted is not None:
            fields = dict(pair.split("=") for pair in asked.content.decode().split("&"))
            posted = fields["wallet_nonce"]
        token = self.token(posted)
        return Reply(200, "application/oauth-authz-req+jwt", token.encode())
