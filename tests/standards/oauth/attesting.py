"""A wallet provider and an instance of its wallet, for what is proven to a server."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from keys import jws
from keys.authority import CertificateAuthority
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject, JsonValue, dumps
from keys.x5c import to_base64
from keys.x509 import Role
from standards.oauth.client_attestation import (
    ATTESTATION_TYP,
    POP_TYP,
    AttestationPop,
    ClientAttestation,
)

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
SERVER = "https://issuer.example/issuers/resident-registry"
WALLET = "https://wallet.example/wallet"
PROVIDER = "https://wallet.example/wallet-provider"
ROOT = CertificateAuthority.create("Provider root", Role.WALLET_PROVIDER, NOW - timedelta(days=1))


def changed(usual: JsonObject, changes: JsonObject) -> JsonObject:
    """Return the claims with changes; ``absent`` takes one out."""
    return {name: value for name, value in (usual | changes).items() if value != "absent"}


@dataclass
class Provider:
    """A wallet provider; ``x5c`` is what it sends, without the root."""

    root: CertificateAuthority = ROOT
    uris: tuple[str, ...] = (PROVIDER,)
    signer: SoftwareSigner = field(default_factory=SoftwareSigner.generate)
    x5c: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        chain = self.root.issue(self.signer.public, "Provider", now=NOW, uris=self.uris)
        self.x5c = tuple(map(to_base64, chain))


@dataclass
class Instance:
    """An instance of a wallet, and the two tokens it sends, each changed at will."""

    provider: Provider = field(default_factory=Provider)
    signer: SoftwareSigner = field(default_factory=SoftwareSigner.generate)

    def claims(self) -> JsonObject:
        lasts = NOW + timedelta(hours=1)
        return ClientAttestation(PROVIDER, WALLET, self.signer.public, NOW, lasts).as_dict()

    def attestation(self, head: JsonObject | None = None, /, **members: JsonValue) -> str:
        usual: JsonObject = {"typ": ATTESTATION_TYP, "x5c": [*self.provider.x5c]}
        header = changed(usual, head or {})
        return jws.sign(header, dumps(changed(self.claims(), members)), self.provider.signer)

    def pop(self, head: JsonObject | None = None, /, **members: JsonValue) -> str:
        usual = AttestationPop(WALLET, SERVER, "jti-1", NOW, "challenge-1").as_dict()
        header = changed({"typ": POP_TYP}, head or {})
        return jws.sign(header, dumps(changed(usual, members)), self.signer)
