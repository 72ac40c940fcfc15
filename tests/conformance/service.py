"""The service under test: whole, over TLS, inside this process so that a rule can be put off."""

import json
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
from cryptography import x509

from app.authorisation import operator_token_file, read_token
from app.clock import utc_now
from app.trust import TrustFile, read_roots
from app.wallet_clients import ClientFiles
from keys.key_store import KeyStore
from keys.role import Role
from standards.openid4vp.registered_client import RegisteredClient
from tests.conformance.bundles.tls import Server
from tests.conformance.exchanges import Exchange


@dataclass(frozen=True)
class UnderTest:
    """A running service, and what a prober has of it: its address, its roots, its desk."""

    base: str
    home: Path
    http: httpx2.Client

    @property
    def authority_file(self) -> Path:
        """The https authority others have to trust."""
        return self.home / "tls" / "authority.pem"

    @property
    def tls(self) -> Server:
        """Where it speaks TLS."""
        parts = urlsplit(self.base)
        assert parts.hostname
        assert parts.port
        return Server(parts.hostname, parts.port, self.authority_file)

    def issuer(self, name: str = "national-tax-service") -> str:
        """The identifier of one of its authorities."""
        return f"{self.base}/issuers/{name}"

    def fetch(self, address: str, **headers: str) -> Exchange:
        """Read a public document as anybody may."""
        return Exchange.of(self.http.get(address, headers=headers))

    def order(self, kind: str = "tax-payment", **order: Any) -> dict[str, Any]:
        """Have the desk make an offer to the demo citizen."""
        return self._operate("/offers", {"kind": kind, "to": "demo", **order})

    def approve_all(self) -> None:
        """Have the officer approve whatever waits."""
        for order in self._operate("/queue")["orders"]:
            self._operate(f"/queue/{order['id']}/approve", {})

    def register(self, client_id: str, redirect_uri: str, *keys: dict[str, Any]) -> None:
        """Have the operator register a wallet; without keys it proves itself by attestation."""
        body: dict[str, Any] = {"client_id": client_id, "redirect_uris": [redirect_uri]}
        self._operate("/clients", body | ({"jwks": {"keys": [*keys]}} if keys else {}))

    def _operate(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """Ask the desk: to read without a body, to act with one."""
        token = read_token(operator_token_file(self.home))
        answer = self.http.request(
            "GET" if body is None else "POST",
            f"{self.base}/issuers/operator{path}",
            json=body,
            headers={"Authorization": f"Bearer {token}"},
        )
        assert 200 == answer.status_code, answer.text
        return dict(answer.json())

    def roots(self, role: Role) -> list[x509.Certificate]:
        """The roots it vouches with, as `mydata trust export` hands them out."""
        anchors = self._trust().current().anchors(role, utc_now())
        return [x509.load_der_x509_certificate(anchor.certificate) for anchor in anchors]

    def believe(self, role: Role, file: Path) -> None:
        """Let it trust another root, as `mydata trust add` does."""
        self._trust().add(role, read_roots(file))

    def know(self, client_id: str, *response_uris: str) -> None:
        """Let our wallet know a verifier beforehand, as `mydata wallet clients add` does."""
        file = self.home / "client.json"
        client = RegisteredClient(client_id, "The Library", response_uris)
        file.write_text(json.dumps(client.as_dict()), encoding="utf-8")
        ClientFiles(self.home).add(file)

    @property
    def exported(self) -> Path:
        """Where its roots are written for others, one file a role."""
        return self.home / "exported"

    def export_roots(self) -> None:
        """Hand out its roots, as `mydata trust export` does."""
        self._trust().export(self.exported)

    def _trust(self) -> TrustFile:
        return TrustFile(self.home, KeyStore(self.home / "keys"), utc_now)


def client_for(*authorities: Path) -> httpx2.Client:
    """An HTTP client that trusts these authorities and follows nothing."""
    context = ssl.create_default_context(cafile=str(authorities[0]))
    for more in authorities[1:]:
        context.load_verify_locations(more)
    return httpx2.Client(verify=context, timeout=30, trust_env=False)
