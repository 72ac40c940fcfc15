"""A foreign wallet, an issuer it has a certificate of, and the ledger that asks for its key."""

import os
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from consent.opening.openings import OpeningDesk
from consent.opening.question import LedgerKey
from keys import base64url, jws
from keys.authority import CertificateAuthority
from keys.role import Role
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject, loads_object
from keys.trust_list import TrustEntry, TrustList
from keys.x5c import to_base64
from standards.formats.credential import NewCredential
from standards.formats.known import format_of
from standards.openid4vp.request import AuthorizationRequest
from standards.openid4vp.response import AuthorizationResponse, encode_response
from standards.openid4vp.vp_token import VpToken
from standards.sd_jwt.key_binding import bind
from standards.sd_jwt_vc.issue import NewVc, issue_vc

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
BASE = "https://ledger.example"
VCT = "https://issuer.example/types/identity/1"
DOCTYPE = "example.identity.1"


@dataclass
class ForeignWallet:
    """A wallet of another maker: it knows OpenID4VP, and nothing of ours."""

    issuer: CertificateAuthority
    expires_at: datetime | None = NOW + timedelta(days=30)
    vct: str = VCT
    holder: SoftwareSigner = field(default_factory=SoftwareSigner.generate)
    signs_with: SoftwareSigner | None = None
    shows: int = 0
    format: str = "dc+sd-jwt"

    def certificate(self) -> str:
        """The certificate with as many of its disclosures as the wallet shows."""
        signer = SoftwareSigner.generate()
        chain = self.issuer.issue(signer.public, "An issuer", now=NOW - timedelta(days=60))
        new = NewVc(
            vct=self.vct,
            issuer="https://issuer.example",
            claims={"name": "somebody", "age_over_19": True},
            holder=self.holder.public,
            issued_at=NOW - timedelta(days=60),
            expires_at=self.expires_at,
        )
        issued = issue_vc(
            new, signer=signer, x5c=tuple(map(to_base64, chain)), entropy=os.urandom
        ).serialize()
        jwt, *disclosures = issued.rstrip("~").split("~")
        return "~".join([jwt, *disclosures[: self.shows], ""])

    def answer(self, request_object: str, *, times: int = 1, **changes: Any) -> bytes:
        """The form posted in answer to a request; ``changes`` are those of the key binding.

        The certificate is shown so many ``times``.
        """
        request = request_in(request_object)
        if self.format != "dc+sd-jwt":
            return self._document(request, times=times, **changes)
        bound: dict[str, Any] = {
            "signer": self.signs_with or self.holder,
            "audience": request.client_id,
            "nonce": request.nonce,
            "now": NOW,
        }
        presentation = bind(self.certificate(), **bound | changes)
        query_id = request.dcql_query.credentials[0].id
        token = VpToken(((query_id, (presentation,) * times),) if times else ())
        return encode_response(AuthorizationResponse(token, request.state), request)

    def _document(self, request: AuthorizationRequest, *, times: int, **changes: Any) -> bytes:
        """The same of a certificate in another format."""
        signer = SoftwareSigner.generate()
        chain = self.issuer.issue(signer.public, "An issuer", now=NOW - timedelta(days=60))
        new = NewCredential(
            type=self.vct,
            issuer="https://issuer.example",
            claims={DOCTYPE: {"name": "somebody"}},
            holder=self.holder.public,
            issued_at=NOW - timedelta(days=60),
            expires_at=self.expires_at,
        )
        own = format_of(self.format)
        issued = own.issue(
            new, signer=signer, x5c=tuple(map(to_base64, chain)), entropy=os.urandom
        )
        key = signer.public.verification_key()
        paths = ((DOCTYPE, "name"),)[: self.shows]
        unsigned = own.read_issued(issued).content(key).present(paths)
        now = changes.pop("now", NOW)
        bound = replace(request.bound(request.client_id), **changes)
        by = self.signs_with or self.holder
        octets = unsigned.to_sign(bound, algorithm=by.algorithm, now=now)
        presentation = unsigned.signed(octets, by.sign(octets))
        ids = [each.id for each in request.dcql_query.credentials if each.format == self.format]
        by_query = tuple((each, (presentation,)) for each in ids[:times])
        token = VpToken(by_query)
        return encode_response(AuthorizationResponse(token, request.state), request)

    @property
    def thumbprint(self) -> bytes:
        """What a deposit says of the key."""
        return base64url.decode(self.holder.public.thumbprint())


@dataclass
class OpeningWorld:
    """Roots, the trust list, the ledger's own key and a clock."""

    now: datetime = NOW

    def __post_init__(self) -> None:
        started = NOW - timedelta(days=800)
        self.issuer = CertificateAuthority.create("Issuers", Role.ISSUER, started)
        self.rogue = CertificateAuthority.create("Rogue", Role.ISSUER, started)
        verifiers = CertificateAuthority.create("Verifiers", Role.VERIFIER, started)
        signer = SoftwareSigner.generate()
        chain = verifiers.issue(signer.public, "The ledger", now=NOW, organization_id="ledger")
        self.key = LedgerKey(signer, chain)
        entries = tuple(
            TrustEntry.of(role, authority.anchor.certificate, now=started)
            for role, authority in ((Role.ISSUER, self.issuer), (Role.VERIFIER, verifiers))
        )
        self.trust = TrustList(entries, NOW, NOW + timedelta(days=30), timedelta(hours=1))

    def desk(self) -> OpeningDesk:
        return OpeningDesk(BASE, lambda: self.key, lambda: self.trust, lambda: self.now)


def request_in(request_object: str) -> AuthorizationRequest:
    """The request inside a request object, its signature unchecked."""
    return AuthorizationRequest.parse(loads_object(jws.parse(request_object).payload))


def opening_id(link: str) -> str:
    """The id in the link that opens a wallet."""
    [address] = parse_qs(urlsplit(link).query)["request_uri"]
    assert address.startswith(f"{BASE}/consent/openings/")
    return address.split("/")[-2]


def code_in(redirect_uri: str) -> str:
    """The code in the address a wallet leads back to."""
    return parse_qs(urlsplit(redirect_uri).query)["response_code"][0]


def claims_of(request_object: str) -> JsonObject:
    """The claims of a request object."""
    return loads_object(jws.parse(request_object).payload)
