"""A relying party for the wallet to meet: honest by default, wrong in one way at a time."""

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from consent.forms.countersignature import (
    Countersignature,
    sign_countersignature,
    signed_part_sha256,
)
from consent.forms.deposit import Deposit
from consent.forms.handover import Handover
from consent.forms.legal_basis import LegalBasis
from consent.forms.match_number import MatchNumber
from consent.forms.notice import Notice, NoticeHashes
from consent.forms.offer import SharingFlow, TermsOffer, commit_nonce, verifier_info
from consent.forms.receipt import Receipt, verify_receipt
from consent.forms.record import Asked as AskedClaims
from consent.forms.record import ConsentRecord, EventState, Evidence
from consent.forms.submission import NewEntry, Submission, sign_submission
from consent.forms.terms import (
    LocalText,
    Party,
    Purpose,
    Receiver,
    Retention,
    Terms,
    Withdrawal,
)
from keys import base64url, jws
from keys.jwe import DecryptionKey
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject, JsonValue, dumps, loads_object
from keys.x509 import Role, to_x5c
from standards.dcql.paths import ClaimsPathPointer
from standards.dcql.query import parse_query
from standards.openid4vp.response import (
    AuthorizationResponse,
    ErrorResponse,
    read_response,
)
from standards.openid4vp.wallet_post import WalletPost
from standards.profiles import Profile
from standards.sd_jwt.parse import parse_sd_jwt
from standards.sd_jwt_vc.credential import VerifiedVc, verify_vc, verify_vc_key_binding
from tests.wallet.issuer_of_test import VCT, IssuerOfTest
from tests.wallet.world import Asked, World, entropy_of, json_reply, unchanged
from web.outbound import Reply

HOST = "desk.example"
REQUEST_URI = f"https://{HOST}/verifiers/requests/1"
RESPONSE_URI = f"https://{HOST}/verifiers/responses/1"
ORGANIZATION = "KR-110-82-00001"

BASE: JsonObject = {
    "id": "base",
    "format": "dc+sd-jwt",
    "meta": {"vct_values": [VCT]},
    "claims": [{"path": ["name"]}],
}


def query(*optional: str) -> JsonObject:
    """Return a query with one required claim, ``name``, and others that may be added."""
    credentials: list[JsonValue] = [BASE]
    options: list[JsonValue] = [["base"]]
    for name in optional:
        path = ClaimsPathPointer.parse_dotted(name).as_list()
        added: list[JsonValue] = [{"path": ["name"]}, {"path": path}]
        query_id = f"base_and_{name.replace('.', '_')}"
        credentials.append({**BASE, "id": query_id, "claims": added})
        options.append([query_id])
    if not optional:
        return {"credentials": credentials}
    return {"credentials": credentials, "credential_sets": [{"options": options}]}


NOTICE = b"What is asked for, why, and for how long\n"


def same_text(text: str) -> LocalText:
    return LocalText(text, text, text)


def terms(receiver: str = ORGANIZATION) -> Terms:
    return Terms(
        purpose=Purpose("address-check", same_text("To check your address")),
        sender="The holder",
        receiver=Receiver(receiver, "시험 은행", "서울 중구 은행로 1", "02-100-0001"),
        information=("name", "address", "birth_date"),
        optional=(),
        periodic=None,
        uses=1,
        until=None,
        retention=Retention("P30D", same_text("Thirty days")),
        legal_basis=LegalBasis.CONSENT.value,
        jurisdiction="KR",
        notice=Notice(
            "https://desk.example/notice",
            "1",
            NoticeHashes(*(hashlib.sha256(NOTICE).digest() for _ in range(3))),
        ),
        withdrawal=Withdrawal(same_text("Online"), "https://desk.example/withdraw"),
    )


