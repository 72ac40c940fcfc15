"""A sharing made by hand, in one format or several, with all that its receipt keeps of the day."""

import hashlib
import os
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from consent.forms.countersignature import (
    Countersignature,
    sign_countersignature,
    signed_part_sha256,
)
from consent.forms.disclosure import (
    disclosure_commitment,
    key_binding_commitment,
    shared_kb_sha256,
    shared_sd_hash,
)
from consent.forms.entry import Leaf
from consent.forms.holder_signature import pair_key, sign_body
from consent.forms.offer import SharingFlow, TermsOffer, commit_nonce, verifier_info
from consent.forms.offline import KeptPresentation, Offline
from consent.forms.receipt import EntryProof, Receipt
from consent.tlog.checkpoint import Checkpoint, sign_checkpoint
from consent.tlog.merkle import leaf_hash
from consent.tlog.signed_note import NoteSigner
from keys import base64url, jws
from keys.authority import CertificateAuthority
from keys.jwe import DecryptionKey
from keys.jwk import Algorithm
from keys.role import Role
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject, dumps
from keys.trust_list import TrustEntry, TrustList, sign_trust_list
from keys.x5c import to_base64
from standards.formats.binding import Request
from standards.formats.credential import NewCredential
from standards.formats.known import format_of
from standards.openid4vp.request_object import SELF_ISSUED, TYP
from standards.positions import ClaimPath
from standards.profiles import Profile
from standards.sd_jwt.frame import only
from standards.status_list.bits import StatusList
from standards.status_list.reference import StatusReference
from standards.status_list.token import issue_status_token
from tests.consent.world import NOW, ORIGIN, RANDOM, record_example, terms_example

PARTY = "kr-110111-0000001"
SPACE = "kr.example.mobile.1"
TYPE = "kr.example.mobile"
STATUS_URI = "https://issuer.example/status/1"
PAGES = ("https://desk.example", "https://shop.example")
CANARY = "카나리아-홍길동"
PORTRAIT = hashlib.sha512(b"a portrait").digest() * 4
CLAIMS: JsonObject = {
    SPACE: {"name": CANARY, "portrait": base64url.encode(PORTRAIT), "document_number": "CANARY-77"}
}
SHOWN: tuple[ClaimPath, ...] = ((SPACE, "name"), (SPACE, "portrait"))
# Each claim is behind a digest that the issuer signs, in every format.
FRAME = only([(SPACE, "name"), (SPACE, "portrait"), (SPACE, "document_number")])
SALT = bytes([5]) * 32


