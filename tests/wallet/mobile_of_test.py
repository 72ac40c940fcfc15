"""An issuer of mdocs for the wallet to meet, and a relying party that asks for them."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import timedelta

from typing_extensions import override

from consent.forms.terms import Terms
from keys.entropy import SYSTEM_ENTROPY
from keys.jwk import PublicJwk
from keys.strict_json import JsonObject
from keys.x509 import to_x5c
from standards.dcql.paths import ClaimsPathPointer
from standards.formats.binding import Request
from standards.formats.credential import NewCredential, ProvenCredential
from standards.formats.known import format_of
from standards.openid4vp.response import AuthorizationResponse
from standards.profiles import Profile
from standards.status_list.reference import StatusReference
from tests.wallet.issuer_of_test import STATUS_URI, VCT, IssuerOfTest
from tests.wallet.verifier_of_test import VerifierOfTest, terms

MDOC = "mso_mdoc"
DOCTYPE = "kr.example.card.1"
NAME = ClaimsPathPointer((DOCTYPE, "name")).dotted()
CLAIMS: JsonObject = {
    DOCTYPE: {
        "name": "김카나리아",
        "birth_date": "1990-04-17",
        "age_over_19": True,
        "resident_number_back": "1234567",
    }
}


@dataclass
class MobileIssuerOfTest(IssuerOfTest):
    """As any other, but what it issues are mdocs."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.claims = dict(CLAIMS)
        kind: JsonObject = {
            "format": MDOC,
            "doctype": DOCTYPE,
            "cryptographic_binding_methods_supported": ["cose_key"],
            "proof_types_supported": {"jwt": {"proof_signing_alg_values_supported": ["ES256"]}},
        }
        self.metadata = {"credential_configurations_supported": {self.kinds[0]: kind}}

    @override
    def issue(self, key: PublicJwk | None, vct: str = VCT) -> str:
        self.issued += 1
        return format_of(MDOC).issue(
            NewCredential(
                type=DOCTYPE,
                issuer="",
                claims=self.claims,
                holder=key,
                issued_at=self.now.replace(microsecond=0),
                expires_at=self.now + self.lifetime,
                status=StatusReference(STATUS_URI, self.index),
            ),
            signer=self.signer,
            x5c=[str(each) for each in to_x5c(self.chain)],
            entropy=SYSTEM_ENTROPY,
        )


def asking_for(*elements: str) -> JsonObject:
    """The query for these elements of the card."""
    return {
        "credentials": [
            {
                "id": "card",
                "format": MDOC,
                "meta": {"doctype_value": DOCTYPE},
                "claims": [{"path": [DOCTYPE, each]} for each in elements],
            }
        ]
    }


@dataclass
class MobileVerifierOfTest(VerifierOfTest):
    """As any other, but it asks for mdocs; ``proven`` are those it verified."""

    dcql: JsonObject = field(default_factory=lambda: asking_for("name"))
    terms: Terms | None = field(default_factory=lambda: replace(terms(), information=(NAME,)))
    proven: list[ProvenCredential] = field(default_factory=list)

    @override
    def _client_metadata(self) -> JsonObject:
        numbers: JsonObject = {"issuerauth_alg_values": [-7], "deviceauth_alg_values": [-7]}
        return {**super()._client_metadata(), "vp_formats_supported": {MDOC: numbers}}

    @property
    def bound(self) -> Request:
        """What an answer has to be bound to, from this side."""
        key = self.key.public if self.mode == "direct_post.jwt" else None
        return Request(self.client_id, self.nonce, self.response_uri, key)

    @override
    def _verify(self, response: AuthorizationResponse) -> bytes:
        ((_, (text,)),) = response.vp_token.by_query
        key = self.issuer.signer.public.verification_key()
        found = (
            format_of(MDOC).read_presented(text).verify(key, profile=Profile.HAIP, now=self.now)
        )
        binding = found.verify_binding(self.bound, now=self.now, max_age=timedelta(minutes=5))
        self.proven.append(found)
        return hashlib.sha256(binding.signed).digest()