@dataclass
class VerifierOfTest:
    """``change_claims`` bends the request, ``header`` its header, ``change_answer`` the reply.

    ``used_record_id`` and ``used_by`` bend what it records of its use, ``signs_for_record`` which
    consent it countersigns.
    """

    world: World
    issuer: IssuerOfTest
    dcql: JsonObject = field(default_factory=query)
    mode: str = "direct_post"
    method: str = "get"
    prefix: str = "x509_hash"
    terms: Terms | None = field(default_factory=terms)
    organization: str | None = ORGANIZATION
    change_claims: Callable[[JsonObject], JsonObject] = unchanged
    change_token: Callable[[str], str] = unchanged
    change_answer: Callable[[JsonObject], Any] = unchanged
    header: JsonObject = field(default_factory=dict)
    lifetime: timedelta = timedelta(minutes=5)
    redirect_uri: str | None = None
    outer_client_id: str | None = None
    receipts: bool = True
    notice: bytes = NOTICE
    used_record_id: str | None = None
    signs_for_record: bytes | None = None
    signs_body: bytes | None = None
    used_by: Party = field(default_factory=lambda: Party(ORGANIZATION, "시험 은행"))
    name: str = "시험 은행"
    flow: SharingFlow = SharingFlow.COUNTER
    host: str = HOST
    responses: list[AuthorizationResponse | ErrorResponse] = field(default_factory=list)
    verified: list[VerifiedVc] = field(default_factory=list)
    request_token: str = ""
    kb_sha256: bytes = b""

    def __post_init__(self) -> None:
        self.signer = SoftwareSigner.generate()
        self.key = DecryptionKey.generate("enc-1")
        self.entropy = entropy_of("verifier")
        self.certify()
        self.random = self.entropy(32)
        self.world.network.serve(self.request_uri, self._request)
        self.world.network.serve(self.response_uri, self._response)
        for language in ("ko", "en", "ja"):
            self.world.network.serve(f"https://{HOST}/notice/{language}", self._notice)

    def certify(self) -> None:
        self.chain = self.world.authorities.certify(
            Role.VERIFIER,
            self.signer,
            self.name,
            organization_id=self.organization,
            dns_names=[HOST],
        )

    @property
    def request_uri(self) -> str:
        return f"https://{self.host}/verifiers/requests/1"

    @property
    def response_uri(self) -> str:
        return f"https://{self.host}/verifiers/responses/1"

    @property
    def now(self) -> datetime:
        return self.world.clock.now

    @property
    def client_id(self) -> str:
        match self.prefix:
            case "x509_hash":
                digest = hashlib.sha256(self.chain[0]).digest()
                return f"x509_hash:{base64url.encode(digest)}"
            case other:
                return f"{other}:{HOST}"

    @property
    def match(self) -> str:
        """The number on this desk's screen."""
        return MatchNumber.of(self.nonce).number

    @property
    def nonce(self) -> str:
        if self.terms is None:
            return base64url.encode(self.random)
        return commit_nonce(self.terms, self.random)

    @property
    def link(self) -> str:
        client_id = self.outer_client_id or self.client_id
        return (
            f"openid4vp://?client_id={client_id}&request_uri={self.request_uri}"
            f"&request_uri_method={self.method}"
        )

    def claims(self) -> JsonObject:
        claims: JsonObject = {
            "client_id": self.client_id,
            "response_type": "vp_token",
            "response_mode": self.mode,
            "response_uri": self.response_uri,
            "nonce": self.nonce,
            "state": "state-1",
            "dcql_query": self.dcql,
            "aud": "https://self-issued.me/v2",
            "iat": int(self.now.timestamp()),
            "exp": int((self.now + self.lifetime).timestamp()),
            "client_metadata": self._client_metadata(),
        }
        if self.terms is not None:
            claims["verifier_info"] = verifier_info(
                TermsOffer(self.terms, self.random, self.flow, bytes(32))
            )
        return claims

    def _client_metadata(self) -> JsonObject:
        metadata: JsonObject = {"vp_formats_supported": {"dc+sd-jwt": {}}}
        if self.mode == "direct_post.jwt":
            metadata["jwks"] = {"keys": [self.key.public.as_dict()]}
            metadata["encrypted_response_enc_values_supported"] = ["A128GCM", "A256GCM"]
        return metadata

    def _notice(self, asked: Asked) -> Reply:
        return Reply(200, "text/plain", self.notice)

    def _request(self, asked: Asked) -> Reply:
        claims = self.claims()
        if asked.method == "POST":
            claims["wallet_nonce"] = WalletPost.parse(asked.content).wallet_nonce
        header: JsonObject = {"typ": "oauth-authz-req+jwt", "x5c": to_x5c(self.chain)}
        token = jws.sign(header | self.header, dumps(self.change_claims(claims)), self.signer)
        self.request_token = self.change_token(token)
        return Reply(200, "application/oauth-authz-req+jwt", self.request_token.encode())

    def _response(self, asked: Asked) -> Reply:
        response = read_response(
            asked.content,
            query=parse_query(self.dcql),
            expected_state="state-1",
            decryption_key=self.key if self.mode == "direct_post.jwt" else None,
        )
        self.responses.append(response)
        answer: JsonObject = {}
        if self.redirect_uri is not None:
            answer["redirect_uri"] = self.redirect_uri
        if isinstance(response, AuthorizationResponse):
            self.kb_sha256 = self._verify(response)
            if self.receipts and response.mydata_consent is not None:
                handover = Handover.parse(response.mydata_consent)
                answer["mydata_receipt"] = self.receipt(handover)
        answered = self.change_answer(answer)
        return answered if isinstance(answered, Reply) else json_reply(answered)

    def _verify(self, response: AuthorizationResponse) -> bytes:
        hashes = []
        texts = (text for _, found in response.vp_token.by_query for text in found)
        for text in texts:
            vc = verify_vc(
                parse_sd_jwt(text),
                self.issuer.signer.public.verification_key(),
                profile=Profile.HAIP,
                now=self.now,
            )
            binding = verify_vc_key_binding(
                vc,
                expected_audience=self.client_id,
                expected_nonce=self.nonce,
                now=self.now,
                max_age=timedelta(minutes=5),
            )
            self.verified.append(vc)
            hashes.append(hashlib.sha256(binding.signed).digest())
        return hashes[0] if len(hashes) == 1 else hashlib.sha256(b"".join(hashes)).digest()

    def receipt(self, handover: Handover) -> JsonObject:
        log_key = self.world.ledger.signer.verifier_key
        given = verify_receipt(handover.receipt, log_key=log_key)
        x5c = [str(each) for each in to_x5c(self.chain)]
        token = sign_countersignature(
            Countersignature(
                request_sha256=signed_part_sha256(self.request_token),
                kb_sha256=self.kb_sha256,
                body_sha256=self.signs_body or handover.receipt.body_sha256(),
                record_commitment=self.signs_for_record or given.entry.leaf.commitment,
                issued_at=self.now,
                transaction="transaction-1",
            ),
            signer=self.signer,
            x5c=x5c,
        )
        return {"countersignature": token, "used": self._used(handover, x5c).as_dict()}

    def _used(self, handover: Handover, x5c: list[str]) -> Receipt:
        record = ConsentRecord(
            record_id=self.used_record_id or str(uuid.UUID(bytes=self.entropy(16), version=4)),
            event_state=EventState.USED,
            event_time=self.now,
            label=handover.pair.label,
            controller=self.used_by,
            asked=AskedClaims(("name",)),
            evidence=Evidence(signed_part_sha256(self.request_token)),
            language="ko",
            jurisdiction="KR",
            consent_id=handover.receipt.record.record_id,
        )
        salt = self.entropy(32)
        entry = NewEntry(
            record.entry_type,
            record.label,
            record.commitment(salt),
            f"used-{self.entropy(8).hex()}",
        )
        submitted = sign_submission(
            entry,
            deposit=Deposit(record, salt),
            pair=handover.pair,
            audience=self.world.ledger.signer.verifier_key.name,
            signer=self.signer,
            x5c=x5c,
        )
        claims = loads_object(jws.parse(submitted).payload)
        return Receipt(record, salt, self.world.ledger.write(Submission.parse(claims)))
