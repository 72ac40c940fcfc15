"""A verifier with its certificate, and the request it signs, for tests to change."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from keys import jws
from keys.authority import CertificateAuthority
from keys.jwe import DecryptionKey
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject, JsonValue, dumps
from keys.x509 import Role, ValidatedChain, to_x5c, validate_chain
from standards.dcql.query import DcqlQuery, parse_query
from standards.openid4vp.client_id import CertificatePrefix, ClientId
from standards.openid4vp.client_metadata import ClientMetadata, VpFormat
from standards.openid4vp.request import AuthorizationRequest, ResponseMode, VerifierInfo
from standards.openid4vp.request_object import SELF_ISSUED, TYP, verify_request_object
from standards.openid4vp.signer import Grounds

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
KEY = DecryptionKey.generate("response-1")
NONCE = "N" * 43


def query(*, multiple: bool = False, bound: bool = True) -> DcqlQuery:
    entry: JsonObject = {
        "id": "base",
        "format": "dc+sd-jwt",
        "meta": {"vct_values": ["urn:resident-register"]},
        "multiple": multiple,
        "require_cryptographic_holder_binding": bound,
    }
    return parse_query({"credentials": [entry, entry | {"id": "other"}]})


def metadata(*keys: DecryptionKey) -> ClientMetadata:
    formats = (VpFormat("dc+sd-jwt", ("ES256",), ("ES256",)),)
    return ClientMetadata(formats, tuple(key.public for key in keys), ("A128GCM", "A256GCM"))


@dataclass
class Bank:
    """A relying party at ``bank.example``, certified by a root of its own."""

    signer: SoftwareSigner = field(default_factory=SoftwareSigner.generate)
    authority: CertificateAuthority = field(
        default_factory=lambda: CertificateAuthority.create("Verifiers", Role.VERIFIER, NOW)
    )
    chain: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        self.chain = self.authority.issue(
            self.signer.public, "Bank", now=NOW, dns_names=["bank.example", "pay.bank.example"]
        )

    @property
    def validated(self) -> ValidatedChain:
        anchors = [self.authority.anchor]
        return validate_chain(self.chain, anchors=anchors, role=Role.VERIFIER, now=NOW)

    def client_id(self, prefix: CertificatePrefix = CertificatePrefix.X509_HASH) -> str:
        return str(ClientId.of(prefix, self.validated))

    def request(
        self,
        mode: ResponseMode = ResponseMode.DIRECT_POST,
        prefix: CertificatePrefix = CertificatePrefix.X509_HASH,
    ) -> AuthorizationRequest:
        return AuthorizationRequest(
            client_id=self.client_id(prefix),
            response_uri="https://bank.example/responses/1",
            nonce=NONCE,
            dcql_query=query(),
            response_mode=mode,
            state="state-1",
            client_metadata=metadata(KEY),
            verifier_info=(VerifierInfo("https://example/terms", {"terms": {}}, ("base",)),),
        )

    def token(self, **claims: JsonValue) -> str:
        """Return a request object with changed claims, properly signed."""
        return self.signed(claims)

    def signed(
        self, claims: JsonObject, *, header: JsonObject | None = None, without: str = ""
    ) -> str:
        """Return a request object with changed claims and header, properly signed."""
        usual = self.request().as_dict() | {
            "aud": SELF_ISSUED,
            "iat": int(NOW.timestamp()),
            "exp": int((NOW + timedelta(minutes=5)).timestamp()),
        }
        payload = {name: value for name, value in (usual | claims).items() if name != without}
        head: JsonObject = {"typ": TYP, "x5c": to_x5c(self.chain)}
        return jws.sign(head | (header or {}), dumps(payload), self.signer)

    def read(self, token: str) -> AuthorizationRequest:
        """Return the request as a wallet reads it that scanned this bank's link."""
        return verify_request_object(
            token,
            expected_client_id=self.client_id(),
            expected_wallet_nonce=None,
            grounds=Grounds((self.authority.anchor,)),
            now=NOW,
        ).request