@dataclass
class KeptSharing:
    """Who was trusted on one day, and what a holder showed on it in ``formats``.

    ``page`` is the one of `PAGES` it was asked on, None for a request that is answered by post.
    """

    formats: tuple[str, ...]
    page: str | None = None
    status: int = 0
    label: bytes = bytes(32)
    holder: SoftwareSigner = field(default_factory=SoftwareSigner.generate)

    def __post_init__(self) -> None:
        started = NOW - timedelta(days=400)
        roles = (Role.ISSUER, Role.VERIFIER, Role.STATUS)
        self.roots = {
            role: CertificateAuthority.create(role.value, role, started) for role in roles
        }
        self.keeper = SoftwareSigner.generate()
        self.log = NoteSigner(ORIGIN, SoftwareSigner.generate(Algorithm.ED25519))
        self.issuer, self.issuer_x5c = self.certified(Role.ISSUER)
        self.party, self.party_x5c = self.certified(Role.VERIFIER)
        self.pair = SoftwareSigner.generate()
        self.encryption = DecryptionKey.generate("answers")
        leaf = base64url.decode(_url(self.party_x5c[0]))
        self.client_id = f"x509_hash:{base64url.encode(hashlib.sha256(leaf).digest())}"
        self.nonce = commit_nonce(terms_example(), RANDOM)

    def certified(self, role: Role) -> tuple[SoftwareSigner, tuple[str, ...]]:
        """A key of this role with its chain."""
        signer = SoftwareSigner.generate()
        named = PARTY if role is Role.VERIFIER else None
        chain = self.roots[role].issue(
            signer.public, "미리내은행", now=NOW - timedelta(days=30), organization_id=named
        )
        return signer, tuple(map(to_base64, chain))

    @property
    def request(self) -> Request:
        """What the holder signs for."""
        encrypted_to = self.encryption.public
        if self.page is None:
            return Request(self.client_id, self.nonce, "https://desk.example/r/1", encrypted_to)
        return Request(f"origin:{self.page}", self.nonce, None, encrypted_to)

    def request_object(self, **changes: Any) -> str:
        """The signed request; a change to None takes a member out."""
        offer = TermsOffer(terms_example(), RANDOM, SharingFlow.COUNTER, bytes(32))
        claims: dict[str, Any] = {
            "client_id": self.client_id,
            "response_type": "vp_token",
            "nonce": self.nonce,
            "dcql_query": {
                "credentials": [
                    {"id": f"q{number}", "format": name, "meta": {}}
                    for number, name in enumerate(self.formats)
                ]
            },
            "client_metadata": {
                "jwks": {"keys": [self.encryption.public.as_dict()]},
                "encrypted_response_enc_values_supported": ["A256GCM"],
            },
            "verifier_info": verifier_info(offer),
            "aud": SELF_ISSUED,
            "iat": int(NOW.timestamp()),
            "exp": int(NOW.timestamp()) + 300,
            **self._way(),
            **changes,
        }
        there = {name: each for name, each in claims.items() if each is not None}
        header: JsonObject = {"typ": TYP, "x5c": list(self.party_x5c)}
        return jws.sign(header, dumps(there), self.party)

    def _way(self) -> dict[str, Any]:
        if self.page is None:
            return {
                "response_mode": "direct_post.jwt",
                "response_uri": "https://desk.example/r/1",
            }
        return {"response_mode": "dc_api.jwt", "expected_origins": list(PAGES)}

    def shown(self, name: str, *, request: Request | None = None) -> KeptPresentation:
        """One presentation in a format, as both sides keep it."""
        new = NewCredential(
            type=TYPE,
            issuer="https://issuer.example",
            claims=CLAIMS,
            holder=self.holder.public,
            issued_at=NOW - timedelta(days=1),
            expires_at=NOW + timedelta(days=30),
            status=StatusReference(STATUS_URI, 7),
        )
        text = format_of(name).issue(
            new, signer=self.issuer, x5c=self.issuer_x5c, entropy=os.urandom, frame=FRAME
        )
        key = self.issuer.public.verification_key()
        held = format_of(name).read_issued(text).verify(key, profile=Profile.HAIP, now=NOW)
        unsigned = held.content.present(SHOWN)
        octets = unsigned.to_sign(
            request or self.request, algorithm=self.holder.algorithm, now=NOW
        )
        sent = format_of(name).read_presented(unsigned.signed(octets, self.holder.sign(octets)))
        return KeptPresentation(name, sent.holder_part, held.content.issuer_part, unsigned.digests)

    def offline(self) -> Offline:
        """What a wallet keeps of the day."""
        return Offline(
            tuple(map(self.shown, self.formats)),
            self.request_object(),
            self.trust_list(),
            (self.status_token(),),
        )

    def trust_list(self) -> str:
        """The trust list of the day."""
        started = NOW - timedelta(days=400)
        entries = tuple(
            TrustEntry.of(role, root.anchor.certificate, now=started)
            for role, root in self.roots.items()
        )
        trust = TrustList(entries, NOW, NOW + timedelta(days=30), timedelta(hours=1))
        return sign_trust_list(trust, self.keeper)

    def status_token(self, *, uri: str = STATUS_URI) -> str:
        """The status list of the day."""
        signer, x5c = self.certified(Role.STATUS)
        return issue_status_token(
            StatusList.of(1, 64, [(7, self.status)]),
            uri=uri,
            signer=signer,
            x5c=x5c,
            now=NOW,
            exp=NOW + timedelta(hours=12),
            ttl=timedelta(minutes=5),
        )

    def receipt(self) -> Receipt:
        """The holder's receipt of the sharing, both sides' signatures in it."""
        offline = self.offline()
        request = offline.request_object or ""
        kb_sha256 = shared_kb_sha256(map(self._signed_sha256, offline.presentations))
        terms = terms_example()
        record = record_example(self.label, terms=terms)
        evidence = replace(
            record.evidence,
            request_sha256=signed_part_sha256(request),
            disclosure_commitment=_disclosed(offline),
            kb_sha256=key_binding_commitment(SALT, kb_sha256),
            pair_key=pair_key(self.pair.public),
            notice_sha256=terms.notice.sha256.ko,
        )
        record = replace(record, evidence=evidence)
        commitment = record.commitment(RANDOM)
        leaf = Leaf(record.entry_type, record.label, 1, None, commitment).octets()
        note = sign_checkpoint(Checkpoint(ORIGIN, 1, leaf_hash(leaf)), self.log)
        receipt = Receipt(
            record, RANDOM, EntryProof(0, leaf, 1, (), note), terms, SALT, offline=offline
        )
        body = receipt.body_sha256()
        countersigned = Countersignature(
            signed_part_sha256(request), kb_sha256, body, commitment, NOW, "transaction-1"
        )
        return replace(
            receipt,
            holder_signature=sign_body(body, commitment, signer=self.pair),
            countersignature=sign_countersignature(
                countersigned, signer=self.party, x5c=self.party_x5c
            ),
        )

    def _signed_sha256(self, kept: KeptPresentation) -> bytes:
        part = format_of(kept.format).read_holder_part(kept.holder_part or "")
        return hashlib.sha256(part.signed(self.request) or b"").digest()


def _disclosed(offline: Offline) -> bytes:
    hashes = [
        format_of(kept.format)
        .read_holder_part(kept.holder_part or "")
        .digest(kept.issuer_part, kept.digests or ())
        or ""
        for kept in offline.presentations
    ]
    digests = [digest for kept in offline.presentations for digest in kept.digests or ()]
    return disclosure_commitment(SALT, shared_sd_hash(hashes), digests)


def _url(standard: str) -> str:
    return standard.replace("+", "-").replace("/", "_").rstrip("=")
